import type { SettlementFigures } from '#domain/settlement/receipt.ts';
import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import { Prisma } from '../db/generated/client.ts';

/** One row per stay: everything its settlement depends on but the prices. */
export type SettlementRow = {
  id: string;
  tenant_id: number;
  station_id: string;
  evse_id: number;
  state: 'OPEN' | 'CLOSED';
  steering: 'TX_PROFILE' | 'TX_DEFAULT_PROFILE' | 'STATION_MAX_PROFILE' | 'OBSERVE';
  driver_id: string | null;
  id_token: string;
  facts_version: bigint;
  plug_in_at: Date;
  plug_out_at: Date | null;
  phases: number;
  rated_power_w: number;
  bidding_zone: string;
  mtu_minutes: number;
  contract_kind: 'DAY_AHEAD' | 'FIXED';
  sale_price_micro: bigint;
  programme_version_id: number;
  share_bp: number;
  driver_bp: number;
  msp_bp: number;
  cpo_bp: number;
  platform_bp: number;
  driver_cap_micro: bigint;
  min_payout_micro: bigint;
  msp_name: string;
  transactions: TransactionJson[];
  profiles: ProfileJson[];
  /** When the station's clock was last seen to be right before the stay, and first after it. */
  clock_before_at: Date | null;
  clock_after_at: Date | null;
  last_rev: number | null;
  last_digest: Uint8Array | null;
  last_figures: SettlementFigures | null;
  last_txn_id: string | null;
  last_driver_micro: bigint | null;
  /** Whom the latest revision was posted to, who holds it now, and how often it moved. */
  last_payee: string | null;
  last_holder: string | null;
  last_moves: number;
};

export type TransactionJson = {
  id: number; stationId: string; evseId: number; startedAt: string; startedReceivedAt: string; startMilliWh: number;
  stoppedAt: string | null; stoppedReceivedAt: string | null; stopMilliWh: number | null; state: string;
  readings: [at: string, receivedAt: string, registerMilliWh: number, powerW: number | null][];
};
/** `inForceAt`: when an accepted profile was sent; a station acts on it before its answer is here. */
export type ProfileJson = { action: string; payload: unknown; inForceAt: string };

/** The stored figures of a settlement `z` that was joined from the left, as SettlementFigures or null. */
export const figuresOfZ = Prisma.sql`CASE WHEN z.rev IS NOT NULL THEN jsonb_build_object('energyMilliWh', z.energy_milli_wh::text,
  'baselineExact', z.baseline_exact::text, 'actualExact', z.actual_exact::text, 'savingExact', (z.baseline_exact - z.actual_exact)::text,
  'potMicro', z.pot_micro::text, 'driverMicro', z.driver_micro::text, 'mspMicro', z.msp_micro::text, 'cpoMicro', z.cpo_micro::text,
  'platformMicro', z.platform_micro::text, 'cappedMicro', z.capped_micro::text) END`;

/** loadSettlementRows reads stays with every reading and accepted profile, for many sessions in one round trip. */
export async function loadSettlementRows(tx: Tx, ids: readonly string[]): Promise<SettlementRow[]> {
  return await tx.$queryRaw<SettlementRow[]>`
    SELECT s.id, s.tenant_id, s.station_id, s.evse_id, s.state, s.steering, s.driver_id, s.id_token, s.facts_version, s.plug_in_at, s.plug_out_at,
      coalesce(e.phases, 3)::int AS phases, coalesce(e.max_power_w, 22080) AS rated_power_w, l.bidding_zone, c.mtu_minutes::int AS mtu_minutes,
      c.kind AS contract_kind, s.sale_price_micro, s.programme_version_id, pv.share_bp, pv.driver_bp, pv.msp_bp, pv.cpo_bp,
      pv.platform_bp, pv.driver_cap_micro, pv.min_payout_micro, pv.msp_name,
      coalesce(t.transactions, '[]') AS transactions, coalesce(k.profiles, '[]') AS profiles,
      ca.before_at AS clock_before_at, ca.after_at AS clock_after_at,
      z.rev AS last_rev, z.facts_digest AS last_digest, z.txn_id AS last_txn_id, z.driver_micro AS last_driver_micro,
      pay.party AS last_payee, coalesce(mov.party, pay.party) AS last_holder, coalesce(mov.source_rev + 1, 0)::int AS last_moves,
      ${figuresOfZ} AS last_figures
    FROM session s
    JOIN location l ON l.id = s.location_id
    JOIN contract c ON c.id = s.contract_id
    JOIN programme_version pv ON pv.id = s.programme_version_id
    LEFT JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
    LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('id', a.id, 'stationId', a.station_id, 'evseId', a.evse_id, 'startedAt', a.started_at, 'startedReceivedAt', a.started_received_at,
        'startMilliWh', a.meter_start_milli_wh, 'stoppedAt', a.stopped_at, 'stoppedReceivedAt', a.stopped_received_at,
        'stopMilliWh', a.meter_stop_milli_wh, 'state', a.state,
        'readings', coalesce((SELECT jsonb_agg(jsonb_build_array(r.measured_at, r.received_at, r.register_milli_wh, r.power_w)
            ORDER BY r.measured_at, r.digest)
          FROM meter_reading r WHERE r.transaction_id = a.id AND r.register_milli_wh IS NOT NULL AND r.flag IS NULL), '[]'))
        ORDER BY a.started_at, a.id) AS transactions
      FROM transaction a WHERE a.session_id = s.id) t ON true
    LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('action', q.action, 'payload', q.payload, 'inForceAt', coalesce(q.sent_at, q.answered_at))
        ORDER BY coalesce(q.sent_at, q.answered_at), q.created_at) AS profiles
      FROM command q WHERE q.session_id = s.id AND q.state = 'ACCEPTED' AND q.action IN ('SetChargingProfile', 'ClearChargingProfile')) k ON true
    LEFT JOIN LATERAL (SELECT
        greatest(max(c.first_at) FILTER (WHERE c.first_at <= s.plug_in_at), max(c.last_at) FILTER (WHERE c.last_at <= s.plug_in_at)) AS before_at,
        least(min(c.first_at) FILTER (WHERE c.first_at >= s.plug_out_at), min(c.last_at) FILTER (WHERE c.last_at >= s.plug_out_at)) AS after_at
      FROM clock_anchor c WHERE c.station_id = s.station_id) ca ON true
    LEFT JOIN LATERAL (SELECT * FROM ledger.settlement q WHERE q.session_id = s.id ORDER BY q.rev DESC LIMIT 1) z ON true
    LEFT JOIN LATERAL (SELECT a.party FROM ledger.transfer f JOIN ledger.account a ON a.id = f.credit
      WHERE f.txn_id = z.txn_id AND a.kind = 'driver_payable' LIMIT 1) pay ON true
    LEFT JOIN LATERAL (SELECT a.party, x.source_rev FROM ledger.txn x JOIN ledger.transfer f ON f.txn_id = x.id JOIN ledger.account a ON a.id = f.credit
      WHERE x.tenant_id = s.tenant_id AND x.source_id = 'party ' || s.id || ' ' || z.rev AND x.kind = 'adjustment'
      ORDER BY x.source_rev DESC LIMIT 1) mov ON true
    WHERE s.id = ANY (${ids}::uuid[])`;
}

/** dueSettlements are closed sessions with facts that no settlement has seen; ascending by id, after `afterId`. */
export async function dueSettlements(tx: Tx, limit: number, afterId: string | null = null): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM session WHERE state = 'CLOSED' AND settled_version < facts_version
      AND (${afterId}::uuid IS NULL OR id > ${afterId}::uuid) ORDER BY id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}

export type SettleOutcome = { id: string; factsVersion: bigint; state: 'SETTLED' | 'WAITING_PRICES' | 'REVIEW'; reason: string | null };

/**
 * storeOutcomes says what came of settling. An outcome of older facts than were settled meanwhile
 * changes nothing; rows are locked in the order of their ids, so that two workers never wait for each other.
 */
export async function storeOutcomes(tx: Tx, outcomes: readonly SettleOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = JSON.stringify(outcomes.map((one) => ({ ...one, factsVersion: one.factsVersion.toString() })));
  await tx.$executeRaw`
    WITH locked AS MATERIALIZED (
      SELECT id FROM session WHERE id = ANY (${outcomes.map((one) => one.id)}::uuid[]) ORDER BY id FOR NO KEY UPDATE)
    UPDATE session s SET settled_version = x."factsVersion", settle_state = x.state, settle_reason = x.reason
    FROM locked, jsonb_to_recordset(${rows}::jsonb) AS x (id uuid, "factsVersion" bigint, state text, reason text)
    WHERE s.id = x.id AND locked.id = x.id AND x."factsVersion" >= s.settled_version`;
}

/** settleAgain makes a stay due that could not be settled. @returns whether it was one. */
export async function settleAgain(tx: Tx, sessionId: string): Promise<boolean> {
  const due = await tx.$executeRaw`
    UPDATE session SET settled_version = facts_version - 1, settle_state = 'PENDING', settle_reason = NULL
    WHERE id = ${sessionId}::uuid AND state = 'CLOSED' AND settle_state = 'REVIEW'`;
  if (due === 1) await publish(tx, 'session', [sessionId]);
  return due === 1;
}

/** lockRevision keeps other workers from settling the session until `tx` ends. @returns its latest revision, null before the first. */
export async function lockRevision(tx: Tx, sessionId: string): Promise<number | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(2, hashtext(${sessionId}))`;
  const rows = await tx.$queryRaw<{ rev: number | null }[]>`
    SELECT max(rev) AS rev FROM ledger.settlement WHERE session_id = ${sessionId}::uuid`;
  return rows[0]?.rev ?? null;
}

/** post goes through the ledger's only door: all entries or none; what was posted before with the same body stays as it is. */
export async function post(tx: Tx, entries: readonly LedgerEntry[]): Promise<void> {
  await tx.$executeRaw`SELECT ledger.post(${JSON.stringify(entries)}::jsonb)`;
}

/** countPosted is how many settlements of these sessions `tx` itself has written. */
export async function countPosted(tx: Tx, sessionIds: readonly string[]): Promise<number> {
  const rows = await tx.$queryRaw<{ posted: number }[]>`
    SELECT count(*)::int AS posted FROM ledger.settlement
    WHERE session_id = ANY (${sessionIds}::uuid[]) AND xmin = pg_current_xact_id()::xid`;
  return rows[0]?.posted ?? 0;
}

export type AccountKind = 'driver_payable' | 'driver_receivable' | 'msp_payable' | 'cpo_payable' | 'cpo_receivable'
  | 'platform_payable' | 'payout_clearing';
export type Leg = { debit: { party: string; kind: AccountKind }; credit: { party: string; kind: AccountKind }; micro: string };
export type LedgerEntry = {
  tenant: number; kind: 'settlement' | 'reversal' | 'adjustment' | 'payout'; key: string; sourceId: string; sourceRev: number;
  reverses?: string; legs: Leg[]; settlement?: Record<string, unknown>;
};

export async function legsOf(tx: Tx, txnId: string): Promise<Leg[]> {
  const rows = await tx.$queryRaw<{ dp: string; dk: AccountKind; cp: string; ck: AccountKind; micro: bigint }[]>`
    SELECT d.party AS dp, d.kind::text AS dk, c.party AS cp, c.kind::text AS ck, t.micro FROM ledger.transfer t
    JOIN ledger.account d ON d.id = t.debit JOIN ledger.account c ON c.id = t.credit WHERE t.txn_id = ${txnId}::uuid ORDER BY t.leg`;
  return rows.map((row) => ({
    debit: { party: row.dp, kind: row.dk }, credit: { party: row.cp, kind: row.ck }, micro: row.micro.toString(),
  }));
}

/** balanceOf is what a party is owed on an account (credits − debits), 0 where there is none yet. */
export async function balanceOf(tx: Tx, args: { tenantId: number; party: string; kind: AccountKind }): Promise<bigint> {
  const rows = await tx.$queryRaw<{ micro: bigint }[]>`
    SELECT b.credits - b.debits AS micro FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
    WHERE a.tenant_id = ${args.tenantId} AND a.party = ${args.party} AND a.kind::text = ${args.kind}`;
  return rows[0]?.micro ?? 0n;
}

/** partiesOwing are those of `accounts` that owe something on driver_receivable, as `<tenant> <party>`. */
export async function partiesOwing(tx: Tx, accounts: readonly { tenantId: number; party: string }[]): Promise<Set<string>> {
  if (accounts.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ owing: string }[]>`
    SELECT a.tenant_id || ' ' || a.party AS owing FROM ledger.account a JOIN ledger.balance b ON b.account_id = a.id
    WHERE a.tenant_id = ANY (${accounts.map(({ tenantId }) => tenantId)}::int[])
      AND a.party = ANY (${accounts.map(({ party }) => party)}) AND a.kind = 'driver_receivable' AND b.debits > b.credits`;
  return new Set(rows.map((row) => row.owing));
}
