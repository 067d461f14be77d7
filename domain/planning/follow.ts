import type { InstantS } from '../time/instant.ts';
import { energyFromPower, type MilliWh } from '../units/energy.ts';
import { limitAt } from './periods.ts';
import type { LimitPeriod } from './plan.ts';

/** A plan's limits in force from the moment the station accepted them. */
export type AcceptedLimits = { acceptedAt: InstantS; periods: readonly LimitPeriod[] };

export type FollowVerdict = {
  followed: boolean;
  reason: 'FOLLOWED' | 'NEVER_ACCEPTED' | 'DREW_WHILE_OFF' | 'DELIVERED_DIFFERS';
  offMilliWh: MilliWh;
  deliveredMilliWh: MilliWh;
};

/** Energy in planned-off time that no meter can tell from rounding. */
const OFF_TOLERANCE_MILLI_WH = 100_000;

/**
 * judgeFollowed holds stored samples against the accepted limits: from the first accepted profile on,
 * energy in planned-off time ≤ max(2 %, 100 Wh), and delivered energy within 2 % of the plan.
 * A sample that straddles an edge belongs to its planned-on part as far as `powerW` can fill it.
 * @param args.readings register values of one stay, in order of time.
 * @param args.plannedMilliWh what the last plan said the stay would deliver.
 */
export function judgeFollowed(args: {
  accepted: readonly AcceptedLimits[]; readings: readonly { at: InstantS; registerMilliWh: MilliWh }[];
  powerW: number; plannedMilliWh: MilliWh;
}): FollowVerdict {
  const { accepted, readings, plannedMilliWh } = args;
  const deliveredMilliWh = (readings.at(-1)?.registerMilliWh ?? 0) - (readings[0]?.registerMilliWh ?? 0);
  const first = accepted[0];
  if (first === undefined) return { followed: false, reason: 'NEVER_ACCEPTED', offMilliWh: 0, deliveredMilliWh };
  let offMilliWh = 0;
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1];
    if (before === undefined || reading.at <= first.acceptedAt) continue;
    const energy = reading.registerMilliWh - before.registerMilliWh;
    const onS = secondsOn(accepted, before.at, reading.at);
    offMilliWh += Math.max(0, energy - energyFromPower(args.powerW, onS));
  }
  const isOff = offMilliWh <= Math.max(Math.floor(deliveredMilliWh / 50), OFF_TOLERANCE_MILLI_WH);
  const isDelivered = Math.abs(deliveredMilliWh - plannedMilliWh) * 50 <= plannedMilliWh;
  const reason = !isOff ? 'DREW_WHILE_OFF' : !isDelivered ? 'DELIVERED_DIFFERS' : 'FOLLOWED';
  return { followed: reason === 'FOLLOWED', reason, offMilliWh, deliveredMilliWh };
}

/** Seconds of [fromAt, toAt) in which the accepted limits allowed power; before the first one all of it. */
function secondsOn(accepted: readonly AcceptedLimits[], fromAt: InstantS, toAt: InstantS): number {
  const edges = accepted.flatMap((limits, index) => {
    const untilAt = accepted[index + 1]?.acceptedAt ?? Number.POSITIVE_INFINITY;
    return [limits.acceptedAt, ...limits.periods.map((period) => period.fromAt).filter((at) => at > limits.acceptedAt && at < untilAt)];
  });
  const cuts = [fromAt, ...edges.filter((at) => at > fromAt && at < toAt), toAt].sort((a, b) => a - b);
  return cuts.slice(0, -1).reduce((sum, at, index) => {
    const limits = accepted.findLast((one) => one.acceptedAt <= at);
    const limitW = limits === undefined ? 1 : limitAt(limits.periods, at) ?? 1;
    return limitW > 0 ? sum + (cuts[index + 1] ?? at) - at : sum;
  }, 0);
}
