import { BASIS_POINTS, EXACT_PER_MICRO, halfEven } from '../money/money.ts';
import { limitAt } from '../planning/periods.ts';
import { WAKE_S } from '../planning/replan.ts';
import type { UnservedReason } from '../planning/plan.ts';
import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import type { MeterView, PlanView, StayView } from './stay-view.ts';

/** Below this the car takes nothing (settlement rule 7). */
export const DRAWING_W = 300;
/** Energy this close to the wish is the wish: 10 Wh. */
const NEAR_MILLI_WH = 10_000;

/** Will it be ready? Each has a sentence in the pages' dictionary. */
export type Readiness =
  | { key: 'PLANNING' }
  | { key: 'UNPLUGGED'; at: InstantS; energyMilliWh: MilliWh }
  | { key: 'READY'; energyMilliWh: MilliWh }
  | { key: 'IN_TIME'; at: InstantS; spareMinutes: number }
  | { key: 'LATE'; at: InstantS; lateMinutes: number }
  | { key: 'SHORT'; byAt: InstantS; missingMilliWh: MilliWh; reason: UnservedReason | null }
  | { key: 'ABOUT'; at: InstantS; energyMilliWh: MilliWh; known: boolean }
  /** The asked time is over and the car is still here: departure is a goal, not a stop. */
  | { key: 'PASSED'; byAt: InstantS; missingMilliWh: MilliWh; doneAt: InstantS | null };

/** Why is it charging or not right now? With the next change where one is planned. */
export type Why =
  | { key: 'PLANNING' | 'UNPLUGGED' | 'DONE' | 'CAR_FULL' | 'OBSERVED_IDLE' | 'OBSERVED_CHARGING' }
  | {
      key:
        | 'NOW_ASKED'
        | 'NOW_REFUSED'
        | 'NOW_SILENT'
        | 'NOW_NO_DRAW'
        | 'NO_DRAW'
        | 'WAKING'
        | 'PROBE_WAITING';
    }
  | { key: 'STATION_AWAY'; lastSeenAt: InstantS | null }
  | { key: 'PROBE_DRAWING' | 'CHARGING_NOW' | 'CHARGING'; untilAt: InstantS | null }
  | { key: 'CHARGING_FIRST'; untilAt: InstantS }
  | { key: 'TAIL_CHARGING' | 'TAIL_IDLE' }
  | { key: 'HOLD_NOT_OBEYED' }
  | WaitingWhy;

type WaitingWhy = {
  key: 'WAITING';
  nextAt: InstantS | null;
  /** Prices now and at the next change; null where unknown. */
  nowTicks: number | null;
  thenTicks: number | null;
};

/** explainReady answers "will it be ready?" at `now` from the plan in force and the meter. */
export function explainReady(view: StayView, now: InstantS = view.nowAt): Readiness {
  const { plan, meter } = view;
  if (view.plugOutAt !== null || view.state === 'CLOSED') {
    const at = view.plugOutAt ?? view.nowAt;
    return { key: 'UNPLUGGED', at, energyMilliWh: meter.deliveredMilliWh };
  }
  if (plan === null) return { key: 'PLANNING' };
  if (isDone(plan, meter.deliveredMilliWh)) {
    return { key: 'READY', energyMilliWh: meter.deliveredMilliWh };
  }
  if (plan.readyByAt !== null && now >= plan.readyByAt) return passed(plan, meter, now);
  return foreseen(plan);
}

function passed(
  { readyByAt, readyAt, targetMilliWh }: PlanView,
  meter: MeterView,
  now: InstantS,
): Readiness {
  return {
    key: 'PASSED',
    byAt: readyByAt ?? now,
    missingMilliWh: targetMilliWh - meter.deliveredMilliWh,
    doneAt: readyAt !== null && readyAt > now ? readyAt : null,
  };
}

function foreseen(plan: PlanView): Readiness {
  if (plan.unservedMilliWh > NEAR_MILLI_WH) {
    const { deadlineAt: byAt, unservedMilliWh: missingMilliWh, unservedReason: reason } = plan;
    return { key: 'SHORT', byAt, missingMilliWh, reason };
  }
  if (plan.readyAt === null) return { key: 'PLANNING' };
  if (plan.readyByAt === null) {
    const { readyAt: at, targetMilliWh: energyMilliWh, targetKnown: known } = plan;
    return { key: 'ABOUT', at, energyMilliWh, known };
  }
  const spareMinutes = Math.floor((plan.readyByAt - plan.readyAt) / 60);
  if (spareMinutes >= 0) return { key: 'IN_TIME', at: plan.readyAt, spareMinutes };
  return { key: 'LATE', at: plan.readyAt, lateMinutes: -spareMinutes };
}

/** explainWhy answers "why is it charging or not right now?" at `now`. */
export function explainWhy(view: StayView, now: InstantS): Why {
  const { plan, meter, chargeNow } = view;
  if (view.plugOutAt !== null || view.state === 'CLOSED') return { key: 'UNPLUGGED' };
  if (!view.station.connected) {
    return { key: 'STATION_AWAY', lastSeenAt: view.station.lastSeenAt };
  }
  if (chargeNow.stage === 'SILENT') return { key: 'NOW_SILENT' };
  if (chargeNow.stage === 'REFUSED') return { key: 'NOW_REFUSED' };
  if (chargeNow.stage === 'ASKED' || chargeNow.stage === 'SENT') return { key: 'NOW_ASKED' };
  if (plan === null) return { key: 'PLANNING' };
  if (plan.mode === 'OBSERVE') {
    return { key: meter.charging ? 'OBSERVED_CHARGING' : 'OBSERVED_IDLE' };
  }
  if (plan.reason === 'CAR_FULL' && !meter.charging) return { key: 'CAR_FULL' };
  return whyByMode(plan, view, now);
}

function whyByMode(plan: PlanView, view: StayView, now: InstantS): Why {
  const { charging, deliveredMilliWh } = view.meter;
  switch (plan.mode) {
    case 'PRIORITY':
      if (charging) return { key: 'CHARGING_NOW', untilAt: plan.readyAt };
      return { key: now < plan.madeAt + WAKE_S ? 'WAKING' : 'NOW_NO_DRAW' };
    case 'TAIL':
    case 'OBSERVE':
      if (isDone(plan, deliveredMilliWh) && !charging) return { key: 'DONE' };
      return { key: charging ? 'TAIL_CHARGING' : 'TAIL_IDLE' };
    case 'PROBE':
      return charging
        ? { key: 'PROBE_DRAWING', untilAt: nextChange(plan, now) }
        : { key: 'PROBE_WAITING' };
    case 'SMART':
      return whyOnPlan(plan, view, now);
  }
}

function whyOnPlan(plan: PlanView, view: StayView, now: InstantS): Why {
  const { charging, deliveredMilliWh } = view.meter;
  if (charging && isHoldIgnored(plan, view, now)) return { key: 'HOLD_NOT_OBEYED' };
  if (charging && !isHeld(plan, now)) {
    const untilAt = nextChange(plan, now);
    const isFirst = !plan.targetKnown && deliveredMilliWh < (plan.leastMilliWh ?? 0);
    return isFirst && untilAt !== null
      ? { key: 'CHARGING_FIRST', untilAt } : { key: 'CHARGING', untilAt };
  }
  if (isDone(plan, deliveredMilliWh)) return { key: 'DONE' };
  if (!isHeld(plan, now))
    return { key: now < freeSince(plan, now) + WAKE_S ? 'WAKING' : 'NO_DRAW' };
  const nextAt = nextChange(plan, now);
  return {
    key: 'WAITING',
    nextAt,
    nowTicks: ticksAt(view, now),
    thenTicks: nextAt === null ? null : ticksAt(view, nextAt),
  };
}

/** A station has a minute to obey before its meter is held against it. */
const OBEY_S = 60;

function isHoldIgnored(plan: PlanView, view: StayView, now: InstantS): boolean {
  const since = plan.periods.findLast(({ fromAt }) => fromAt <= now)?.fromAt ?? now;
  return isHeld(plan, now) && (view.meter.measuredAt ?? 0) >= since + OBEY_S;
}

function isHeld(plan: PlanView, now: InstantS): boolean {
  return limitAt(plan.periods, now) === 0;
}

/** Since when the plan lets the car draw; its making where it always did. */
function freeSince(plan: PlanView, now: InstantS): InstantS {
  const began = plan.periods.findLastIndex(({ fromAt, limitW }) => fromAt <= now && limitW === 0);
  return plan.periods[began + 1]?.fromAt ?? plan.madeAt;
}

/** isDone: what was asked for (or assumed) is in the car. */
export function isDone(plan: PlanView, deliveredMilliWh: MilliWh): boolean {
  return deliveredMilliWh >= plan.targetMilliWh - NEAR_MILLI_WH;
}

/** nextChange is the next instant at which charging starts or stops by plan; null if none is planned. */
export function nextChange(plan: PlanView, now: InstantS): InstantS | null {
  const held = isHeld(plan, now);
  const change = plan.periods.find(({ fromAt, limitW }) => fromAt > now && (limitW === 0) !== held);
  return change?.fromAt ?? null;
}

function ticksAt({ curve }: StayView, at: InstantS): number | null {
  const price = curve.prices.find(
    ({ startAt, seconds }) => startAt <= at && at < startAt + seconds,
  );
  return price?.priceTicks ?? null;
}

/**
 * chargeNowCostMicro is what charging at once from now would take from the driver's cashback:
 * share × driver's part × max(0, cost at once − cost as planned), half-even to a micro-euro, and no
 * more than is expected; null while a price is unknown.
 */
export function chargeNowCostMicro(
  plan: Pick<PlanView, 'plannedExact' | 'atOnceExact' | 'expectedCashbackMicro'>,
  terms: { shareBp: number; driverBp: number },
): string | null {
  if (plan.plannedExact === null || plan.atOnceExact === null) return null;
  const dearer = BigInt(plan.atOnceExact) - BigInt(plan.plannedExact);
  if (dearer <= 0n) return '0';
  const parts = dearer * BigInt(terms.shareBp) * BigInt(terms.driverBp);
  const lost = halfEven(parts, EXACT_PER_MICRO * BASIS_POINTS * BASIS_POINTS);
  const expected = plan.expectedCashbackMicro === null ? lost : BigInt(plan.expectedCashbackMicro);
  return (lost < expected ? lost : expected).toString();
}
