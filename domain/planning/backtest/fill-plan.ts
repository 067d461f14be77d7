import type { SlotOffer } from '../cheapest-slots.ts';
import { planUnsure } from '../departure/plan-unsure.ts';
import { slotSurvival, type StayCurve } from '../departure/survival.ts';
import type { InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { energyBefore, pieceOf } from './placement.ts';
import { UNKNOWN } from './quarter-series.ts';
import type { SlotSolver } from './slot-solver.ts';

/** What a plan goes by. `curve`: nobody knows the departure, only its chances. */
export type FillWish = {
  energyMilliWh: MilliWh;
  deadlineAt: InstantS;
  /** Until then the car charges at once. */
  atOnceUntilAt: InstantS;
  curve: StayCurve | null;
};
export type SlotView = SlotOffer & { afterS: number; seconds: number };

/**
 * fillPlan plans the stay that the solver has open for its deadline and keeps what the car got
 * before it left. After the deadline an unfinished car goes on at full power.
 * @returns the energy delivered.
 */
export function fillPlan(
  solver: SlotSolver,
  plan: Float64Array,
  args: { wish: FillWish; plugInAt: InstantS; plugOutAt: InstantS; missTicks: number },
): MilliWh {
  const { wish, plugOutAt } = args;
  const { deadlineAt, curve } = wish;
  const firstUntilAt = Math.min(wish.atOnceUntilAt, plugOutAt);
  let left = solver.fillFirst(plan, wish.energyMilliWh, firstUntilAt);
  if (curve === null) left = solver.fillCheapest(plan, left, deadlineAt);
  else left = fillUnsure(solver, plan, { ...args, curve });
  left = goOnAfter(solver, plan, { left, deadlineAt, untilAt: plugOutAt });
  if (deadlineAt <= plugOutAt) return wish.energyMilliWh - Math.max(0, left);
  return cutAt(solver, plan, { plugOutAt, deadlineAt });
}

/** goOnAfter charges what is left at full power after a deadline; returns what did not fit. */
export function goOnAfter(
  solver: SlotSolver,
  plan: Float64Array,
  args: { left: MilliWh; deadlineAt: InstantS; untilAt: InstantS },
): MilliWh {
  let { left } = args;
  for (let i = 0; i < solver.count && left > 0; i += 1) {
    if ((solver.ends[i] ?? 0) <= args.deadlineAt) continue;
    const room = solver.capacity(i, args.untilAt) - (plan[i] ?? 0);
    const energy = Math.max(0, Math.min(left, room));
    plan[i] = (plan[i] ?? 0) + energy;
    left -= energy;
  }
  return left;
}

/** slotsUntil shows the solver's slots before an instant to the production planner. */
export function slotsUntil(solver: SlotSolver, fromAt: InstantS, untilAt: InstantS): SlotView[] {
  const slots: SlotView[] = [];
  for (let i = 0; i < solver.count; i += 1) {
    const startAt = solver.starts[i] ?? 0;
    if (startAt >= untilAt) break;
    const priceTicks = solver.priceTicks[i] ?? UNKNOWN;
    const endAt = Math.min(solver.ends[i] ?? 0, untilAt);
    slots.push({
      capacityMilliWh: priceTicks === UNKNOWN ? 0 : solver.capacity(i, endAt),
      priceTicks,
      afterS: startAt - fromAt,
      seconds: endAt - startAt,
    });
  }
  return slots;
}

/** cutAt keeps of a plan what was delivered before the car left, in place; returns the sum. */
export function cutAt(
  solver: SlotSolver,
  plan: Float64Array,
  at: { plugOutAt: InstantS; deadlineAt: InstantS },
): MilliWh {
  let delivered = 0;
  for (let i = 0; i < solver.count; i += 1) {
    const piece = pieceOf(solver, plan, { i, untilAt: at.deadlineAt });
    const energy = piece === null ? 0 : energyBefore(piece, at.plugOutAt);
    plan[i] = energy;
    delivered += energy;
  }
  return delivered;
}

/** The production planner for unsure departures; what the plan begins with is its minimum. */
function fillUnsure(
  solver: SlotSolver,
  plan: Float64Array,
  args: { wish: FillWish; curve: StayCurve; plugInAt: InstantS; missTicks: number },
): MilliWh {
  const { wish } = args;
  const slots = slotsUntil(solver, args.plugInAt, wish.deadlineAt);
  const minimumMilliWh = slots.reduce((sum, _, i) => sum + (plan[i] ?? 0), 0);
  const { energies } = planUnsure({
    slots,
    survival: slotSurvival(args.curve, 0, slots),
    wish: {
      needMilliWh: wish.energyMilliWh,
      minimumMilliWh,
      missTicks: args.missTicks,
      deadlineSlot: slots.length,
    },
  });
  energies.forEach((energy, i) => {
    plan[i] = energy;
  });
  return wish.energyMilliWh - energies.reduce((sum, energy) => sum + energy, 0);
}
