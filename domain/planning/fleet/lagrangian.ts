import { planCharger, type ChargerPlan } from '../charger-dp.ts';
import type { MilliWh } from '../../units/energy.ts';
import { makeRoom } from './make-room.ts';
import {
  addLoad,
  carOf,
  pathsOf,
  pricedSlots,
  roomFor,
  slackOf,
  trueCost,
  type RealFleet,
  type RealStay,
} from './real-fleet.ts';

export type RealFleetPlan = {
  /** Energy per stay and slot of its window, milli-Wh. */
  energies: MilliWh[][];
  unservedMilliWh: MilliWh[];
  /** Part of the missing energy that no plan could serve, whatever the others do. */
  unavoidableMilliWh: MilliWh;
  /** Energy at true prices and starts, EUR 1e-11. */
  cost: bigint;
  /** No plan that serves all that each stay could have alone costs less. */
  lowerBound: bigint;
  /**
   * cost − lowerBound; null where a limit keeps energy from somebody, since the bound is for
   * serving all.
   */
  gap: bigint | null;
  /** Prices of the limits the bound was proven with, [node × slots + slot], ticks. */
  duals: Float64Array;
  rounds: number;
};

export type LagrangianOptions = {
  /**
   * Prices of the limits to begin with (the linear solution's duals), [node × slots + slot]; null:
   * 0.
   */
  duals: Float64Array | null;
  /** Rounds of bound, repair and better prices at most. */
  rounds: number;
  /** Stop when the gap is at most this part of the bound. */
  goodGap: number;
  /**
   * Asked before each plan of a stay; the best so far is returned. The first repair is always
   * finished.
   */
  shouldStop: () => boolean;
};

type Search = {
  fleet: RealFleet;
  paths: number[][];
  /** What each stay misses even alone. */
  alone: MilliWh[];
  unavoidable: MilliWh;
  best: { plans: ChargerPlan[]; unserved: MilliWh; cost: bigint } | null;
  bound: bigint;
  boundDuals: Float64Array;
};

/**
 * A step of the duals moves the bound at most this part of the gap; halved when it brought
 * nothing.
 */
const FIRST_STEP = 1;
const LEAST_STEP = 0.05;

/**
 * planRealFleet plans stays with least power, few starts and shared limits together, with a proof:
 * for prices μ ≥ 0 of the limits, Σ min cost of each stay at price + μ, less Σ μ·limit, is below
 * every
 * plan's cost (Lagrange); the stays' plans are then repaired one by one in the room the others
 * leave.
 * Anytime: more rounds only improve plan and bound. The law and a drawing: lagrangian.md.
 */
export function planRealFleet(fleet: RealFleet, options: LagrangianOptions): RealFleetPlan {
  const paths = pathsOf(fleet);
  const points = fleet.limits.parent.length * fleet.slots;
  let duals = options.duals === null ? new Float64Array(points) : nonNegative(options.duals);
  const search: Search = {
    fleet,
    paths,
    alone: [],
    unavoidable: 0,
    best: null,
    bound: -(2n ** 100n),
    boundDuals: duals,
  };
  let step = FIRST_STEP;
  let rounds = 0;
  for (; rounds < Math.max(1, options.rounds); rounds += 1) {
    // The prices to begin with are proven and repaired whole, however little time there is.
    const relaxed = relax(search, duals, rounds === 0 ? () => false : options.shouldStop);
    if (relaxed === null) break;
    if (!relaxed.isBetter && rounds > 0) step = Math.max(LEAST_STEP, step / 2);
    const mayStop = rounds === 0 ? () => false : options.shouldStop;
    repair(search, { plans: relaxed.plans, duals }, mayStop);
    improve(search, options.shouldStop);
    if (options.shouldStop() || isGood(search, options.goodGap)) {
      rounds += 1;
      break;
    }
    duals = stepped(search, { duals, load: relaxed.load, value: relaxed.value, step });
  }
  return resultOf(search, rounds);
}

/** A price of EUR 100 per kWh for room in a limit: beyond any use, and products stay exact. */
const MOST_TICKS = 10_000_000;

const nonNegative = (duals: Float64Array): Float64Array =>
  duals.map((ticks) => Math.min(MOST_TICKS, Math.max(0, Math.round(ticks))));

/** Every stay alone at price + μ: a lower bound, whatever μ is. Null when time ran out. */
function relax(
  search: Search,
  duals: Float64Array,
  shouldStop: () => boolean,
): { plans: ChargerPlan[]; load: Float64Array; value: bigint; isBetter: boolean } | null {
  const { fleet, paths } = search;
  const load = new Float64Array(duals.length);
  const plans: ChargerPlan[] = [];
  let value = 0n;
  for (const [index, stay] of fleet.stays.entries()) {
    if (shouldStop()) return null;
    const slots = pricedSlots({ fleet, stay, path: paths[index] ?? [], duals });
    // Finishing late is a wish that a full limit may cut short: the bound must not count on it.
    const plan = planCharger(slots, { ...carOf(stay), finishLateSlots: 0 });
    plans.push(plan);
    value += plan.cost;
    addLoad({ fleet, stay, path: paths[index] ?? [], load, plan, sign: 1 });
  }
  for (const [point, ticks] of duals.entries()) {
    if (ticks > 0) value -= BigInt(ticks) * BigInt(fleet.limits.capMilliWh[point] ?? 0);
  }
  search.alone = plans.map((plan) => plan.unservedMilliWh);
  search.unavoidable = search.alone.reduce((sum, missing) => sum + missing, 0);
  const isBetter = value > search.bound;
  if (isBetter) [search.bound, search.boundDuals] = [value, duals];
  return { plans, load, value, isBetter };
}

/** Puts the stays back one by one, the least flexible first, into the room that is left. */
function repair(
  search: Search,
  from: { plans: readonly ChargerPlan[]; duals: Float64Array },
  shouldStop: () => boolean,
): void {
  const { fleet, paths } = search;
  const load = new Float64Array(fleet.limits.capMilliWh.length);
  const plans = [...from.plans];
  const order = fleet.stays
    .map((_, index) => index)
    .toSorted((a, b) => slackOf(fleet, a) - slackOf(fleet, b));
  for (const index of order) {
    if (shouldStop()) return;
    const [stay, path, wished] = [fleet.stays[index], paths[index] ?? [], plans[index]];
    if (stay === undefined || wished === undefined) continue;
    const slots = pricedSlots({ fleet, stay, path, duals: from.duals });
    const room = roomFor({ fleet, stay, path, load, slots });
    const fits =
      stay.car.finishLateSlots === 0 &&
      room.every((slot, at) => (wished.energies[at] ?? 0) <= slot.capacityMilliWh);
    const plan = fits ? wished : planCharger(room, carOf(stay));
    plans[index] = plan;
    addLoad({ fleet, stay, path, load, plan, sign: 1 });
  }
  makeRoom({ fleet, paths, plans, load, duals: from.duals, alone: search.alone, shouldStop });
  keepBest(search, plans);
}

/** Takes each stay out and puts it back at true prices; kept where it serves more or costs less. */
function improve(search: Search, shouldStop: () => boolean): void {
  const { fleet, paths, best } = search;
  if (best === null) return;
  const load = new Float64Array(fleet.limits.capMilliWh.length);
  const plans = [...best.plans];
  for (const [index, stay] of fleet.stays.entries()) {
    const plan = plans[index];
    if (plan !== undefined) addLoad({ fleet, stay, path: paths[index] ?? [], load, plan, sign: 1 });
  }
  for (const [index, stay] of fleet.stays.entries()) {
    const [old, path] = [plans[index], paths[index] ?? []];
    if (old === undefined) continue;
    if (shouldStop()) break;
    addLoad({ fleet, stay, path, load, plan: old, sign: -1 });
    const plan = planCharger(roomFor({ fleet, stay, path, load, slots: stay.slots }), carOf(stay));
    const isBetter =
      plan.unservedMilliWh < old.unservedMilliWh ||
      (plan.unservedMilliWh === old.unservedMilliWh && plan.cost < trueCost(stay, old));
    const kept = isBetter ? plan : old;
    plans[index] = kept;
    addLoad({ fleet, stay, path, load, plan: kept, sign: 1 });
  }
  keepBest(search, plans);
}

function keepBest(search: Search, plans: readonly ChargerPlan[]): void {
  const unserved = plans.reduce((sum, plan) => sum + plan.unservedMilliWh, 0);
  const cost = plans.reduce((sum, plan, index) => {
    const stay = search.fleet.stays[index];
    return stay === undefined ? sum : sum + trueCost(stay, plan);
  }, 0n);
  const { best } = search;
  const isBetter =
    best === null || unserved < best.unserved || (unserved === best.unserved && cost < best.cost);
  if (isBetter) search.best = { plans: [...plans], unserved, cost };
}

function isGood(search: Search, goodGap: number): boolean {
  const { best, bound } = search;
  if (best === null || best.unserved > search.unavoidable) return false;
  return Number(best.cost - bound) <= goodGap * Math.abs(Number(bound));
}

/** Polyak's step along load − limit, towards the best plan known. */
function stepped(
  search: Search,
  at: { duals: Float64Array; load: Float64Array; value: bigint; step: number },
): Float64Array {
  const { capMilliWh } = search.fleet.limits;
  const over = at.load.map((wh, point) => {
    const cap = capMilliWh[point] ?? null;
    if (cap === null) return 0;
    return wh > cap || (at.duals[point] ?? 0) > 0 ? wh - cap : 0;
  });
  const norm = over.reduce((sum, wh) => sum + wh * wh, 0);
  const distance = Math.max(0, Number((search.best?.cost ?? at.value) - at.value));
  if (norm === 0) return at.duals;
  // Where nothing is lost yet (or energy is missing) the plan's cost is no aim: a thousandth of
  // it is.
  const aim = distance > 0 ? distance : Math.abs(Number(at.value)) / 1_000;
  const scale = (at.step * aim) / norm;
  return nonNegative(at.duals.map((ticks, point) => ticks + scale * (over[point] ?? 0)));
}

function resultOf(search: Search, rounds: number): RealFleetPlan {
  const { best, fleet } = search;
  const plans = best?.plans ?? [];
  const cost = best?.cost ?? 0n;
  const isAllServed = (best?.unserved ?? 0) <= search.unavoidable;
  return {
    energies: plans.map((plan) => plan.energies),
    unservedMilliWh: plans.map((plan, index) =>
      Math.max(0, plan.unservedMilliWh - roundedUp(fleet.stays[index])),
    ),
    unavoidableMilliWh: search.unavoidable,
    cost,
    lowerBound: search.bound,
    gap: isAllServed ? cost - search.bound : null,
    duals: search.boundDuals,
    rounds,
  };
}

/** What whole steps plan beyond the wish. */
function roundedUp(stay: RealStay | undefined): MilliWh {
  return stay === undefined ? 0 : carOf(stay).needMilliWh - Math.max(0, stay.car.needMilliWh);
}
