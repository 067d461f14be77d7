import type { InstantS } from '../time/instant.ts';
import type { LimitPeriod, PlanSlot } from './plan.ts';
import { capAt, NEVER_AT, type PowerCap } from './slots.ts';

/**
 * periodsFromSlots turns a plan's slots into limits: all the power the limits above allow while
 * charging is planned, 0 while it is not, and from `tailAt` on all the power again, so that a lost
 * link never strands a car.
 * @param args.isFree nothing is held (charge now, tail, observe, full).
 * @param args.freeUntilAt the car is not held before this instant (probe).
 */
export function periodsFromSlots(args: {
  slots: readonly PlanSlot[]; fromAt: InstantS; tailAt: InstantS; ratedPowerW: number;
  caps: readonly PowerCap[]; isFree: boolean; freeUntilAt: InstantS;
}): LimitPeriod[] {
  const { slots, fromAt, tailAt, ratedPowerW, caps } = args;
  const charging = args.isFree ? [{ fromAt, toAt: tailAt }] : [
    { fromAt, toAt: Math.min(args.freeUntilAt, tailAt) },
    ...slots.filter((slot) => slot.energyMilliWh > 0)
      .map((slot) => ({ fromAt: slot.chargeFromAt, toAt: slot.chargeFromAt + slot.chargeSeconds })),
  ];
  const edges = [
    fromAt, tailAt, ...charging.flatMap((span) => [span.fromAt, span.toAt]),
    ...caps.flatMap((cap) => [cap.fromAt, cap.toAt]),
  ];
  const starts = [...new Set(edges)].filter((at) => at >= fromAt && at < NEVER_AT).sort((a, b) => a - b);
  const isOn = (at: InstantS) => at >= tailAt || charging.some((span) => span.fromAt <= at && at < span.toAt);
  return mergePeriods(starts.map((at) => ({ fromAt: at, limitW: isOn(at) ? capAt(caps, at, ratedPowerW) : 0 })));
}

/** mergePeriods drops a period that says the same as the one before it. */
export function mergePeriods(periods: readonly LimitPeriod[]): LimitPeriod[] {
  return periods.filter((period, index) => index === 0 || periods[index - 1]?.limitW !== period.limitW);
}

/** limitAt is the limit in force at an instant; null before the first period. */
export function limitAt(periods: readonly LimitPeriod[], at: InstantS): number | null {
  return periods.findLast((period) => period.fromAt <= at)?.limitW ?? null;
}

/** secondsFree counts the seconds of [fromAt, toAt) with a limit above 0; before the first period all of them. */
export function secondsFree(periods: readonly LimitPeriod[], fromAt: InstantS, toAt: InstantS): number {
  const edges = [fromAt, ...periods.map((period) => period.fromAt).filter((at) => at > fromAt && at < toAt), toAt];
  return edges.slice(1).reduce((sum, edge, index) => {
    const at = edges[index] ?? edge;
    return limitAt(periods, at) === 0 ? sum : sum + Math.max(0, edge - at);
  }, 0);
}
