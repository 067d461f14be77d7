import type { FleetDuals, FleetProblem, SparseEnergy } from '../fleet/fleet.ts';
import { balanceOf, flattestLoad } from '../fleet/flattest.ts';
import { createWorkspace, solveFleet } from '../fleet/solve-fleet.ts';
import { plannedCap, type Cars } from './cars.ts';
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
export function planByPrice({ cars, priceTicks, othersWh, limitWh }: PlanArgs): SteeredPlan {
  const steered = Int32Array.from(indexesOf(cars.steered));
  const pick = (source: Int32Array) => Int32Array.from(steered, (car) => source[car] ?? 0);
  const free = freeUnder(limitWh, othersWh);
  const problem: FleetProblem = {
    slots: cars.slots,
    priceTicks,
    sessions: steered.length,
    from: pick(cars.from),
    until: pick(cars.planUntil),
    needWh: pick(cars.needWh),
    power: {
      kind: 'constant',
      wholeWh: pick(cars.wholeWh),
      firstWh: pick(cars.planFirstWh),
      lastWh: pick(cars.planLastWh),
    },
    limits:
      free === null
        ? { parent: new Int32Array(0), capWh: [], nodeOf: new Int32Array(steered.length).fill(-1) }
        : { parent: Int32Array.of(-1), capWh: [free], nodeOf: new Int32Array(steered.length) },
  };
  const plan = solveFleet(problem, createWorkspace());
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
export function planBlend(args: PlanArgs, fair: SteeredPlan): SteeredPlan {
  const { cars, priceTicks, settings, othersWh, limitWh } = args;
  const servedWh = Int32Array.from(
    fair.steered,
    (car, index) => (cars.needWh[car] ?? 0) - (fair.unservedWh[index] ?? 0),
  );
  const baseWh = Int32Array.from(othersWh);
  const problem = { slots: cars.slots, needWh: servedWh, baseWh, priceTicks };
  const { energy, unservedWh } = flattestLoad({
    ...problem,
    ...arcsOf(cars, fair.steered),
    limitWh: freeUnder(limitWh, othersWh),
    weight: settings.flat / 100,
    ticksPerWh: balanceOf(problem),
  });
  return {
    steered: fair.steered,
    energy,
    unservedWh: unservedWh.map((wh, index) => wh + (fair.unservedWh[index] ?? 0)),
    duals: null,
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

function arcsOf(cars: Cars, steered: Int32Array) {
  const offset = new Int32Array(steered.length + 1);
  let total = 0;
  for (const [index, car] of steered.entries()) {
    total += (cars.planUntil[car] ?? 0) - (cars.from[car] ?? 0);
    offset[index + 1] = total;
  }
  const slot = new Int32Array(total);
  const capWh = new Int32Array(total);
  for (const [index, car] of steered.entries()) {
    const from = cars.from[car] ?? 0;
    const first = offset[index] ?? 0;
    for (let arc = first; arc < (offset[index + 1] ?? 0); arc += 1) {
      slot[arc] = from + arc - first;
      capWh[arc] = plannedCap(cars, car, from + arc - first);
    }
  }
  return { offset, slot, capWh };
}
