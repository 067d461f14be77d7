import pg from 'pg';
import type { Log } from '../log.ts';
import type { Tx } from '../db/client.ts';

/**
 * The bus wakes and routes; it never holds the record. Topics carry ids only:
 * `session` facts of these sessions changed · `view` what people see of them changed ·
 * `command` these stations have commands to send · `clock` simulated time was set anew ·
 * `prices` new prices of these bidding zones · `sign-in` these sign-ins were revoked ·
 * `connection` these stations' connections are over, or another's · `incumbent` a word between
 * gateways (server/gateway/incumbents.ts).
 */
export type Topic = 'connection' | 'incumbent' | 'session' | 'view' | 'command' | 'clock' | 'prices' | 'sign-in';

/** Where notifications go; for statements that notify by themselves, with no more than this many UUIDs in one. */
export const CHANNEL = 'valley';
export const UUIDS_MAX = 200;
/** NOTIFY refuses payloads of 8,000 bytes and more. */
const PAYLOAD_MAX = 7_500;
const RECONNECT_MS = 500;

/** publish sends ids on a topic when `tx` commits, in as few notifications as fit. */
export async function publish(tx: Pick<Tx, '$executeRaw'>, topic: Topic, ids: readonly string[]): Promise<void> {
  for (const payload of payloads(topic, ids)) {
    await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, ${payload})`;
  }
}

export function payloads(topic: Topic, ids: readonly string[]): string[] {
  const out: string[] = [];
  let current = '';
  for (const id of new Set(ids)) {
    if (current !== '' && topic.length + current.length + id.length + 2 > PAYLOAD_MAX) {
      out.push(`${topic} ${current}`);
      current = '';
    }
    current = current === '' ? id : `${current} ${id}`;
  }
  if (current !== '') out.push(`${topic} ${current}`);
  return out;
}

export type Bus = {
  /** @returns a function that ends the subscription. `ids` is null after a lost connection: look at everything. */
  subscribe(topic: Topic, listener: (ids: readonly string[] | null) => void): () => void;
  close(): Promise<void>;
};

/** connectBus listens on one connection of its own and keeps trying to get it back. */
export async function connectBus(url: string, log: Log): Promise<Bus> {
  const listeners = new Map<Topic, Set<(ids: readonly string[] | null) => void>>();
  let client: pg.Client | null = null;
  let closed = false;

  const call = (topic: Topic, ids: readonly string[] | null) => {
    for (const listener of listeners.get(topic) ?? []) listener(ids);
  };
  const open = async () => {
    const next = new pg.Client({ connectionString: url, application_name: 'valley-bus', keepAlive: true });
    next.on('notification', ({ payload }) => {
      const [topic, ...ids] = (payload ?? '').split(' ');
      call(topic as Topic, ids);
    });
    next.on('error', (error) => log.warn({ error: error.message }, 'bus connection failed'));
    next.on('end', () => { if (!closed && client === next) void reopen(); });
    await next.connect();
    await next.query(`LISTEN ${CHANNEL}`);
    client = next;
  };
  const reopen = async () => {
    client = null;
    while (!closed && client === null) {
      await new Promise((resolve) => { setTimeout(resolve, RECONNECT_MS); });
      await open().catch((error: unknown) => log.warn({ error: String(error) }, 'bus still unreachable'));
    }
    for (const topic of listeners.keys()) call(topic, null);
  };
  await open();
  return {
    subscribe(topic, listener) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set);
      set.add(listener);
      return () => { set.delete(listener); };
    },
    async close() {
      closed = true;
      await client?.end();
    },
  };
}
