import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import { limitAt } from './periods.ts';
import type { Plan, PlanReason } from './plan.ts';
import { deliveredBy, PROBE_S, type PlanningFacts } from './plan-session.ts';
import { capAt, priceLookup } from './slots.ts';

/** A plan stands until the meter differs from what it said by more than 1 %, within these bounds. */
const TOLERANCE_LEAST_MILLI_WH = 10_000;
const TOLERANCE_MOST_MILLI_WH = 100_000;
/** After the last planned slot every missing part of the wish above this is planned again. */
const RESIDUE_MILLI_WH = 10_000;
const POWER_TOLERANCE = 0.05;
/** A car has this long after a release to draw again. */
export const WAKE_S = 300;

/**
 * decideReplan says why the plan in force no longer holds, or null: the same facts give the same
 * plan, so a version is only made for a reason that can be told.
 */
export function decideReplan(facts: PlanningFacts): PlanReason | null {
  const plan = facts.previous;
  if (plan === null) return 'PLUG_IN';
  return wishReason(plan, facts) ?? carReason(plan, facts) ?? worldReason(plan, facts) ?? meterReason(plan, facts);
}

/** reasonAlone is decideReplan for a session without neighbours: a plan made with some no longer holds. */
export function reasonAlone(facts: PlanningFacts, because: PlanReason | null): PlanReason | null {
  return decideReplan(facts) ?? because ?? (facts.previous?.isShared === true ? 'LIMIT_CHANGED' : null);
}

function wishReason(plan: Plan, facts: PlanningFacts): PlanReason | null {
  const { wish } = facts;
  if (facts.isObserved !== (plan.mode === 'OBSERVE')) return 'STEERING_CHANGED';
  if (plan.mode === 'OBSERVE') return null;
  if (wish.priority !== (plan.mode === 'PRIORITY')) return wish.priority ? 'CHARGE_NOW' : 'BACK_TO_SMART';
  if (wish.readyByAt !== plan.readyByAt) return 'WISH_CHANGED';
  if (wish.energyMilliWh !== null && wish.energyMilliWh !== plan.targetMilliWh && !facts.isFull) return 'WISH_CHANGED';
  if ((wish.energyMilliWh !== null) !== plan.targetKnown) return 'WISH_CHANGED';
  return null;
}

function carReason(plan: Plan, facts: PlanningFacts): PlanReason | null {
  if (plan.mode === 'PROBE' && facts.hasDrawn) return 'PROBE_DONE';
  if (plan.mode === 'OBSERVE' || plan.mode === 'PRIORITY' || plan.mode === 'TAIL') {
    return facts.isFull && plan.targetMilliWh > deliveredBy(facts) + toleranceOf(plan) ? 'CAR_FULL' : null;
  }
  if (facts.didNotWake) return 'CAR_DID_NOT_WAKE';
  if (facts.isFull && plan.targetMilliWh > deliveredBy(facts)) return 'CAR_FULL';
  if (plan.deadlineAt <= facts.now) return 'READY_BY_PASSED';
  return null;
}

function worldReason(plan: Plan, facts: PlanningFacts): PlanReason | null {
  if (plan.mode === 'OBSERVE') return null;
  if (plan.mode === 'PRIORITY' || plan.mode === 'TAIL') {
    if (plan.isShared === true) return null;
    return limitAt(plan.periods, facts.now) === capAt(facts.caps, facts.now, facts.ratedPowerW) ? null : 'LIMIT_CHANGED';
  }
  const ahead = plan.slots.filter((slot) => slot.startAt >= facts.now);
  const priceAt = priceLookup(facts.prices);
  if (ahead.some((slot) => (priceAt(slot.startAt)?.priceTicks ?? null) !== slot.priceTicks
    || (priceAt(slot.startAt)?.kind ?? 'unknown') !== slot.priceKind)) return 'PRICES_PUBLISHED';
  // Who shares limits has a part of them: the planner of the tree looks at them.
  if (plan.isShared === true) return null;
  if (ahead.some((slot) => capAt(facts.caps, slot.startAt, plan.powerW) !== slot.powerW)) return 'LIMIT_CHANGED';
  return null;
}

function meterReason(plan: Plan, facts: PlanningFacts): PlanReason | null {
  if (facts.carPowerW !== null && plan.mode !== 'OBSERVE' && plan.mode !== 'PRIORITY' && plan.mode !== 'TAIL') {
    const powerW = Math.min(facts.ratedPowerW, facts.carPowerW);
    if (Math.abs(powerW - plan.powerW) > plan.powerW * POWER_TOLERANCE && !facts.isFull) return 'MEASURED_DIFFERS';
  }
  const delivered = deliveredBy(facts);
  if (plan.readyAt !== null && facts.now >= plan.readyAt) {
    const missing = plan.deliveredMilliWh + plan.plannedMilliWh - delivered;
    const isShort = missing > RESIDUE_MILLI_WH || !plan.targetKnown;
    // More came than the plan thought possible: what it says is unserved is not.
    if (plan.unservedMilliWh > 0 && -missing > toleranceOf(plan)) return 'MEASURED_DIFFERS';
    return isShort && plan.mode === 'SMART' && !facts.isFull && facts.wantsMore ? 'MEASURED_DIFFERS' : null;
  }
  if (facts.measuredAt === null || facts.measuredAt < plan.madeAt) return null;
  const differs = Math.abs(plannedBy(plan, facts.measuredAt) - facts.deliveredMilliWh) > toleranceOf(plan);
  return differs && facts.hasDrawn && plan.mode !== 'OBSERVE' ? 'MEASURED_DIFFERS' : null;
}

function toleranceOf(plan: Plan): MilliWh {
  return Math.max(TOLERANCE_LEAST_MILLI_WH, Math.min(TOLERANCE_MOST_MILLI_WH, Math.floor(plan.targetMilliWh / 100)));
}

/** plannedBy is what the meter should show at an instant if the plan is followed, since plug-in. */
export function plannedBy(plan: Plan, at: InstantS): MilliWh {
  return plan.slots.reduce((sum, slot) => {
    if (slot.chargeSeconds === 0) return sum;
    const seconds = Math.max(0, Math.min(slot.chargeSeconds, at - slot.chargeFromAt));
    return sum + Math.min(slot.energyMilliWh, Math.floor((slot.powerW * seconds * 10) / 36));
  }, plan.deliveredMilliWh);
}

/**
 * nextLookAt is the next instant at which the plan should be held against the meter although nothing
 * is reported: the probe's end, five minutes after each release, the end of charging, the deadline.
 */
export function nextLookAt(plan: Plan, facts: PlanningFacts): InstantS | null {
  const releases = plan.periods.filter((period, index) =>
    period.limitW > 0 && index > 0 && plan.periods[index - 1]?.limitW === 0);
  const looks = [
    ...(plan.mode === 'PROBE' ? [facts.plugInAt + PROBE_S] : []),
    ...releases.map((period) => period.fromAt + WAKE_S),
    ...(plan.readyAt === null ? [] : [plan.readyAt + 1]),
    ...(plan.mode === 'SMART' || plan.mode === 'PROBE' ? [plan.deadlineAt] : []),
  ];
  const ahead = looks.filter((at) => at > facts.now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

/**
 * releasedAt is when the plan in force last let the car draw after a pause, if it lets it draw now.
 */
export function releasedAt(plan: Plan, now: InstantS): InstantS | null {
  if ((limitAt(plan.periods, now) ?? 0) === 0) return null;
  const index = plan.periods.findLastIndex((period) => period.fromAt <= now);
  for (let at = index; at > 0; at -= 1) {
    if (plan.periods[at - 1]?.limitW === 0) return plan.periods[at]?.fromAt ?? null;
  }
  return null;
}
