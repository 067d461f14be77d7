import { timelineOf } from '#domain/charging/timeline.ts';
import type {
  PlanVersion,
  StationAnswer,
  TimelineEntry,
  WishVersion,
} from '#domain/charging/timeline.ts';
import type { LimitPeriod } from '#domain/planning/plan.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { Tx } from '../db/client.ts';

/** A plan is made anew a few dozen times a day at most; more than this is a fault to look at. */
const ENTRIES_MAX = 500;

type StayHead = { plug_in_at: Date; plug_out_at: Date | null };
type PlanRow = {
  version: number;
  reason: PlanVersion['reason'];
  made_at: Date;
  mode: PlanVersion['mode'];
  ready_at: number | null;
  target_milli_wh: number;
  unserved_milli_wh: number;
  cashback_micro: string | null;
  periods: LimitPeriod[];
};
type AnswerRow = {
  plan_version: number;
  state: StationAnswer['state'];
  answered_at: Date | null;
};
type WishRow = {
  made_at: Date;
  source: WishVersion['source'];
  ready_by_at: Date | null;
  energy_milli_wh: bigint | null;
  priority: boolean;
  priority_by: WishVersion['priorityBy'];
};

/** readTimeline tells the story of a driver's own stay; null where the driver has no such stay. */
export async function readTimeline(
  tx: Tx,
  at: { sessionId: string; driverId: string },
): Promise<TimelineEntry[] | null> {
  const heads = await tx.$queryRaw<StayHead[]>`
    SELECT plug_in_at, plug_out_at FROM session
     WHERE id = ${at.sessionId}::uuid AND driver_id = ${at.driverId}::uuid`;
  const [head] = heads;
  if (head === undefined) return null;
  return timelineOf({
    plugInAt: secondsFromDate(head.plug_in_at),
    plugOutAt: head.plug_out_at === null ? null : secondsFromDate(head.plug_out_at),
    wishes: await wishesOf(tx, at.sessionId),
    plans: await plansOf(tx, at.sessionId),
    answers: await answersOf(tx, at.sessionId),
  });
}

/** Without the slots: they are most of a plan, and no part of its story. */
async function plansOf(tx: Tx, sessionId: string): Promise<PlanVersion[]> {
  const rows = await tx.$queryRaw<PlanRow[]>`
    SELECT version, reason, made_at, content ->> 'mode' AS mode,
           (content ->> 'readyAt')::double precision AS ready_at,
           (content ->> 'targetMilliWh')::double precision AS target_milli_wh,
           (content ->> 'unservedMilliWh')::double precision AS unserved_milli_wh,
           content ->> 'expectedCashbackMicro' AS cashback_micro,
           coalesce(content -> 'periods', '[]') AS periods
      FROM (SELECT * FROM plan WHERE session_id = ${sessionId}::uuid
             ORDER BY version DESC LIMIT ${ENTRIES_MAX}) p
     ORDER BY version`;
  return rows.map((row) => ({
    version: row.version,
    reason: row.reason,
    madeAt: secondsFromDate(row.made_at),
    mode: row.mode,
    readyAt: row.ready_at,
    targetMilliWh: row.target_milli_wh,
    unservedMilliWh: row.unserved_milli_wh,
    expectedCashbackMicro: row.cashback_micro,
    periods: row.periods,
  }));
}

async function answersOf(tx: Tx, sessionId: string): Promise<StationAnswer[]> {
  const rows = await tx.$queryRaw<AnswerRow[]>`
    SELECT plan_version, state, answered_at FROM command
     WHERE session_id = ${sessionId}::uuid AND action = 'SetChargingProfile'
       AND plan_version IS NOT NULL AND state <> 'SUPERSEDED'
     ORDER BY created_at DESC LIMIT ${ENTRIES_MAX}`;
  return rows.toReversed().map(({ plan_version, state, answered_at }) => ({
    planVersion: plan_version,
    state,
    answeredAt: answered_at === null ? null : secondsFromDate(answered_at),
  }));
}

async function wishesOf(tx: Tx, sessionId: string): Promise<WishVersion[]> {
  const rows = await tx.$queryRaw<WishRow[]>`
    SELECT made_at, source, ready_by_at, energy_milli_wh, priority, priority_by
      FROM charging_preference
     WHERE session_id = ${sessionId}::uuid ORDER BY version LIMIT ${ENTRIES_MAX}`;
  return rows.map((row) => ({
    madeAt: secondsFromDate(row.made_at),
    source: row.source,
    readyByAt: row.ready_by_at === null ? null : secondsFromDate(row.ready_by_at),
    energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
    priority: row.priority,
    priorityBy: row.priority_by,
  }));
}
