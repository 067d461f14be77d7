import { createHash } from 'node:crypto';
import type { LockState } from '#domain/charging/kerb-lock.ts';
import type { Tx } from '../db/client.ts';

/** Tells these advisory locks from others of the program. */
const KERB = 5;
const ENDED_MAX = 3;

/** What stands at the kerb for everybody to see. */
export type KerbEvseRow = {
  tenant_id: number;
  station_id: string;
  evse_id: number;
  location_name: string;
  address: string | null;
  time_zone: string;
  bidding_zone: string;
  sale_price_micro: bigint;
  max_power_w: number;
};

export type KerbPlace = { stationId: string; evseId: number };

export async function findEvse(tx: Tx, at: KerbPlace): Promise<KerbEvseRow | null> {
  const rows = await tx.$queryRaw<KerbEvseRow[]>`
    SELECT e.tenant_id, e.station_id, e.evse_id, l.name AS location_name, l.address, l.time_zone,
           l.bidding_zone, l.sale_price_micro, e.max_power_w
      FROM evse e
      JOIN charging_station cs ON cs.id = e.station_id
      JOIN location l ON l.id = cs.location_id
     WHERE e.station_id = ${at.stationId} AND e.evse_id = ${at.evseId} AND cs.disabled_at IS NULL`;
  return rows[0] ?? null;
}

export type OpenStayRow = {
  id: string;
  tenant_id: number;
  id_token: string;
  sale_price_micro: bigint;
};

export async function findOpenStay(tx: Tx, at: KerbPlace): Promise<OpenStayRow | null> {
  const rows = await tx.$queryRaw<OpenStayRow[]>`
    SELECT id, tenant_id, id_token, sale_price_micro FROM session
     WHERE station_id = ${at.stationId} AND evse_id = ${at.evseId} AND state = 'OPEN'`;
  return rows[0] ?? null;
}

/** endedCards lists the cards of the last stays that ended at a charging point, newest first. */
export async function endedCards(tx: Tx, at: KerbPlace): Promise<string[]> {
  const stays = await tx.session.findMany({
    where: { stationId: at.stationId, evseId: at.evseId, state: 'CLOSED' },
    orderBy: { plugOutAt: 'desc' },
    take: ENDED_MAX,
    select: { idToken: true },
  });
  return stays.map(({ idToken }) => idToken);
}

export type KerbLockRow = { key: Uint8Array<ArrayBuffer>; state: LockState };

const NEVER: LockState = { failures: 0, countedFromMs: 0, lockedUntilMs: null };

/**
 * holdLocks reads the locks of some keys and keeps others from trying under them until `tx` ends, so
 * that tries at the same moment are counted one after the other. It stores nothing: else anybody fills
 * the table by asking for charging points. Keys are digests: no address stands in the database.
 */
export async function holdLocks(tx: Tx, keys: readonly string[]): Promise<KerbLockRow[]> {
  // One order for everybody, lest two requests wait for each other.
  const digests = keys
    .map((key) => Uint8Array.from(createHash('sha256').update(key).digest()))
    .toSorted(Buffer.compare);
  const rows: KerbLockRow[] = [];
  for (const key of digests) {
    await tx.$executeRaw`
      SELECT pg_advisory_xact_lock(hashtextextended(encode(${key}, 'hex'), ${KERB}::bigint))`;
    const row = await tx.kerbLock.findUnique({ where: { key } });
    rows.push({ key, state: row === null ? NEVER : stateOf(row) });
  }
  return rows;
}

type StoredLock = { failures: number; countedFrom: Date; lockedUntil: Date | null };

function stateOf({ failures, countedFrom, lockedUntil }: StoredLock): LockState {
  const lockedUntilMs = lockedUntil?.getTime() ?? null;
  return { failures, countedFromMs: countedFrom.getTime(), lockedUntilMs };
}

/** storeLock writes a lock and drops those that have said nothing for a day. */
export async function storeLock(tx: Tx, { key, state }: KerbLockRow): Promise<void> {
  const stored: StoredLock = {
    failures: state.failures,
    countedFrom: new Date(state.countedFromMs),
    lockedUntil: state.lockedUntilMs === null ? null : new Date(state.lockedUntilMs),
  };
  await tx.kerbLock.upsert({ where: { key }, create: { key, ...stored }, update: stored });
  // Skipping what is held keeps this from waiting for another try in the other order.
  await tx.$executeRaw`
    DELETE FROM kerb_lock WHERE key IN (SELECT key FROM kerb_lock
      WHERE counted_from < now() - interval '1 day' ORDER BY counted_from LIMIT 100
      FOR UPDATE SKIP LOCKED)`;
}
