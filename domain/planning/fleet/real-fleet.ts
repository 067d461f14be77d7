import type { MilliWh } from '../../units/energy.ts';
import type { ChargerCar, ChargerPlan, ChargerSlot } from '../charger-dp.ts';

/** One stay: its own slots (limits of its EVSE in their capacities) and what its car can do. */
export type RealStay = {
  /** Slot of the fleet in which the stay's first slot lies. */
  fromSlot: number;
  slots: readonly ChargerSlot[];
  car: ChargerCar;
  /** The limit nearest to it; -1 where none is. */
  node: number;
};

/** Stays with least power and few starts under a forest of limits. */
export type RealFleet = {
  slots: number;
  stays: readonly RealStay[];
  limits: {
    /** -1 at a root. */
    parent: Int32Array;
    /** [node × slots + slot] milli-Wh; null: no limit there. */
    capMilliWh: readonly (MilliWh | null)[];
  };
};

/** pathsOf lists the limits above each stay, nearest first. */
export function pathsOf(fleet: RealFleet): number[][] {
  return fleet.stays.map((stay) => {
    const path: number[] = [];
    for (let node = stay.node; node >= 0; node = fleet.limits.parent[node] ?? -1) path.push(node);
    return path;
  });
}

/** spare is the least room left in a slot under all limits of a path, milli-Wh. */
export function spare(
  fleet: RealFleet,
  at: { path: readonly number[]; load: Float64Array; slot: number },
): MilliWh {
  return at.path.reduce((least, node) => {
    const point = node * fleet.slots + at.slot;
    const cap = fleet.limits.capMilliWh[point] ?? null;
    return cap === null ? least : Math.min(least, Math.max(0, cap - (at.load[point] ?? 0)));
  }, Number.MAX_SAFE_INTEGER);
}

/**
 * carOf is the stay's car as the fleet plans it: the need in whole energy steps, since the bound
 * holds for
 * plans on the grid only, and nothing held after the target, since a hold cut for want of room
 * would
 * undercut the bound.
 */
export function carOf(stay: RealStay): ChargerCar {
  const steps = Math.ceil(Math.max(0, stay.car.needMilliWh) / stay.car.quantumMilliWh);
  return { ...stay.car, needMilliWh: steps * stay.car.quantumMilliWh, holdW: 0 };
}

/** pricedSlots are a stay's slots at price + what room under each limit above it costs. */
export function pricedSlots(args: {
  fleet: RealFleet;
  stay: RealStay;
  path: readonly number[];
  duals: Float64Array;
}): ChargerSlot[] {
  const { fleet, stay, path, duals } = args;
  return stay.slots.map((slot, index) => ({
    ...slot,
    priceTicks: path.reduce(
      (sum, node) => sum + (duals[node * fleet.slots + stay.fromSlot + index] ?? 0),
      slot.priceTicks,
    ),
  }));
}

/** addLoad puts a plan on every limit above its stay, or takes it off. */
export function addLoad(args: {
  fleet: RealFleet;
  stay: RealStay;
  path: readonly number[];
  load: Float64Array;
  plan: ChargerPlan;
  sign: 1 | -1;
}): void {
  const { fleet, stay, path, load, plan, sign } = args;
  for (const [index, energy] of plan.energies.entries()) {
    if (energy === 0) continue;
    for (const node of path) {
      const point = node * fleet.slots + stay.fromSlot + index;
      load[point] = (load[point] ?? 0) + sign * energy;
    }
  }
}

/** slackOf is the share of what a stay's slots hold that it does not need. */
export function slackOf(fleet: RealFleet, index: number): number {
  const stay = fleet.stays[index];
  if (stay === undefined) return 0;
  const most = stay.slots.reduce((sum, slot) => sum + slot.capacityMilliWh, 0);
  return most === 0 ? 0 : 1 - stay.car.needMilliWh / most;
}

/** roomFor is the stay's slots with what the others leave under every limit above it. */
export function roomFor(args: {
  fleet: RealFleet;
  stay: RealStay;
  path: readonly number[];
  load: Float64Array;
  slots: readonly ChargerSlot[];
}): ChargerSlot[] {
  const { fleet, stay, path, load, slots } = args;
  return slots.map((slot, index) => ({
    ...slot,
    capacityMilliWh: Math.min(
      slot.capacityMilliWh,
      spare(fleet, { path, load, slot: stay.fromSlot + index }),
    ),
  }));
}

/** trueCost is a plan's energy and starts at the stay's own prices, EUR 1e-11. */
export function trueCost(stay: RealStay, plan: ChargerPlan): bigint {
  return stay.slots.reduce(
    (sum, slot, index) => {
      const energy = plan.energies[index] ?? 0;
      return energy === 0 ? sum : sum + BigInt(energy) * BigInt(slot.priceTicks);
    },
    BigInt(plan.starts) * BigInt(stay.car.startCostExact),
  );
}
