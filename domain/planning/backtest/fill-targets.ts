import { planUnsure } from '../departure/plan-unsure.ts';
import type { MilliWh } from '../../units/energy.ts';
import type { SlotView } from './fill-plan.ts';

/** Closer to a target than this a car has taken it; both in milli-Wh. */
const NEAR_MILLI_WH = 1;

/**
 * fillTargets plays a stay of which nobody knows how much it takes: planned for the first target;
 * when the car has taken it and goes on, planned anew for the next from there on, as the live planner
 * does. In place; `plan` holds the slots' energies if the car stays.
 * @param args.takesMilliWh what the car takes in all, which only shows when it stops.
 * @returns the energy in the plan.
 */
export function fillTargets(
  plan: Float64Array,
  args: {
    slots: readonly SlotView[];
    survival: readonly number[];
    takesMilliWh: MilliWh;
    targetsMilliWh: readonly MilliWh[];
    firstMilliWh: MilliWh;
    missTicks: number;
  },
): MilliWh {
  const { slots, survival, takesMilliWh, firstMilliWh, missTicks } = args;
  let got = 0;
  let from = 0;
  for (const target of [...args.targetsMilliWh, Number.MAX_SAFE_INTEGER]) {
    const ahead = slots.slice(from).map((slot, k) => ({
      ...slot, capacityMilliWh: slot.capacityMilliWh - (plan[from + k] ?? 0),
    }));
    const { energies } = planUnsure({
      slots: ahead,
      survival: survival.slice(from),
      wish: {
        needMilliWh: Math.max(0, target - got), minimumMilliWh: Math.max(0, firstMilliWh - got),
        missTicks, deadlineSlot: ahead.length,
      },
    });
    let reached = from;
    for (const [k, energy] of energies.entries()) {
      const taken = Math.min(energy, takesMilliWh - got);
      if (taken <= 0) continue;
      plan[from + k] = (plan[from + k] ?? 0) + taken;
      got += taken;
      reached = from + k;
    }
    if (got >= takesMilliWh - NEAR_MILLI_WH || got < target - NEAR_MILLI_WH) break;
    from = reached;
  }
  return got;
}
