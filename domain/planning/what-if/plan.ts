import type { FleetDuals, SparseEnergy } from '../fleet/fleet.ts';
import { balanceOf, flattestLoad } from '../fleet/flattest.ts';
import { solveFleet, type FleetWorkspace } from '../fleet/solve-fleet.ts';
import type { Cars } from './cars.ts';
import type { WhatIfSettings } from './settings.ts';

/** A plan for the steered cars, numbered as in `steered`. */
export type SteeredPlan = {
  steered: Int32Array;
  energy: SparseEnergy;
  /** Wh per steered car that nobody planned: the window or the limit is too small. */
  unservedWh: Int32Array;
  /** What one more Wh of the limit would change; null where the plan goes by more than price. */
  duals: FleetDuals | null;
};

export type PlanArgs = {
  cars: Cars;
  priceTicks: Int32Array;
  settings: WhatIfSettings;
  /** What the cars that are not steered draw, Wh per slot. */
  othersWh: Float64Array;
  /** Of all cars, Wh per slot; null: none. */
  limitWh: number | null;
};

/**
 * planByPrice plans the steered cars together at the least cost below what the others leave of the
 * limit; a shortage is shared max-min fair. Exact, proven by solveFleet.
 */
export function planByPrice(args: PlanArgs, workspace: FleetWorkspace): SteeredPlan {
  const steered = Int32Array.from(indexesOf(args.cars.steered));
  const free = freeUnder(args.limitWh, args.othersWh);
  const limits =
    free === null
      ? { parent: new Int32Array(0), capWh: [], nodeOf: new Int32Array(steered.length).fill(-1) }
      : { parent: Int32Array.of(-1), capWh: [free], nodeOf: new Int32Array(steered.length) };
  const plan = solveFleet({ ...staysOf(args, steered), limits }, workspace);
  return {
    steered,
    energy: plan.energy,
    unservedWh: plan.unservedWh,
    duals: free === null ? null : plan.duals,
  };
}

/**
 * planBlend moves from price towards the flattest load of all cars, serving each car what planByPrice
 * served it: who is short does not change with the slider. Exact, checked by flattestLoad.
 */
export function planBlend(
  args: PlanArgs,
  fair: SteeredPlan,
  workspace: FleetWorkspace,
): SteeredPlan {
  const { settings, othersWh, limitWh } = args;
  const stays = staysOf(args, fair.steered);
  const needWh = stays.needWh.map((wh, index) => wh - (fair.unservedWh[index] ?? 0));
  const problem = { ...stays, needWh, baseWh: Int32Array.from(othersWh) };
  const { energy, unservedWh } = flattestLoad(
    {
      ...problem,
      limitWh: freeUnder(limitWh, othersWh),
      weight: settings.flat / 100,
      ticksPerWh: balanceOf(problem),
    },
    workspace,
  );
  return {
    steered: fair.steered,
    energy,
    unservedWh: unservedWh.map((wh, index) => wh + (fair.unservedWh[index] ?? 0)),
    duals: null,
  };
}

/** The steered cars as the plan believes in them. */
function staysOf({ cars, priceTicks }: PlanArgs, steered: Int32Array) {
  const pick = (source: Int32Array) => steered.map((car) => source[car] ?? 0);
  return {
    slots: cars.slots,
    priceTicks,
    sessions: steered.length,
    from: pick(cars.from),
    until: pick(cars.planUntil),
    needWh: pick(cars.needWh),
    power: {
      kind: 'constant' as const,
      wholeWh: pick(cars.wholeWh),
      firstWh: pick(cars.planFirstWh),
      lastWh: pick(cars.planLastWh),
    },
  };
}

function indexesOf(marks: Uint8Array): number[] {
  const found: number[] = [];
  for (const [index, mark] of marks.entries()) if (mark === 1) found.push(index);
  return found;
}

function freeUnder(limitWh: number | null, othersWh: Float64Array): Int32Array | null {
  if (limitWh === null) return null;
  return Int32Array.from(othersWh, (others) => Math.max(0, limitWh - others));
}
