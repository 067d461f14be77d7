import type { ChargingProfile, CommandAction } from '#domain/charging/commands.ts';
import type { WishSource } from '#domain/charging/wish.ts';
import type { Plan } from '#domain/planning/plan.ts';
import type { Rung } from '#domain/planning/profile.ts';
import type { Tx } from '../db/client.ts';

/** One row per open session: all that planning needs, in one round trip for many sessions. */
export type PlanningRow = {
  id: string;
  tenant_id: number;
  location_id: string;
  station_id: string;
  evse_id: number;
  facts_version: bigint;
  steering: Rung;
  plug_in_at: Date;
  phases: number;
  max_power_w: number;
  capabilities: unknown;
  bidding_zone: string;
  mtu_minutes: number;
  risk_premium_ticks: number;
  transaction_id: number | null;
  ocpp_id: string | null;
  finished_milli_wh: bigint;
  meter_start_milli_wh: bigint | null;
  readings: { at: string; registerMilliWh: number | null; powerW: number | null }[];
  ready_by_at: Date | null;
  energy_milli_wh: bigint | null;
  min_energy_milli_wh: bigint | null;
  priority: boolean | null;
  wish_source: WishSource | null;
  plan_version: number | null;
  plan: Plan | null;
  last_rung: Rung | null;
  last_state: 'REQUESTED' | 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT' | 'SUPERSEDED' | null;
  last_plan_version: number | null;
  last_answered_at: Date | null;
  last_epoch: bigint | null;
  last_ocpp_id: string | null;
  last_was_cleared: boolean;
  was_told: boolean;
  composite_state: string | null;
  composite_is_unread: boolean;
  epoch: bigint | null;
  /** Chance to be connected after each half hour of the stay's first day; see departure.service.ts. */
  survival: number[] | null;
  /** Chance that it takes more than 0…100 kWh; null where that was not learned yet. */
  energy: number[] | null;
  open_at_station: number;
  /** Of its own EVSE only. */
  limits: { limitW: number; validFrom: string; validTo: string | null }[];
  planned_version: bigint;
  wake_at: Date | null;
};

const RECENT_READINGS = 12;

/**
 * lockSessions takes those sessions that no other planner holds: an advisory lock each, kept until `tx`
 * ends, lets any number of workers share the work. Rows are read after it, as the last holder left them.
 */
export async function lockSessions(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT x.id FROM unnest(${[...new Set(ids)]}::text[]) AS x (id) WHERE pg_try_advisory_xact_lock(1, hashtext(x.id))`;
  return rows.map((row) => row.id);
}

/** lockOpen keeps sessions from closing until `tx` ends. @returns those that are still open. */
export async function lockOpen(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM session WHERE id = ANY (${ids}::uuid[]) AND state = 'OPEN' ORDER BY id FOR NO KEY UPDATE`;
  return new Set(rows.map((row) => row.id));
}

/** loadPlanningRows reads open sessions that this worker holds. */
export async function loadPlanningRows(tx: Tx, ids: readonly string[]): Promise<PlanningRow[]> {
  return await tx.$queryRaw<PlanningRow[]>`
    SELECT s.id, s.tenant_id, s.location_id, s.station_id, s.evse_id, s.facts_version, s.steering, s.plug_in_at,
      coalesce(e.phases, 3)::int AS phases, coalesce(e.max_power_w, 22080) AS max_power_w, cs.capabilities,
      l.bidding_zone, x.survival, x.energy, c.mtu_minutes::int AS mtu_minutes, pv.risk_premium_ticks,
      t.id AS transaction_id, t.ocpp_id, t.meter_start_milli_wh,
      coalesce((SELECT sum(greatest(0, coalesce(d.meter_stop_milli_wh, d.meter_start_milli_wh) - d.meter_start_milli_wh))
        FROM transaction d WHERE d.session_id = s.id AND d.state <> 'ACTIVE'), 0)::bigint AS finished_milli_wh,
      coalesce(m.readings, '[]') AS readings,
      w.ready_by_at, w.energy_milli_wh, w.min_energy_milli_wh, w.priority, w.source AS wish_source,
      p.version AS plan_version, p.content AS plan,
      k.rung AS last_rung, k.state AS last_state, k.plan_version AS last_plan_version,
      k.answered_at AS last_answered_at, k.connection_epoch AS last_epoch, k.payload #>> '{profile,transactionOcppId}' AS last_ocpp_id,
      EXISTS (SELECT 1 FROM command x WHERE x.session_id = s.id AND x.action = 'ClearChargingProfile' AND x.created_at > k.created_at)
        AS last_was_cleared,
      EXISTS (SELECT 1 FROM command x WHERE x.session_id = s.id AND x.action = 'SetChargingProfile' AND x.state = 'ACCEPTED') AS was_told,
      g.state AS composite_state, coalesce(g.state IN ('ACCEPTED', 'REJECTED') AND NOT g.answer ? 'isAsTold', false) AS composite_is_unread,
      (SELECT x.epoch FROM connection x WHERE x.station_id = s.station_id AND x.closed_at IS NULL) AS epoch,
      (SELECT count(*)::int FROM session o WHERE o.station_id = s.station_id AND o.state = 'OPEN') AS open_at_station,
      coalesce((SELECT jsonb_agg(jsonb_build_object('limitW', pl.limit_w, 'validFrom', pl.valid_from, 'validTo', pl.valid_to))
        FROM power_limit pl WHERE pl.location_id = s.location_id AND pl.station_id = s.station_id AND pl.evse_id = s.evse_id), '[]') AS limits,
      s.planned_version, s.wake_at
    FROM session s
    JOIN location l ON l.id = s.location_id
    JOIN charging_station cs ON cs.id = s.station_id
    JOIN contract c ON c.id = s.contract_id
    JOIN programme_version pv ON pv.id = s.programme_version_id
    LEFT JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
    LEFT JOIN departure_expected x ON x.session_id = s.id
    LEFT JOIN LATERAL (SELECT * FROM transaction a WHERE a.session_id = s.id AND a.state = 'ACTIVE' ORDER BY a.id DESC LIMIT 1) t ON true
    LEFT JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('at', r.measured_at, 'registerMilliWh', r.register_milli_wh, 'powerW', r.power_w)
          ORDER BY r.measured_at) AS readings
      FROM (SELECT * FROM meter_reading q WHERE q.transaction_id = t.id AND q.flag IS NULL
        ORDER BY q.measured_at DESC LIMIT ${RECENT_READINGS}) r) m ON true
    LEFT JOIN LATERAL (SELECT * FROM charging_preference q WHERE q.session_id = s.id ORDER BY q.version DESC LIMIT 1) w ON true
    LEFT JOIN LATERAL (SELECT q.version, q.content FROM plan q WHERE q.session_id = s.id ORDER BY q.version DESC LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT q.* FROM command q WHERE q.session_id = s.id AND q.action = 'SetChargingProfile'
      ORDER BY q.created_at DESC LIMIT 1) k ON true
    LEFT JOIN LATERAL (SELECT q.state, q.answer FROM command q WHERE q.session_id = s.id AND q.action = 'GetCompositeSchedule'
      ORDER BY q.created_at DESC LIMIT 1) g ON true
    WHERE s.id = ANY (${ids}::uuid[]) AND s.state = 'OPEN'`;
}

/** dueSessions are open sessions whose facts are newer than their plan, or whose time to look has come. */
export async function dueSessions(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    (SELECT id FROM session WHERE state = 'OPEN' AND planned_version < facts_version LIMIT ${limit})
    UNION (SELECT id FROM session WHERE state = 'OPEN' AND wake_at <= ${now} LIMIT ${limit})`;
  return rows.map((row) => row.id);
}

/** nextWake is the earliest instant at which an open session wants to be looked at. */
export async function nextWake(tx: Tx): Promise<Date | null> {
  const rows = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT min(wake_at) AS at FROM session WHERE state = 'OPEN' AND wake_at IS NOT NULL`;
  return rows[0]?.at ?? null;
}

export type LookedAt = { id: string; factsVersion: bigint; wakeAt: Date | null; steering: Rung };

/** storeLookedAt locks sessions in the order of their ids, as storing readings does, lest the two deadlock. */
export async function storeLookedAt(tx: Tx, looked: readonly LookedAt[]): Promise<void> {
  const rows = JSON.stringify(looked.map((one) => ({
    id: one.id, facts: one.factsVersion.toString(), wake: one.wakeAt?.toISOString() ?? null, steering: one.steering,
  })));
  await tx.$executeRaw`
    WITH x AS (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS r (id uuid, facts bigint, wake timestamptz, steering text)
    ), locked AS (
      SELECT s.id FROM session s JOIN x ON x.id = s.id ORDER BY s.id FOR NO KEY UPDATE OF s
    )
    UPDATE session s SET planned_version = greatest(s.planned_version, x.facts), wake_at = x.wake, steering = x.steering
    FROM x JOIN locked ON locked.id = x.id WHERE s.id = x.id`;
}

export type NewPlan = {
  tenantId: number; sessionId: string; version: number; plan: Plan; digest: string;
  /** The joint plan it is part of. */
  treePlanId: string | null;
};

export async function storePlans(tx: Tx, plans: readonly NewPlan[]): Promise<void> {
  if (plans.length === 0) return;
  const rows = JSON.stringify(plans.map((one) => ({
    tenant: one.tenantId, session: one.sessionId, version: one.version, reason: one.plan.reason,
    made_at: new Date(one.plan.madeAt * 1000).toISOString(), digest: one.digest, content: one.plan, tree: one.treePlanId,
  })));
  await tx.$executeRaw`
    INSERT INTO plan (tenant_id, session_id, version, reason, made_at, digest, content, tree_plan_id)
    SELECT tenant, session, version, reason, made_at, decode(digest, 'hex'), content, tree
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS x (tenant integer, session uuid, version integer, reason text, made_at timestamptz, digest text, content jsonb, tree uuid)`;
}

export type NewCommand = {
  tenantId: number; stationId: string; sessionId: string | null; planVersion: number | null; rung: Rung | null;
  action: CommandAction; payload: { evseId: number; profile: ChargingProfile } | Record<string, unknown>; connectionEpoch: bigint | null;
};

/** storeCommands inserts command rows; those of the same session, purpose and age that were not sent yet are superseded. */
export async function storeCommands(tx: Tx, commands: readonly NewCommand[], now: Date): Promise<void> {
  if (commands.length === 0) return;
  const rows = JSON.stringify(commands.map((one) => ({
    tenant: one.tenantId, station: one.stationId, session: one.sessionId, version: one.planVersion, rung: one.rung,
    action: one.action, payload: one.payload, epoch: one.connectionEpoch?.toString() ?? null,
  })));
  await tx.$executeRaw`
    UPDATE command c SET state = 'SUPERSEDED', answered_at = ${now}
    FROM jsonb_to_recordset(${rows}::jsonb) AS x (session uuid, action text)
    WHERE c.session_id = x.session AND c.action = x.action AND c.state = 'REQUESTED' AND c.sent_at IS NULL
      AND c.action IN ('SetChargingProfile', 'GetCompositeSchedule')`;
  await tx.$executeRaw`
    INSERT INTO command (tenant_id, station_id, session_id, plan_version, rung, action, payload, connection_epoch, requested_at)
    SELECT tenant, station, session, version, rung, action, payload, epoch, ${now}
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS x (tenant integer, station text, session uuid, version integer, rung text, action text, payload jsonb, epoch bigint)`;
}
