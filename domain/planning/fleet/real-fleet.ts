import type { MilliWh } from '../../units/energy.ts';
import type { ChargerCar, ChargerSlot } from '../charger-dp.ts';

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
  fleet: RealFleet, at: { path: readonly number[]; load: Float64Array; slot: number },
): MilliWh {
  return at.path.reduce((least, node) => {
    const point = node * fleet.slots + at.slot;
    const cap = fleet.limits.capMilliWh[point] ?? null;
    return cap === null ? least : Math.min(least, Math.max(0, cap - (at.load[point] ?? 0)));
  }, Number.MAX_SAFE_INTEGER);
}
