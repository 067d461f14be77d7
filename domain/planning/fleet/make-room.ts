import { planCharger, type ChargerPlan } from '../charger-dp.ts';
import type { MilliWh } from '../../units/energy.ts';
import {
  addLoad,
  carOf,
  pricedSlots,
  roomFor,
  slackOf,
  spare,
  type RealFleet,
} from './real-fleet.ts';

/** Others that are asked to move for one stay. */
const MOST_MOVED = 60;

export type RoomWork = {
  fleet: RealFleet;
  paths: readonly (readonly number[])[];
  /** Plans of all stays and their load on the limits; changed in place. */
  plans: ChargerPlan[];
  load: Float64Array;
  duals: Float64Array;
  /** What each stay misses even alone. */
  alone: readonly MilliWh[];
  shouldStop: () => boolean;
};

/**
 * makeRoom serves stays that the others left without room: such a stay is planned where full slots
 * only cost more, then those it crowds out move into room elsewhere if they lose nothing by it;
 * else all
 * is put back.
 */
export function makeRoom(work: RoomWork): void {
  for (const [index, plan] of work.plans.entries()) {
    if (plan.unservedMilliWh <= (work.alone[index] ?? 0)) continue;
    if (work.shouldStop()) return;
    const undo = [[index, plan] as const];
    replace(work, index, crowdingPlan(work, index));
    if (!moveOthers(work, index, undo))
      for (const [at, old] of undo.toReversed()) replace(work, at, old);
  }
}

function replace(work: RoomWork, index: number, plan: ChargerPlan): void {
  const [stay, path, old] = [work.fleet.stays[index], work.paths[index] ?? [], work.plans[index]];
  if (stay === undefined || old === undefined) return;
  const { fleet, load } = work;
  addLoad({ fleet, stay, path, load, plan: old, sign: -1 });
  addLoad({ fleet, stay, path, load, plan, sign: 1 });
  work.plans[index] = plan;
}

/** The stay's own best plan where slots without room cost twice the dearest price more. */
function crowdingPlan(work: RoomWork, index: number): ChargerPlan {
  const { fleet, load, duals } = work;
  const [stay, path, old] = [fleet.stays[index], work.paths[index] ?? [], work.plans[index]];
  if (stay === undefined || old === undefined) throw new RangeError(`no stay ${index}`);
  addLoad({ fleet, stay, path, load, plan: old, sign: -1 });
  const slots = pricedSlots({ fleet, stay, path, duals });
  const dearest = slots.reduce((most, slot) => Math.max(most, Math.abs(slot.priceTicks)), 1);
  const crowded = slots.map((slot, at) => {
    const isFull = spare(fleet, { path, load, slot: stay.fromSlot + at }) < slot.capacityMilliWh;
    return isFull ? { ...slot, priceTicks: slot.priceTicks + 2 * dearest } : slot;
  });
  addLoad({ fleet, stay, path, load, plan: old, sign: 1 });
  return planCharger(crowded, carOf(stay));
}

function moveOthers(
  work: RoomWork,
  index: number,
  undo: (readonly [number, ChargerPlan])[],
): boolean {
  const { fleet, load } = work;
  let over = overloaded(work, index);
  const others = fleet.stays
    .map((_, other) => other)
    .filter((other) => other !== index && touches(work, other, over))
    .toSorted((a, b) => slackOf(fleet, b) - slackOf(fleet, a));
  for (const other of others.slice(0, MOST_MOVED)) {
    if (over.size === 0) return true;
    const [stay, path, old] = [fleet.stays[other], work.paths[other] ?? [], work.plans[other]];
    if (stay === undefined || old === undefined || !touches(work, other, over)) continue;
    addLoad({ fleet, stay, path, load, plan: old, sign: -1 });
    const slots = pricedSlots({ fleet, stay, path, duals: work.duals });
    const plan = planCharger(roomFor({ fleet, stay, path, load, slots }), carOf(stay));
    addLoad({ fleet, stay, path, load, plan: old, sign: 1 });
    if (plan.unservedMilliWh > old.unservedMilliWh) continue;
    undo.push([other, old]);
    replace(work, other, plan);
    over = overloaded(work, index);
  }
  return over.size === 0;
}

/** Points above a stay that carry more than their limit. */
function overloaded(work: RoomWork, index: number): Set<number> {
  const { fleet, load } = work;
  const over = new Set<number>();
  for (const node of work.paths[index] ?? []) {
    for (let point = node * fleet.slots; point < (node + 1) * fleet.slots; point += 1) {
      const cap = fleet.limits.capMilliWh[point] ?? null;
      if (cap !== null && (load[point] ?? 0) > cap) over.add(point);
    }
  }
  return over;
}

function touches(work: RoomWork, index: number, over: ReadonlySet<number>): boolean {
  const { fleet, plans } = work;
  const stay = fleet.stays[index];
  const plan = plans[index];
  if (stay === undefined || plan === undefined) return false;
  return (work.paths[index] ?? []).some((node) =>
    plan.energies.some(
      (energy, at) => energy > 0 && over.has(node * fleet.slots + stay.fromSlot + at),
    ),
  );
}
