import type { LimitPeriod, PlanSlot } from '#domain/planning/plan.ts';
import { limitAt } from '#domain/planning/periods.ts';
import type { RegisterReading } from '#domain/settlement/facts.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { energyFromPower, type MilliWh } from '#domain/units/energy.ts';

/** A plan version over the time in which its accepted profile was the one in force, [fromAt, toAt). */
export type PlanInForce = {
  fromAt: InstantS; toAt: InstantS; limits: readonly LimitPeriod[];
  /** What it promises to deliver when; null where it was made before the meter showed what the car draws. */
  slots: readonly PlanSlot[] | null;
};

export type FollowVerdict = {
  followed: boolean;
  reason: 'FOLLOWED' | 'NEVER_ACCEPTED' | 'DREW_WHILE_OFF' | 'DELIVERED_DIFFERS';
  offMilliWh: MilliWh;
  deliveredMilliWh: MilliWh;
  plannedMilliWh: MilliWh;
};

/** Energy in planned-off time that no meter can tell from rounding. */
const OFF_TOLERANCE_MILLI_WH = 100_000;

type Trace = readonly Pick<RegisterReading, 'at' | 'registerMilliWh' | 'powerW'>[];

/**
 * judgeFollowed holds stored samples against the plan in force at each instant: from the first accepted
 * profile on, energy in planned-off time ≤ max(2 %, 100 Wh), and delivered energy within 2 % of the
 * plan. A plan made anew forgives nothing: what the one before had planned until then counts as planned.
 * Time in which no plan is certainly in force is held to nothing.
 * A sample across an edge belongs to its planned-on part as far as the car's highest power fills it.
 * @param args.traces register values of each transaction of the stay, in order of time.
 */
export function judgeFollowed(args: { plans: readonly PlanInForce[]; traces: readonly Trace[] }): FollowVerdict {
  const { plans, traces } = args;
  const deliveredMilliWh = deliveredIn(traces, -Infinity, Infinity);
  const first = plans[0];
  if (first === undefined) return { followed: false, reason: 'NEVER_ACCEPTED', offMilliWh: 0, deliveredMilliWh, plannedMilliWh: 0 };
  const offMilliWh = offEnergy(plans, traces);
  const plannedMilliWh = plans.reduce((sum, { fromAt, toAt, slots }) =>
    (slots === null ? sum : sum + plannedIn(slots, fromAt, toAt) - deliveredIn(traces, fromAt, toAt)), deliveredMilliWh);
  const isOff = offMilliWh <= Math.max(Math.floor(deliveredMilliWh / 50), OFF_TOLERANCE_MILLI_WH);
  const isDelivered = Math.abs(deliveredMilliWh - plannedMilliWh) * 50 <= plannedMilliWh;
  const reason = !isOff ? 'DREW_WHILE_OFF' : !isDelivered ? 'DELIVERED_DIFFERS' : 'FOLLOWED';
  return { followed: reason === 'FOLLOWED', reason, offMilliWh, deliveredMilliWh, plannedMilliWh };
}

function offEnergy(plans: readonly PlanInForce[], traces: readonly Trace[]): MilliWh {
  const powerW = highestPower(traces);
  return traces.flatMap((trace) => trace.map((reading, index) => {
    const before = trace[index - 1];
    if (before === undefined) return 0;
    const onS = reading.at - before.at - secondsOff(plans, before.at, reading.at);
    return Math.max(0, reading.registerMilliWh - before.registerMilliWh - energyFromPower(powerW, onS));
  })).reduce((sum, energy) => sum + energy, 0);
}

/** The car's power as metered; of a meter without power values the highest mean of a reading. */
function highestPower(traces: readonly Trace[]): number {
  const shown = Math.max(0, ...traces.flatMap((trace) => trace.map((reading) => reading.powerW ?? 0)));
  if (shown > 0) return shown;
  return Math.max(0, ...traces.flatMap((trace) => trace.slice(1).map((reading, index) => {
    const before = trace[index];
    return before === undefined ? 0 : Math.ceil(((reading.registerMilliWh - before.registerMilliWh) * 36) / ((reading.at - before.at) * 10)) / 10;
  })));
}

/** Seconds of [fromAt, toAt) in which the plan in force held the car; time without a plan is free. */
function secondsOff(plans: readonly PlanInForce[], fromAt: InstantS, toAt: InstantS): number {
  return plans.reduce((sum, plan) => {
    const start = Math.max(fromAt, plan.fromAt);
    const end = Math.min(toAt, plan.toAt);
    const cuts = [start, ...plan.limits.map((period) => period.fromAt).filter((at) => at > start && at < end), end];
    return cuts.slice(1).reduce((off, cut, index) => {
      const at = cuts[index] ?? cut;
      return limitAt(plan.limits, at) === 0 ? off + Math.max(0, cut - at) : off;
    }, sum);
  }, 0);
}

function plannedIn(slots: readonly PlanSlot[], fromAt: InstantS, toAt: InstantS): MilliWh {
  return slots.reduce((sum, slot) => {
    if (slot.chargeSeconds === 0) return sum;
    const seconds = Math.min(toAt, slot.chargeFromAt + slot.chargeSeconds) - Math.max(fromAt, slot.chargeFromAt);
    return seconds <= 0 ? sum : sum + Math.round((slot.energyMilliWh * seconds) / slot.chargeSeconds);
  }, 0);
}

function deliveredIn(traces: readonly Trace[], fromAt: InstantS, toAt: InstantS): MilliWh {
  return traces.reduce((sum, trace) => sum + Math.max(0, registerAt(trace, toAt) - registerAt(trace, fromAt)), 0);
}

/** The register between two readings, as if the power between them were even; before the first and after the last theirs. */
function registerAt(trace: Trace, at: InstantS): MilliWh {
  const next = trace.findIndex((reading) => reading.at >= at);
  const after = trace[next === -1 ? trace.length - 1 : next];
  const before = trace[next - 1];
  if (after === undefined) return 0;
  if (next === -1 || before === undefined || after.at === at) return after.registerMilliWh;
  const share = (at - before.at) / (after.at - before.at);
  return before.registerMilliWh + Math.round((after.registerMilliWh - before.registerMilliWh) * share);
}
