import { riskOffers } from '../departure/expected-stay.ts';
import { priceLookup } from '../slots.ts';
import { planRealFleet, type RealFleetPlan } from '../fleet/lagrangian.ts';
import type { RealFleet, RealStay } from '../fleet/real-fleet.ts';
import { energyFromPower, type MilliWh } from '../../units/energy.ts';
import { limitAt } from '../periods.ts';
import { linearBound, type Asking, type Bound } from './bound.ts';
import { energyAt } from './car.ts';
import { AMPERE_W, LEAST_W } from './tree.ts';
import { serveMissing, stateOf } from './serve-missing.ts';
import { give, type Member, type Work } from './work.ts';

/** How long and how well to search; `shouldStop` is asked often. */
export type JointBudget = { rounds: number; goodGap: number; shouldStop: () => boolean };

/** What the cheapest slots were chosen with. */
export type FleetLayer = {
  bound: Bound;
  /** The real chargers' plan, for needs rounded up to whole steps, with its own proof for those. */
  plan: RealFleetPlan;
  asking: readonly Asking[];
  /**
   * No plans that keep the layers above and serve everybody cost less at the prices planned with, EUR 1e-11;
   * null where a limit leaves somebody short.
   */
  leastExact: bigint | null;
};

/** One ampere on three phases in a quarter of an hour: the step of load. */
const STEP_MILLI_WH = 172_500;
const MOST_STARTS = 3;
/** A car's price per Wh of load is a fraction of a tick: in sixteenths it is exact enough. */
const PRICE_SCALE = 16;
/** Above any room of a limit; such a slot has none. */
const NO_LIMIT_W = 1e9;
/** Slots of the plan in force look cheaper by this (EUR 1/MWh) to the search: others' news moves nobody for less. */
const STAY_TICKS = 100;
/** What whole watts may take off an energy. */
const SLACK_MILLI_WH = 20_000;

/** giveCheapest moves what is left of each member's need into the cheapest slots that the limits leave. */
export function giveCheapest(work: Work, rests: ReadonlyMap<Member, MilliWh>, budget: JointBudget): FleetLayer | null {
  const asking = [...rests].filter(([member, rest]) => rest > 0 && member.until > 0 && member.car.mostW > 0)
    .map(([member, restMilliWh]): Asking => ({ member, restMilliWh, prices: pricesOf(work, member) }));
  if (asking.length === 0) return null;
  const bound = linearBound(work, asking);
  const fleet: RealFleet = {
    slots: work.planned,
    stays: asking.map((one, index) => stayOf(work, one, bound.fairMilliWh[index] ?? 0)),
    limits: { parent: Int32Array.from(work.nodes, (node) => node.parent), capMilliWh: capsOf(work) },
  };
  const plan = planRealFleet(fleet, { ...budget, duals: bound.dualTicks.map((ticks) => ticks * PRICE_SCALE) });
  const [before, base] = [costOf(work, asking), asking.map(({ member }) => stateOf(member))];
  for (const [index, { member }] of asking.entries()) {
    for (const [slot, energy] of (plan.energies[index] ?? []).entries()) {
      const watt = wholeAmperes(member, { slot, loadW: (energy * 36) / ((work.slots[slot]?.seconds ?? 1) * 10) });
      if (watt > 0) member.received += give(work, { member, slot, watt });
    }
  }
  for (const one of asking) raiseRemainder(work, one);
  const missing = serveMissing(work, asking.map((one, index) => ({ ...one, base: base[index] ?? stateOf(one.member), fairMilliWh: bound.fairMilliWh[index] ?? 0 })));
  const isProven = bound.dual.unservedWh === 0 && missing === 0;
  return { bound, plan, asking, leastExact: isProven ? before + bound.leastExact : null };
}

/** Steps of energy are no whole amperes in slots that are no quarters; cars step by whole ones. */
function wholeAmperes({ given }: Member, { slot, loadW }: { slot: number; loadW: number }): number {
  const has = given[slot] ?? 0;
  return Math.floor((has + loadW + 1e-6) / AMPERE_W) * AMPERE_W - has;
}

/** What the members' reserved energy costs, EUR 1e-11. */
function costOf(work: Work, asking: readonly Asking[]): bigint {
  return asking.reduce((sum, { member, prices }) => prices.reduce((total, price, slot) =>
    total + BigInt(price) * BigInt(energyAt(member.car, member.given[slot] ?? 0, work.slots[slot]?.seconds ?? 0)), sum), 0n);
}

/**
 * A car's last slot may hold less than 6 A for all of it: it gets 6 A for a part of it where there is
 * room, else the remainder goes where it costs least.
 */
function raiseRemainder(work: Work, { member, prices }: Asking): void {
  const slot = member.given.findIndex((watt, at) => at < work.planned && watt > 0 && watt < LEAST_W);
  if (slot < 0) return;
  const had = member.given[slot] ?? 0;
  let left = -give(work, { member, slot, watt: -had });
  member.received -= left;
  member.partSlot = slot;
  const order = prices.map((_, at) => at).filter((at) => at < member.until)
    .sort((a, b) => Number(b === slot) - Number(a === slot) || (prices[a] ?? 0) - (prices[b] ?? 0) || a - b);
  for (const at of order) {
    while (left > 0) {
      const gained = raise(work, member, at);
      if (gained === 0) break;
      member.received += gained;
      left -= gained;
    }
  }
}

/** Puts one more ampere into a slot, or the first six; 0 where that does not fit. */
function raise(work: Work, member: Member, slot: number): MilliWh {
  const has = member.given[slot] ?? 0;
  const watt = has > 0 ? AMPERE_W : LEAST_W;
  const fits = has + watt <= (member.usefulW[slot] ?? 0)
    && member.path.every((node) => (work.room[node * work.slots.length + slot] ?? 0) >= watt);
  return fits ? give(work, { member, slot, watt }) : 0;
}

function stayOf(work: Work, { member, prices }: Asking, fairMilliWh: MilliWh): RealStay {
  const { car } = member;
  const drawShare = car.drawsW / car.mostW;
  const previous = previousSlots(work, member);
  const slots = prices.slice(0, member.until).map((given, slot) => {
    const price = given - (previous?.has(slot) === true ? STAY_TICKS : 0);
    const seconds = work.slots[slot]?.seconds ?? 0;
    const has = member.given[slot] ?? 0;
    return {
      seconds, priceTicks: Math.round(price * drawShare * PRICE_SCALE),
      capacityMilliWh: energyFromPower(Math.max(0, (member.usefulW[slot] ?? 0) - has), seconds),
      leastMilliWh: has > 0 ? 0 : energyFromPower(LEAST_W, seconds),
    };
  });
  return {
    fromSlot: 0, node: member.path[0] ?? -1, slots,
    car: {
      needMilliWh: Math.ceil((fairMilliWh + SLACK_MILLI_WH) / drawShare), quantumMilliWh: STEP_MILLI_WH,
      mostStarts: MOST_STARTS, startCostExact: 0, leastOnSlots: 1, isOn: member.isOn, taper: null, finishLateSlots: 0,
      holdW: 0, previous,
    },
  };
}

function capsOf(work: Work): (MilliWh | null)[] {
  const { nodes, planned, slots, room } = work;
  return nodes.flatMap((_, node) => Array.from({ length: planned }, (__, slot) => {
    const watt = room[node * slots.length + slot] ?? 0;
    return watt > NO_LIMIT_W ? null : energyFromPower(Math.max(0, watt), slots[slot]?.seconds ?? 0);
  }));
}

function previousSlots(work: Work, { facts: { previous } }: Member): Set<number> | null {
  if (previous === null) return null;
  return new Set(work.slots.slice(0, work.planned).flatMap((slot, index) =>
    ((limitAt(previous.periods, slot.startAt + (slot.seconds >> 1)) ?? 0) > 0 ? [index] : [])));
}

/**
 * Price per slot, the mean over its parts; where nobody knows, dearer than all that is known; with the
 * risk of an early departure in it where the driver told no time.
 */
export function pricesOf(work: Work, { facts }: Member): number[] {
  const priceAt = priceLookup(facts.prices);
  const dearest = facts.prices.reduce((most, price) => Math.max(most, price.priceTicks), 0);
  const offers = work.slots.slice(0, work.planned).map(({ startAt, seconds, parts }) => {
    const sum = parts.reduce((total, part) => total + (priceAt(part.startAt)?.priceTicks ?? dearest + 1) * part.seconds, 0);
    return { startAt, seconds, priceTicks: sum / seconds };
  });
  return riskOffers(offers, facts).map(({ priceTicks }) => Math.round(priceTicks ?? dearest + 1));
}

