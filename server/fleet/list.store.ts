import type { Tx } from '../db/client.ts';

type PageArgs = { page: number; search: string; limit: number };

const offsetOf = ({ page, limit }: PageArgs) => (page - 1) * limit;

export type StationRow = {
  id: string;
  location_id: string;
  location_name: string;
  time_zone: string;
  vendor: string | null;
  model: string | null;
  firmware_version: string | null;
  protocol: string | null;
  last_seen_at: Date | null;
  connected: boolean;
  is_disabled: boolean;
  skew_ms: number | null;
  evses: { evseId: number; status: string | null; maxPowerW: number; isCharging: boolean }[];
  open_sessions: bigint;
  failed_commands: bigint;
};

/** stationPage is a page of the tenant's stations by site and id with their live status. */
export async function stationPage(
  tx: Tx,
  args: PageArgs,
): Promise<{ rows: StationRow[]; total: number }> {
  const { search, limit } = args;
  const [count] = await tx.$queryRaw<{ total: number }[]>`
    SELECT count(*)::int AS total FROM charging_station s JOIN location l ON l.id = s.location_id
     WHERE strpos(lower(s.id || ' ' || l.name), lower(${search}::text)) > 0`;
  const rows = await tx.$queryRaw<StationRow[]>`
    SELECT s.id, s.location_id, l.name AS location_name, l.time_zone, s.vendor, s.model,
           s.firmware_version, s.protocol, s.last_seen_at, s.skew_ms,
           s.disabled_at IS NOT NULL AS is_disabled,
           EXISTS (SELECT FROM connection c WHERE c.station_id = s.id AND c.closed_at IS NULL)
             AS connected,
           coalesce((SELECT jsonb_agg(jsonb_build_object('evseId', e.evse_id, 'status', e.status,
               'maxPowerW', e.max_power_w, 'isCharging', EXISTS (SELECT FROM transaction t
                 WHERE t.station_id = s.id AND t.evse_id = e.evse_id AND t.state = 'ACTIVE')) ORDER BY e.evse_id)
             FROM evse e WHERE e.station_id = s.id), '[]') AS evses,
           (SELECT count(*) FROM session x WHERE x.station_id = s.id AND x.state = 'OPEN')
             AS open_sessions,
           (SELECT count(*) FROM command m WHERE m.station_id = s.id
             AND m.state IN ('REJECTED', 'TIMED_OUT') AND m.created_at > now() - interval '1 day')
             AS failed_commands
      FROM charging_station s JOIN location l ON l.id = s.location_id
     -- The page is cut before anything is looked up for its rows.
     WHERE s.id IN (SELECT o.id FROM charging_station o JOIN location m ON m.id = o.location_id
                     WHERE strpos(lower(o.id || ' ' || m.name), lower(${search}::text)) > 0
                     ORDER BY m.name, o.id LIMIT ${limit}::int OFFSET ${offsetOf(args)}::int)
     ORDER BY l.name, s.id`;
  return { rows, total: count?.total ?? 0 };
}

export type OperationRow = {
  id: string;
  station_id: string;
  evse_id: number;
  state: string;
  steering: string;
  settle_state: string;
  plug_in_at: Date;
  plug_out_at: Date | null;
  time_zone: string;
  id_token: string;
  driver_name: string | null;
  energy_milli_wh: bigint | null;
  driver_micro: bigint | null;
  cpo_micro: bigint | null;
};

/** stayPage is the tenant's stays from one of them on, newest first, for the operator. */
export async function stayPage(
  tx: Tx,
  { from, limit }: { from: string | null; limit: number },
): Promise<OperationRow[]> {
  return await tx.$queryRaw<OperationRow[]>`
    SELECT s.id, s.station_id, s.evse_id, s.state, s.steering, s.settle_state, s.plug_in_at,
           s.plug_out_at, l.time_zone, s.id_token, p.name AS driver_name,
           t.energy_milli_wh, t.driver_micro, t.cpo_micro
      FROM session s
      JOIN location l ON l.id = s.location_id
      LEFT JOIN person p ON p.id = s.driver_id
      LEFT JOIN LATERAL (SELECT energy_milli_wh, driver_micro, cpo_micro FROM ledger.settlement
                          WHERE session_id = s.id ORDER BY rev DESC LIMIT 1) t ON true
     WHERE ${from}::uuid IS NULL OR (s.plug_in_at, s.id) <=
           (SELECT first.plug_in_at, first.id FROM session first WHERE first.id = ${from}::uuid)
     ORDER BY s.plug_in_at DESC, s.id DESC LIMIT ${limit}::int`;
}

export type CardRow = {
  uid: string;
  status: string;
  driver_name: string | null;
  email: string | null;
  has_password: boolean;
};

/** cardPage is a page of the tenant's cards, those with a driver first, then the newest. */
export async function cardPage(
  tx: Tx,
  args: PageArgs,
): Promise<{ rows: CardRow[]; total: number; linked: number }> {
  const { search, limit } = args;
  const [count] = await tx.$queryRaw<{ total: number; linked: number }[]>`
    SELECT count(*) FILTER (WHERE strpos(lower(concat_ws(' ', t.uid, p.name, p.email)),
                                         lower(${search}::text)) > 0)::int AS total,
           count(t.driver_id)::int AS linked
      FROM id_token t LEFT JOIN person p ON p.id = t.driver_id`;
  const rows = await tx.$queryRaw<CardRow[]>`
    SELECT t.uid, t.status, p.name AS driver_name, p.email,
           p.password_hash IS NOT NULL AS has_password
      FROM id_token t LEFT JOIN person p ON p.id = t.driver_id
     WHERE strpos(lower(concat_ws(' ', t.uid, p.name, p.email)), lower(${search}::text)) > 0
     ORDER BY p.id IS NULL, t.created_at DESC, t.uid
     LIMIT ${limit}::int OFFSET ${offsetOf(args)}::int`;
  return { rows, total: count?.total ?? 0, linked: count?.linked ?? 0 };
}
