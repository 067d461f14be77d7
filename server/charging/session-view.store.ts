import type { WishSource } from '#domain/charging/wish.ts';
import type { Tx } from '../db/client.ts';
import type { HistoryCursor } from './history-cursor.ts';

/**
 * All single rows of a stay in one. Instants are Dates, energies bigint as stored; a page that waits
 * for "charge now" waits for this read, so it is one round trip and not nine.
 */
export type StayRow = {
  /** Which of the wanted stays this is. */
  no: number;
  id: string;
  tenant_id: number;
  station_id: string;
  evse_id: number;
  state: 'OPEN' | 'CLOSED';
  steering: string;
  settle_state: string;
  plug_in_at: Date;
  plug_out_at: Date | null;
  location_name: string;
  time_zone: string;
  bidding_zone: string;
  mtu_minutes: number;
  share_bp: number;
  driver_bp: number;
  msp_bp: number;
  cpo_bp: number;
  platform_bp: number;
  max_power_w: number;
  phases: number;
  last_seen_at: Date | null;
  connected: boolean;
  preference: PreferenceJson | null;
  plan_version: number | null;
  plan: unknown;
  command: CommandJson | null;
  transactions: TransactionJson[];
  profiles: ProfileJson[];
  settled_rev: number | null;
  settled_driver_micro: bigint | null;
  settled_result: unknown;
};

type PreferenceJson = {
  version: number;
  readyByAt: string | null;
  energyMilliWh: number | null;
  priority: boolean;
  source: WishSource | null;
  madeAt: string;
  msAgo: number;
};
/** The newest command of the stay that changes a limit. */
export type CommandJson = {
  planVersion: number | null;
  state: string;
  sentAt: string | null;
  answeredAt: string | null;
};
export type TransactionJson = {
  id: number;
  startedAt: string;
  stoppedAt: string | null;
  startMilliWh: number;
  stopMilliWh: number | null;
};
/** An accepted profile or removal, from when it counts. */
export type ProfileJson = { action: string; payload: unknown; inForceAt: string };

/**
 * Which stay, and who may see it: a driver the own ones, an operator all of the tenant (null);
 * `sessionId` null is the driver's open or else latest one.
 */
export type WantedStay = { sessionId: string | null; driverId: string | null };

const PRICE_SLACK_S = 3600;

/**
 * findStays reads the heads of stays; those that are not there or not their owner's are left out.
 * Ownership is part of the WHERE, so that a refusal does not tell whether the stay exists.
 */
export async function findStays(tx: Tx, wanted: readonly WantedStay[]): Promise<StayRow[]> {
  const json = JSON.stringify(
    wanted.map(({ sessionId, driverId }, no) => ({ no, session: sessionId, driver: driverId })),
  );
  return await tx.$queryRaw<StayRow[]>`
    SELECT wanted.no, s.id, s.tenant_id, s.station_id, s.evse_id, s.state, s.steering,
           s.settle_state, s.plug_in_at, s.plug_out_at,
           l.name AS location_name, l.time_zone,
           c.bidding_zone, c.mtu_minutes, v.share_bp, v.driver_bp, v.msp_bp,
           v.cpo_bp, v.platform_bp, cs.last_seen_at,
           coalesce(e.max_power_w, 22080) AS max_power_w, coalesce(e.phases, 3) AS phases,
           EXISTS (SELECT FROM connection k WHERE k.station_id = s.station_id
                    AND k.closed_at IS NULL) AS connected,
           w.preference, p.version AS plan_version, p.content AS plan, k.command,
           coalesce(t.transactions, '[]') AS transactions, coalesce(f.profiles, '[]') AS profiles,
           z.rev AS settled_rev, z.driver_micro AS settled_driver_micro,
           z.result AS settled_result
      FROM json_to_recordset(${json}::json) AS wanted(no integer, session uuid, driver uuid)
      -- Two ways to one stay, and not one WHERE for both: each finds it by its own index.
      JOIN LATERAL (
        SELECT * FROM session o WHERE o.id = wanted.session
           AND (wanted.driver IS NULL OR o.driver_id = wanted.driver)
        UNION ALL (SELECT * FROM session o
         WHERE wanted.session IS NULL AND o.driver_id = wanted.driver
         ORDER BY (o.state = 'OPEN') DESC, o.plug_in_at DESC LIMIT 1)) s ON true
      JOIN location l ON l.id = s.location_id
      JOIN contract c ON c.id = s.contract_id
      JOIN programme_version v ON v.id = s.programme_version_id
      JOIN charging_station cs ON cs.id = s.station_id
      -- Its limit makes it a look-up by key: as a plain join all charging points are read for each stay.
      LEFT JOIN LATERAL (SELECT q.max_power_w, q.phases FROM evse q
        WHERE q.station_id = s.station_id AND q.evse_id = s.evse_id LIMIT 1) e ON true
      LEFT JOIN LATERAL (SELECT jsonb_build_object('version', q.version,
          'readyByAt', q.ready_by_at, 'energyMilliWh', q.energy_milli_wh,
          'priority', q.priority, 'source', q.source, 'madeAt', q.made_at,
          'msAgo', extract(epoch FROM clock_timestamp() - q.created_at) * 1000) AS preference
        FROM charging_preference q WHERE q.session_id = s.id ORDER BY q.version DESC LIMIT 1) w
        ON true
      LEFT JOIN LATERAL (SELECT q.version, q.content FROM plan q WHERE q.session_id = s.id
        ORDER BY q.version DESC LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT jsonb_build_object('planVersion', q.plan_version,
          'state', q.state, 'sentAt', q.sent_at, 'answeredAt', q.answered_at) AS command
        FROM command q WHERE q.session_id = s.id AND q.state <> 'SUPERSEDED'
          AND q.action IN ('SetChargingProfile', 'ClearChargingProfile')
        ORDER BY q.created_at DESC LIMIT 1) k ON true
      LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', q.id,
          'startedAt', q.started_at, 'stoppedAt', q.stopped_at,
          'startMilliWh', q.meter_start_milli_wh, 'stopMilliWh', q.meter_stop_milli_wh)
          ORDER BY q.started_at, q.id) AS transactions
        FROM transaction q WHERE q.session_id = s.id) t ON true
      LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('action', q.action,
          'payload', q.payload, 'inForceAt', coalesce(q.sent_at, q.answered_at))
          ORDER BY coalesce(q.sent_at, q.answered_at), q.created_at) AS profiles
        FROM command q WHERE q.session_id = s.id AND q.state = 'ACCEPTED'
          AND q.action IN ('SetChargingProfile', 'ClearChargingProfile')) f ON true
      -- A car that came back has reopened its stay: what was settled before is not final any more.
      LEFT JOIN LATERAL (SELECT q.rev, q.driver_micro, q.result FROM ledger.settlement q
        WHERE q.session_id = s.id AND s.state = 'CLOSED' ORDER BY q.rev DESC LIMIT 1) z ON true`;
}

/** driversOf lists whose the given stays are, each driver once. */
export async function driversOf(tx: Tx, sessionIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ driver_id: string }[]>`
    SELECT DISTINCT driver_id FROM session
     WHERE id = ANY (${[...sessionIds]}::uuid[]) AND driver_id IS NOT NULL`;
  return rows.map(({ driver_id }) => driver_id);
}

export type ReadingRow = { transaction_id: number; measured_at: Date; register_milli_wh: bigint };

/** registersOf reads the last unflagged register of each span of a transaction's `spanS` seconds. */
export async function registersOf(
  tx: Tx,
  transactions: readonly { id: number; spanS: number }[],
): Promise<ReadingRow[]> {
  if (transactions.length === 0) return [];
  return await tx.$queryRaw<ReadingRow[]>`
    SELECT DISTINCT ON (transaction_id, span) transaction_id, measured_at, register_milli_wh FROM (
      SELECT r.transaction_id, r.measured_at, r.register_milli_wh,
             floor(extract(epoch FROM r.measured_at) / of.span) AS span
        FROM unnest(${transactions.map(({ id }) => id)}::int[],
                    ${transactions.map(({ spanS }) => spanS)}::int[]) AS of(id, span)
        JOIN meter_reading r ON r.transaction_id = of.id
       WHERE r.register_milli_wh IS NOT NULL AND r.flag IS NULL) readings
     ORDER BY transaction_id, span, measured_at DESC`;
}

export type MeterRow = {
  transaction_id: number;
  measured_at: Date;
  register_milli_wh: bigint | null;
  power_w: number | null;
  soc_permille: number | null;
};

/** lastReadings are the newest unflagged readings of each of the given transactions, newest first. */
export async function lastReadings(tx: Tx, transactionIds: readonly number[]): Promise<MeterRow[]> {
  if (transactionIds.length === 0) return [];
  return await tx.$queryRaw<MeterRow[]>`
    SELECT r.* FROM unnest(${[...transactionIds]}::int[]) AS of(id), LATERAL (
      SELECT transaction_id, measured_at, register_milli_wh, power_w, soc_permille
        FROM meter_reading WHERE transaction_id = of.id AND flag IS NULL
       ORDER BY measured_at DESC LIMIT 6) r
     ORDER BY r.measured_at DESC`;
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
  args: { driverId: string; before: HistoryCursor | null; limit: number },
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

export type StatementRow = {
  id: string;
  plug_in_at: Date;
  plug_out_at: Date | null;
  location_name: string;
  station_id: string;
  evse_id: number;
  sale_price_micro: bigint;
  settle_state: string;
  energy_milli_wh: bigint | null;
  driver_micro: bigint | null;
  steered_seconds: number | null;
};

/** statementRows are a driver's stays before a place, with what was settled, newest first; for a file. */
export async function statementRows(
  tx: Tx,
  args: { driverId: string; before: HistoryCursor | null; limit: number },
): Promise<StatementRow[]> {
  const before = args.before?.plugInAt.toISOString() ?? null;
  return await tx.$queryRaw<StatementRow[]>`
    SELECT s.id, s.plug_in_at, s.plug_out_at, l.name AS location_name, s.station_id, s.evse_id,
           s.sale_price_micro, s.settle_state, t.energy_milli_wh, t.driver_micro,
           (t.result ->> 'steeredSeconds')::double precision AS steered_seconds
      FROM session s
      JOIN location l ON l.id = s.location_id
      LEFT JOIN LATERAL (SELECT energy_milli_wh, driver_micro, result FROM ledger.settlement
                          WHERE session_id = s.id AND s.state = 'CLOSED'
                          ORDER BY rev DESC LIMIT 1) t ON true
     WHERE s.driver_id = ${args.driverId}::uuid
       AND (${before}::timestamptz IS NULL
            OR (s.plug_in_at, s.id) < (${before}::timestamptz, ${args.before?.id ?? null}::uuid))
     ORDER BY s.plug_in_at DESC, s.id DESC LIMIT ${args.limit}`;
}
