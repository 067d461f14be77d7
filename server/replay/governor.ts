import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/client.ts';
import type { Declaring } from './declare.ts';

/** How long an open stay may wait to be looked at before simulated time is held back. */
const LAG_MS = 400;
const SLOW_DOWN = 20;

/**
 * governor lets simulated time wait for the system: while a stay has no plan, a command no answer, a
 * driver has not finished speaking, or a fact waits too long, time runs at a twentieth of its speed. Else a slow machine would turn
 * milliseconds into minutes of the stay, and the replay would measure the machine, not the system.
 */
export function governor(
  { db, bus, declaring }: { db: Db; bus: Bus; declaring: Declaring | null }, speed: number,
): { allowed(): Promise<number>; close(): void } {
  const slow = Math.max(1, speed / SLOW_DOWN);
  const known = new Set<string>();
  const since = new Map<string, { version: bigint; at: number }>();
  let isAwaited = false;
  const closers = [
    bus.subscribe('command', () => { isAwaited = true; }),
    bus.subscribe('session', (ids) => {
      for (const id of ids ?? []) {
        if (!known.has(id)) isAwaited = true;
        known.add(id);
      }
    }),
  ];
  return {
    async allowed() {
      const wasAwaited = isAwaited;
      const { pending, due } = await waiting(db);
      isAwaited = pending > 0 || (declaring?.pending() ?? 0) > 0;
      return wasAwaited || isAwaited || oldest(due, since) > LAG_MS ? slow : speed;
    },
    close() {
      for (const close of closers) close();
    },
  };
}

type Due = { id: string; version: bigint };

/** What waits: commands of connected stations, stays without a plan, and stays with unseen facts. */
async function waiting(db: Db): Promise<{ pending: number; due: Due[] }> {
  return await db.asSystem(async (tx) => {
    const [counted] = await tx.$queryRaw<{ pending: number }[]>`
      SELECT ((SELECT count(*) FROM command c JOIN session s ON s.id = c.session_id AND s.state = 'OPEN'
          JOIN connection x ON x.station_id = c.station_id AND x.closed_at IS NULL WHERE c.state = 'REQUESTED')
        + (SELECT count(*) FROM session WHERE state = 'OPEN' AND planned_version = 0))::int AS pending`;
    const due = await tx.$queryRaw<Due[]>`
      SELECT id::text, planned_version AS version FROM session WHERE state = 'OPEN' AND planned_version < facts_version`;
    return { pending: counted?.pending ?? 0, due };
  });
}

/** How long, in real milliseconds, the longest-waiting stay has not been looked at. */
function oldest(due: readonly Due[], since: Map<string, { version: bigint; at: number }>): number {
  const now = Date.now();
  const present = new Set(due.map(({ id }) => id));
  for (const id of since.keys()) if (!present.has(id)) since.delete(id);
  return due.reduce((worst, { id, version }) => {
    const seen = since.get(id);
    if (seen === undefined || seen.version !== version) since.set(id, { version, at: now });
    return Math.max(worst, now - (since.get(id)?.at ?? now));
  }, 0);
}
