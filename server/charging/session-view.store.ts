import type { Tx } from '../db/client.ts';

/** Rows from which a stay's view is made. Instants are Dates, energies bigint as stored. */
export type StayRow = {
  id: string;
  tenant_id: number;
  location_id: string;
  station_id: string;
  evse_id: number;
  state: 'OPEN' | 'CLOSED';
  steering: string;
  settle_state: string;
  plug_in_at: Date;
  plug_out_at: Date | null;
  facts_version: bigint;
  location_name: string;
  time_zone: string;
  bidding_zone: string;
  mtu_minutes: number;
  share_bp: number;
  driver_bp: number;
  last_seen_at: Date | null;
  connected: boolean;
};

/** Whose stays a person may see: a driver the own ones, an operator all of the tenant (null). */
export type StayOwner = { driverId: string | null };

const PRICE_SLACK_S = 3600;

/**
 * findStay reads the head of one stay; `sessionId` null takes the driver's open or else latest one.
 * Ownership is part of the WHERE, so that a refusal does not tell whether the stay exists.
 */
export async function findStay(
  tx: Tx,
  { sessionId, driverId }: StayOwner & { sessionId: string | null },
): Promise<StayRow | null> {
  const rows = await tx.$queryRaw<StayRow[]>`
    SELECT s.id, s.tenant_id, s.location_id, s.station_id, s.evse_id, s.state, s.steering,
           s.settle_state, s.plug_in_at, s.plug_out_at, s.facts_version,
           l.name AS location_name, l.time_zone,
           c.bidding_zone, c.mtu_minutes, v.share_bp, v.driver_bp, cs.last_seen_at,
           EXISTS (SELECT FROM connection k WHERE k.station_id = s.station_id
                    AND k.closed_at IS NULL) AS connected
      FROM session s
      JOIN location l ON l.id = s.location_id
      JOIN contract c ON c.id = s.contract_id
      JOIN programme_version v ON v.id = s.programme_version_id
      JOIN charging_station cs ON cs.id = s.station_id
     WHERE (${sessionId}::uuid IS NULL OR s.id = ${sessionId}::uuid)
       AND (${driverId}::uuid IS NULL OR s.driver_id = ${driverId}::uuid)
     ORDER BY (s.state = 'OPEN') DESC, s.plug_in_at DESC LIMIT 1`;
  return rows[0] ?? null;
}

export type PreferenceRow = {
  version: number;
  ready_by_at: Date | null;
  energy_milli_wh: bigint | null;
  min_energy_milli_wh: bigint | null;
  priority: boolean;
  made_at: Date;
  ms_ago: number;
};

export async function latestPreference(tx: Tx, sessionId: string): Promise<PreferenceRow | null> {
  const rows = await tx.$queryRaw<PreferenceRow[]>`
    SELECT version, ready_by_at, energy_milli_wh, min_energy_milli_wh, priority, made_at,
           (extract(epoch FROM clock_timestamp() - created_at) * 1000)::double precision AS ms_ago
      FROM charging_preference WHERE session_id = ${sessionId}::uuid
     ORDER BY version DESC LIMIT 1`;
  return rows[0] ?? null;
}

export type PlanRow = { version: number; content: unknown };

export async function latestPlan(tx: Tx, sessionId: string): Promise<PlanRow | null> {
  const rows = await tx.$queryRaw<PlanRow[]>`
    SELECT version, content FROM plan WHERE session_id = ${sessionId}::uuid
     ORDER BY version DESC LIMIT 1`;
  return rows[0] ?? null;
}

export type CommandRow = {
  plan_version: number | null;
  state: string;
  sent_at: Date | null;
  answered_at: Date | null;
};

/** latestSteering is the newest command of the stay that changes a limit. */
export async function latestSteering(tx: Tx, sessionId: string): Promise<CommandRow | null> {
  const rows = await tx.$queryRaw<CommandRow[]>`
    SELECT plan_version, state, sent_at, answered_at FROM command
     WHERE session_id = ${sessionId}::uuid AND state <> 'SUPERSEDED'
       AND action IN ('SetChargingProfile', 'ClearChargingProfile')
     ORDER BY created_at DESC LIMIT 1`;
  return rows[0] ?? null;
}

export type TransactionRow = {
  id: number;
  started_at: Date;
  stopped_at: Date | null;
  meter_start_milli_wh: bigint;
  meter_stop_milli_wh: bigint | null;
};

export async function transactionsOf(tx: Tx, sessionId: string): Promise<TransactionRow[]> {
  return await tx.$queryRaw<TransactionRow[]>`
    SELECT id, started_at, stopped_at, meter_start_milli_wh, meter_stop_milli_wh
      FROM transaction WHERE session_id = ${sessionId}::uuid ORDER BY started_at, id`;
}

export type ReadingRow = { transaction_id: number; measured_at: Date; register_milli_wh: bigint };

/** registersOf reads the last unflagged register of each span of `spanS` seconds. */
export async function registersOf(
  tx: Tx,
  args: { transactionIds: readonly number[]; spanS: number },
): Promise<ReadingRow[]> {
  return await tx.$queryRaw<ReadingRow[]>`
    SELECT DISTINCT ON (transaction_id, span) transaction_id, measured_at, register_milli_wh FROM (
      SELECT transaction_id, measured_at, register_milli_wh,
             floor(extract(epoch FROM measured_at) / ${args.spanS}) AS span
        FROM meter_reading
       WHERE transaction_id = ANY (${[...args.transactionIds]}::int[])
         AND register_milli_wh IS NOT NULL AND flag IS NULL) readings
     ORDER BY transaction_id, span, measured_at DESC`;
}

export type MeterRow = {
  measured_at: Date;
  register_milli_wh: bigint | null;
  power_w: number | null;
  soc_permille: number | null;
};

/** lastReadings are the newest unflagged readings of the given transactions, newest first. */
export async function lastReadings(tx: Tx, transactionIds: readonly number[]): Promise<MeterRow[]> {
  return await tx.$queryRaw<MeterRow[]>`
    SELECT measured_at, register_milli_wh, power_w, soc_permille FROM meter_reading
     WHERE transaction_id = ANY (${[...transactionIds]}::int[]) AND flag IS NULL
     ORDER BY measured_at DESC LIMIT 6`;
}

export type PriceRow = { start_at: Date; minutes: number; price_ticks: number; synthetic: boolean };

/** publishedPrices reads the latest version of each published price that touches [from, to). */
export async function publishedPrices(
  tx: Tx,
  args: { biddingZone: string; from: Date; to: Date },
): Promise<PriceRow[]> {
  const from = new Date(args.from.getTime() - PRICE_SLACK_S * 1000);
  return await tx.$queryRaw<PriceRow[]>`
    SELECT DISTINCT ON (p.minutes, p.start_at) p.start_at, p.minutes, p.price_ticks, d.synthetic
      FROM day_ahead_price p JOIN price_document d ON d.id = p.document_id
     WHERE p.bidding_zone = ${args.biddingZone} AND p.minutes IN (15, 60)
       AND p.start_at >= ${from} AND p.start_at < ${args.to}
     ORDER BY p.minutes, p.start_at, p.version DESC`;
}

export type SettledRow = { rev: number; driver_micro: bigint; result: unknown };

export async function latestSettlement(tx: Tx, sessionId: string): Promise<SettledRow | null> {
  const rows = await tx.$queryRaw<SettledRow[]>`
    SELECT rev, driver_micro, result FROM ledger.settlement
     WHERE session_id = ${sessionId}::uuid ORDER BY rev DESC LIMIT 1`;
  return rows[0] ?? null;
}

export type HistoryRow = {
  id: string;
  plug_in_at: Date;
  plug_out_at: Date | null;
  state: 'OPEN' | 'CLOSED';
  settle_state: string;
  location_name: string;
  time_zone: string;
  energy_milli_wh: bigint | null;
  driver_micro: bigint | null;
  rev: number | null;
};

/** stayHistory pages through a driver's stays, newest first, from before `before`. */
export async function stayHistory(
  tx: Tx,
  args: { driverId: string; before: { plugInAt: Date; id: string } | null; limit: number },
): Promise<HistoryRow[]> {
  const at = args.before?.plugInAt ?? null;
  const id = args.before?.id ?? null;
  return await tx.$queryRaw<HistoryRow[]>`
    SELECT s.id, s.plug_in_at, s.plug_out_at, s.state, s.settle_state, l.name AS location_name,
           l.time_zone, t.energy_milli_wh, t.driver_micro, t.rev
      FROM session s
      JOIN location l ON l.id = s.location_id
      LEFT JOIN LATERAL (SELECT energy_milli_wh, driver_micro, rev FROM ledger.settlement
                          WHERE session_id = s.id ORDER BY rev DESC LIMIT 1) t ON true
     WHERE s.driver_id = ${args.driverId}::uuid
       AND (${at}::timestamptz IS NULL OR (s.plug_in_at, s.id) < (${at}::timestamptz, ${id}::uuid))
     ORDER BY s.plug_in_at DESC, s.id DESC LIMIT ${args.limit}`;
}
