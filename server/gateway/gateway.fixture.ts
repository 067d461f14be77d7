import { randomUUID } from 'node:crypto';
import { connect as tcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { connectBus, type Bus } from '../bus/bus.ts';
import { realClock, type Clock } from '../clock.ts';
import { createDb, type Db, type StatementDb } from '../db/client.ts';
import { testDatabase } from '../db/test-database.ts';
import { createStationKey } from '../fleet/station-key.ts';
import { startGateway, type Gateway } from './gateway.ts';
import type { OcppVersion } from './rpc/faults.ts';

const silent = pino({ level: 'silent' });

/** Where and as what a test's gateway listens. */
export const ENTRANCE = {
  log: silent,
  host: '127.0.0.1',
  port: 0,
  version: '0.0.0-test',
} as const;

export type TestStation = { id: string; key: string };
export type Answer = [3, string, Record<string, unknown>] | [4, string, string, string, unknown];

/** A gateway on a database of its own with one tenant and the cards CARD (of a driver), OTHER and BLOCKED. */
export type World = AsyncDisposable & {
  db: StatementDb;
  bus: Bus;
  gateway: Gateway;
  tenantId: number;
  /** A station at a location of its own: stays are found by location. */
  addStation(): Promise<TestStation>;
  /** Cuts the gateway off its database, or lets it back. */
  setDatabaseAway(isAway: boolean): void;
  /** Stops the gateway and starts another on the same database. */
  restart(): Promise<void>;
  connect(station: TestStation, options?: ConnectOptions): Promise<TestClient>;
};

export type ConnectOptions = {
  version?: OcppVersion;
  path?: string;
  headers?: Record<string, string>;
  autoPong?: boolean;
};

/** A scripted station: sends what the test says, and nothing by itself but what `serve` answers. */
export type TestClient = {
  ws: WebSocket;
  /** Calls from Valley so far: [action, payload]. */
  asked: [string, Record<string, unknown>][];
  /** Frames that came without being asked for. */
  strays: unknown[];
  call(action: string, payload: object, id?: string): Promise<Answer>;
  /** The payload of the answer; throws on a CALLERROR. */
  ok(action: string, payload: object, id?: string): Promise<Record<string, unknown>>;
  /** Sends text as it is; resolves with the next answer that names `id`. */
  raw(text: string, id: string): Promise<Answer>;
  send(text: string): void;
  /** How Valley's calls are answered; null stays silent. */
  serve(answer: (action: string, payload: Record<string, unknown>) => object | null): void;
  closed: Promise<number>;
  close(): Promise<void>;
};

export async function createWorld(options: { clock?: Clock } = {}): Promise<World> {
  const database = await testDatabase();
  const wire = await createWire(database.appUrl);
  const db = createDb(wire.url);
  const bus = await connectBus(wire.url, silent);
  const tenantId = await seed(db);
  const parts = { db, bus, clock: options.clock ?? realClock };
  const open = async () => {
    const { gateway } = await startGateway({ ...ENTRANCE, connect: async () => parts });
    return gateway;
  };
  const clients: TestClient[] = [];
  const world: World = {
    db,
    bus,
    tenantId,
    gateway: await open(),
    setDatabaseAway: wire.setAway,
    addStation: () => addStation(db, tenantId),
    async restart() {
      await world.gateway.close();
      world.gateway = await open();
    },
    async connect(station, connectOptions) {
      const client = await connectTo(world.gateway.port, station, connectOptions);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.ws.terminate();
      await world.gateway.close();
      await bus.close();
      await db.close();
      wire.close();
      await database[Symbol.asyncDispose]();
    },
  };
  return world;
}

/** A TCP relay to the database that a test can cut. */
async function createWire(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isAway = false;
  const server = createServer((near) => {
    if (isAway) {
      near.destroy();
      return;
    }
    const far = tcp(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {
        other.destroy();
      });
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    setAway(away: boolean) {
      isAway = away;
      if (away) for (const socket of sockets) socket.destroy();
    },
    close: () => {
      server.close();
    },
  };
}

async function seed(db: Db): Promise<number> {
  const tenant = await db.open.organisation.create({ data: { kind: 'CPO', name: 'Test CPO' } });
  return await db.withTenant(tenant.id, async (tx) => {
    const person = await tx.person.create({
      data: { email: 'driver@example.test', name: 'Driver' },
    });
    await tx.idToken.createMany({
      data: [
        { tenantId: tenant.id, uid: 'CARD', driverId: person.id },
        { tenantId: tenant.id, uid: 'OTHER' },
        { tenantId: tenant.id, uid: 'BLOCKED', status: 'Blocked' },
      ],
    });
    await tx.programmeVersion.create({
      data: {
        tenantId: tenant.id,
        version: 1,
        validFrom: new Date(0),
        shareBp: 8_000,
        driverBp: 7_000,
        mspBp: 1_000,
        cpoBp: 1_500,
        platformBp: 500,
      },
    });
    await tx.contract.create({
      data: {
        tenantId: tenant.id,
        kind: 'DAY_AHEAD',
        biddingZone: '10YNL----------L',
        validFrom: new Date(0),
      },
    });
    return tenant.id;
  });
}

async function addStation(db: Db, tenantId: number): Promise<TestStation> {
  const { keyText, hash } = createStationKey();
  const id = `CS-${randomUUID().slice(0, 8)}`;
  await db.withTenant(tenantId, async (tx) => {
    const location = await tx.location.create({
      data: {
        tenantId,
        name: 'Test street',
        biddingZone: '10YNL----------L',
        salePriceMicro: 400_000n,
      },
    });
    await tx.chargingStation.create({
      data: { id, tenantId, locationId: location.id, keyHash: hash },
    });
  });
  return { id, key: keyText };
}

export function basic(user: string, key: string | Uint8Array): string {
  return `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(key)]).toString('base64')}`;
}

/** connectTo resolves once the socket is open, or rejects with `HTTP <status>`. */
export async function connectTo(
  port: number,
  station: TestStation,
  options: ConnectOptions = {},
): Promise<TestClient> {
  const ws = new WebSocket(
    `ws://127.0.0.1:${port}${options.path ?? `/ocpp/${station.id}`}`,
    [options.version ?? 'ocpp1.6'],
    {
      headers: { authorization: basic(station.id, station.key), ...options.headers },
      perMessageDeflate: false,
      autoPong: options.autoPong ?? true,
    },
  );
  const client = createClient(ws);
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('unexpected-response', (_request, response) => {
      reject(new Error(`HTTP ${response.statusCode}`));
      response.destroy();
    });
    ws.on('error', reject);
  });
  return client;
}

function createClient(ws: WebSocket): TestClient {
  const waiting = new Map<string, (answer: Answer) => void>();
  const asked: TestClient['asked'] = [];
  const strays: unknown[] = [];
  let serve: (action: string, payload: Record<string, unknown>) => object | null = () => null;
  let count = 0;
  ws.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString('utf8')) as unknown[];
    const [type, id] = frame as [number, string];
    if (type === 2) {
      const [, , action, payload] = frame as [number, string, string, Record<string, unknown>];
      asked.push([action, payload]);
      const answer = serve(action, payload);
      if (answer !== null) ws.send(JSON.stringify([3, id, answer]));
      return;
    }
    const settle = waiting.get(id);
    waiting.delete(id);
    if (settle === undefined) strays.push(frame);
    else settle(frame as Answer);
  });
  const closed = new Promise<number>((resolve) => {
    ws.once('close', (code) => {
      resolve(code);
    });
  });
  const raw = (text: string, id: string) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.set(id, resolve);
      void closed.then((code) => {
        reject(new Error(`closed ${code}`));
      });
      ws.send(text);
    });
  const client: TestClient = {
    ws,
    asked,
    strays,
    closed,
    raw,
    send: (text) => {
      ws.send(text);
    },
    call(action, payload, id = `m${(count += 1)}`) {
      return raw(JSON.stringify([2, id, action, payload]), id);
    },
    async ok(action, payload, id) {
      const answer = await client.call(action, payload, id);
      if (answer[0] === 4) throw new Error(`${answer[2]}: ${answer[3]}`);
      return answer[2];
    },
    serve: (answer) => {
      serve = answer;
    },
    async close() {
      ws.close();
      await closed;
    },
  };
  return client;
}

/** eventually waits until `look` gives something, for at most 5 s. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (let left = 250; left > 0; left -= 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  throw new Error('it never happened');
}
