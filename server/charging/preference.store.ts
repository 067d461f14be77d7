import type { PriorityBy, WeeklyWish, WishSource } from '#domain/charging/wish.ts';
import type { WallStay } from '#domain/planning/departure/usual-departure.ts';
import type { Tx } from '../db/client.ts';

export type PreferenceRow = {
  version: number;
  ready_by_at: Date | null;
  energy_milli_wh: bigint | null;
  min_energy_milli_wh: bigint | null;
  priority: boolean;
  priority_by: PriorityBy | null;
  /** Null: so far nobody said a wish for the stay. */
  source: WishSource | null;
};

export type Wish = {
  readyByAt: Date | null;
  energyMilliWh: bigint | null;
  minEnergyMilliWh: bigint | null;
  priority: boolean;
  priorityBy: PriorityBy | null;
  source: WishSource | null;
};

type Steerable = {
  state: 'OPEN' | 'CLOSED';
  previous: PreferenceRow | null;
  /** The version this very request made before; null where it is new. */
  repeatedVersion: number | null;
};

/**
 * findSteerable reads a stay that its driver (null: whoever holds its card) may steer, with the wish
 * in force, in one round trip: somebody waits for what follows.
 */
export async function findSteerable(
  tx: Tx,
  at: { sessionId: string; driverId: string | null; requestId: string },
): Promise<Steerable | null> {
  const rows = await tx.$queryRaw<
    ({ state: Steerable['state']; repeated: number | null } & {
      [K in keyof PreferenceRow]: PreferenceRow[K] | null;
    })[]
  >`
    SELECT s.state, w.version, w.ready_by_at, w.energy_milli_wh, w.min_energy_milli_wh, w.priority,
           w.priority_by, w.source, (SELECT q.version FROM charging_preference q
             WHERE q.session_id = s.id AND q.request_id = ${at.requestId}::uuid) AS repeated
      FROM session s
      LEFT JOIN LATERAL (SELECT * FROM charging_preference q WHERE q.session_id = s.id
        ORDER BY q.version DESC LIMIT 1) w ON true
     WHERE s.id = ${at.sessionId}::uuid
       AND (${at.driverId}::uuid IS NULL OR s.driver_id = ${at.driverId}::uuid)`;
  const [row] = rows;
  if (row === undefined) return null;
  const previous = row.version === null ? null : (row as PreferenceRow);
  return { state: row.state, previous, repeatedVersion: row.repeated };
}

export type NewPreference = Wish & {
  tenantId: number;
  sessionId: string;
  version: number;
  requestId: string;
  madeAt: Date;
};

/** insertPreference appends a version and counts it as a fact of the stay. */
export async function insertPreference(tx: Tx, row: NewPreference): Promise<void> {
  await tx.$executeRaw`
    WITH made AS (
      INSERT INTO charging_preference (tenant_id, session_id, version, ready_by_at, energy_milli_wh,
        min_energy_milli_wh, priority, priority_by, source, request_id, made_at)
      VALUES (${row.tenantId}, ${row.sessionId}::uuid, ${row.version},
        ${row.readyByAt?.toISOString() ?? null}::timestamptz, ${row.energyMilliWh}::bigint,
        ${row.minEnergyMilliWh}::bigint, ${row.priority}, ${row.priorityBy}, ${row.source},
        ${row.requestId}::uuid, ${row.madeAt.toISOString()}::timestamptz)
      RETURNING session_id)
    UPDATE session s SET facts_version = s.facts_version + 1 FROM made WHERE s.id = made.session_id`;
}

export type DefaultWishRow = {
  id: string;
  tenant_id: number;
  plug_in_at: Date;
  time_zone: string;
  version: number | null;
  ready_by_at: Date | null;
  energy_milli_wh: bigint | null;
  min_energy_milli_wh: bigint | null;
  priority: boolean | null;
  priority_by: PriorityBy | null;
  source: WishSource | null;
  weekly: WeeklyWish[];
  /** Plug-in on the station's wall clock, read as UTC, in seconds. */
  wall_in_s: number;
  /** The driver's latest stays that have ended, each on its own station's wall clock. */
  past: WallStay[];
};

/** Older stays than this many say nothing of what a driver does now. */
const PAST_STAYS = 60;

/**
 * defaultWishRows reads open stays of drivers with the wish in force, the driver's weekly ones and
 * the driver's own past stays.
 */
export async function defaultWishRows(
  tx: Tx,
  sessionIds: readonly string[],
): Promise<DefaultWishRow[]> {
  return await tx.$queryRaw<DefaultWishRow[]>`
    SELECT s.id, s.tenant_id, s.plug_in_at, l.time_zone, w.version, w.ready_by_at,
           w.energy_milli_wh, w.min_energy_milli_wh, w.priority, w.priority_by, w.source,
           coalesce((SELECT jsonb_agg(jsonb_build_object('weekday', q.weekday,
               'readyByMinutes', q.ready_by_minutes, 'energyMilliWh', q.energy_milli_wh))
             FROM weekly_wish q WHERE q.person_id = s.driver_id), '[]') AS weekly,
           extract(epoch FROM s.plug_in_at AT TIME ZONE l.time_zone)::float8 AS wall_in_s,
           coalesce((SELECT jsonb_agg(jsonb_build_object('inS', o.in_s, 'outS', o.out_s)) FROM (
             SELECT extract(epoch FROM h.plug_in_at AT TIME ZONE hl.time_zone)::float8 AS in_s,
               extract(epoch FROM h.plug_out_at AT TIME ZONE hl.time_zone)::float8 AS out_s
               FROM session h JOIN location hl ON hl.id = h.location_id
              WHERE h.driver_id = s.driver_id AND h.state = 'CLOSED' AND h.plug_out_at IS NOT NULL
                AND h.plug_in_at < s.plug_in_at
              ORDER BY h.plug_in_at DESC LIMIT ${PAST_STAYS}) o), '[]') AS past
      FROM session s JOIN location l ON l.id = s.location_id
      LEFT JOIN LATERAL (SELECT * FROM charging_preference q WHERE q.session_id = s.id
        ORDER BY q.version DESC LIMIT 1) w ON true
     WHERE s.id = ANY (${[...sessionIds]}::uuid[]) AND s.state = 'OPEN' AND s.driver_id IS NOT NULL`;
}

/** weeklyWishes are a person's, from Monday on. */
export async function weeklyWishes(
  tx: Pick<Tx, 'weeklyWish'>,
  personId: string,
): Promise<WeeklyWish[]> {
  const rows = await tx.weeklyWish.findMany({ where: { personId }, orderBy: { weekday: 'asc' } });
  return rows.map(({ weekday, readyByMinutes, energyMilliWh }) => ({
    weekday,
    readyByMinutes,
    energyMilliWh: energyMilliWh === null ? null : Number(energyMilliWh),
  }));
}

/** replaceWeekly makes `wishes` the only weekly ones of a person. */
export async function replaceWeekly(
  tx: Pick<Tx, 'weeklyWish'>,
  personId: string,
  wishes: readonly WeeklyWish[],
): Promise<void> {
  await tx.weeklyWish.deleteMany({ where: { personId } });
  await tx.weeklyWish.createMany({
    data: wishes.map(({ weekday, readyByMinutes, energyMilliWh }) => ({
      personId,
      weekday,
      readyByMinutes,
      energyMilliWh: energyMilliWh === null ? null : BigInt(energyMilliWh),
    })),
  });
}

