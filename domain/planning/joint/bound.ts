import type { FleetLimits, FleetProblem, LexValue } from '../fleet/fleet.ts';
import { solvePriced } from '../fleet/solve-priced.ts';
import { solveTree } from '../fleet/solve-tree.ts';
import type { MilliWh } from '../../units/energy.ts';
import { drawnAt, energyAt } from './car.ts';
import type { Member, Work } from './work.ts';

/** A member with the energy that may be moved to the cheapest slots, and what a milli-Wh costs it per slot. */
export type Asking = { member: Member; restMilliWh: MilliWh; prices: readonly number[] };

/** The linear solution of the same instance: any power between nothing and the most, any number of starts. */
export type Bound = {
  /** Per asking member: what it gets where a shortage is shared max-min fair. */
  fairMilliWh: MilliWh[];
  /** Equal, in whole Wh and ticks, or the solve throws. */
  primal: LexValue;
  dual: LexValue;
  /** No plan that serves all of it costs less, EUR 1e-11. */
  leastExact: bigint;
  /** [node × planned slots + slot]: ticks (EUR 0.01/MWh) that one more Wh of load would save. */
  dualTicks: Float64Array;
  /** 1 where it would serve a Wh that nobody gets. */
  dualServes: Uint8Array;
};

/** Ticks of a one-phase car's energy are a third per Wh of load: times 3 they are whole. */
const PRICE_SCALE = 3;
const MOST_WH = 2 ** 31 - 1;

/**
 * linearBound solves the moving of energy exactly in the linear world: solveTree where all pay the
 * same per Wh of load, the network simplex where they do not; the fair shares come from the former
 * in either case, since they do not depend on cost.
 * @throws {CertificateError} where the proof primal = dual fails: a bug.
 */
export function linearBound(work: Work, asking: readonly Asking[]): Bound {
  const limits = limitsOf(work, asking);
  const windows = windowsOf(work, asking);
  const first = asking[0];
  const isUniform = asking.every(({ member, prices }) => member.car.loadShare === first?.member.car.loadShare
    && prices.every((price, slot) => price === priceOf(asking, slot)));
  const problem: FleetProblem = {
    slots: work.planned, priceTicks: Int32Array.from({ length: work.planned }, (_, slot) => priceOf(asking, slot) ?? 0),
    sessions: asking.length, from: new Int32Array(asking.length),
    until: Int32Array.from(asking, ({ member }) => member.until),
    needWh: windows.needWh, receivedWh: windows.receivedWh,
    power: { kind: 'perSlot', offset: windows.offset, capWh: windows.capWh }, limits,
  };
  const tree = solveTree(problem);
  const fairMilliWh = asking.map(({ member, restMilliWh }, index) => ((tree.unservedWh[index] ?? 0) <= 1 ? restMilliWh
    : Math.min(restMilliWh, Math.floor(((tree.servedWh[index] ?? 0) * 1000) / member.car.loadShare))));
  if (isUniform) {
    const { primal, dual } = tree.certificate;
    const leastExact = (dual.cost * 1000n) / BigInt(first?.member.car.loadShare ?? 1);
    return { fairMilliWh, primal, dual, leastExact, dualTicks: Float64Array.from(tree.duals.ticks), dualServes: tree.duals.serves };
  }
  const priced = solvePriced({
    slots: work.planned, needWh: windows.needWh, offset: windows.offset, slot: windows.slot, capWh: windows.capWh, limits,
    priceTicks: Int32Array.from(asking.flatMap(({ member, prices }) =>
      prices.slice(0, member.until).map((price) => price * (PRICE_SCALE / member.car.loadShare)))),
  });
  const dual = scaled(priced.certificate.dual);
  return {
    fairMilliWh, primal: scaled(priced.certificate.primal), dual, leastExact: dual.cost * 1000n,
    dualTicks: priced.dualTicks.map((ticks) => ticks / PRICE_SCALE), dualServes: priced.dualServes,
  };
}

const scaled = (value: LexValue): LexValue => ({ ...value, cost: value.cost / BigInt(PRICE_SCALE) });

/** Somebody's price of a slot: the same for all where the tree's solver may be used. */
function priceOf(asking: readonly Asking[], slot: number): number | undefined {
  return asking.find(({ prices }) => prices[slot] !== undefined)?.prices[slot];
}

function limitsOf(work: Work, asking: readonly Asking[]): FleetLimits {
  const { nodes, planned, slots, room } = work;
  return {
    parent: Int32Array.from(nodes, (node) => node.parent),
    capWh: nodes.map((_, node) => Int32Array.from({ length: planned }, (__, slot) =>
      Math.min(MOST_WH, Math.floor((Math.max(0, room[node * slots.length + slot] ?? 0) * (slots[slot]?.seconds ?? 0)) / 3_600)))),
    nodeOf: Int32Array.from(asking, ({ member }) => member.path[0] ?? -1),
  };
}

function windowsOf(work: Work, asking: readonly Asking[]) {
  const offset = new Int32Array(asking.length + 1);
  const [slotOf, capWh]: [number[], number[]] = [[], []];
  for (const [index, { member }] of asking.entries()) {
    for (let slot = 0; slot < member.until; slot += 1) {
      slotOf.push(slot);
      capWh.push(mostWh(work, member, slot));
    }
    offset[index + 1] = capWh.length;
  }
  const inLoad = (milliWh: MilliWh, member: Member) => Math.floor((milliWh * member.car.loadShare) / 1000);
  return {
    offset, slot: Int32Array.from(slotOf), capWh: Int32Array.from(capWh),
    needWh: Int32Array.from(asking, ({ member, restMilliWh }) => inLoad(restMilliWh, member)),
    receivedWh: Int32Array.from(asking, ({ member }) => inLoad(member.received, member)),
  };
}

/** Rounded up: the linear world must not hold less than the real one. */
function mostWh(work: Work, { car, usefulW, given }: Member, slot: number): number {
  const seconds = work.slots[slot]?.seconds ?? 0;
  const has = given[slot] ?? 0;
  if ((usefulW[slot] ?? 0) <= has) return 0;
  const drawn = (drawnAt(car, usefulW[slot] ?? 0) * seconds) / 3_600 - Math.floor(energyAt(car, has, seconds) / 1000);
  return Math.ceil(drawn * car.loadShare);
}
