import {
  CertificateError,
  type FleetCertificate,
  type FleetLimits,
  type LexValue,
  type SparseEnergy,
} from './fleet.ts';
import { greedyStart } from './first-tree.ts';
import { minCostFlow, type Network, type NetworkFlow } from './network-simplex.ts';

/** Stays with prices of their own per slot, under limits; whole Wh and whole ticks. */
export type PricedProblem = {
  readonly slots: number;
  readonly needWh: Int32Array;
  /** Stay i may charge in slots `slot[a]`, offset[i] ≤ a < offset[i + 1], ascending. */
  readonly offset: Int32Array;
  readonly slot: Int32Array;
  readonly capWh: Int32Array;
  readonly priceTicks: Int32Array;
  readonly limits: FleetLimits;
};

export type PricedPlan = {
  energy: SparseEnergy;
  unservedWh: Int32Array;
  /** Wh × ticks. */
  cost: bigint;
  /**
   * [node × slots + slot]: ticks by which one more Wh of the limit lowers the cost, beside what it
   * serves.
   */
  dualTicks: Float64Array;
  /** 1 where one more Wh of the limit would serve a Wh that nobody gets now. */
  dualServes: Uint8Array;
  certificate: FleetCertificate;
  pivots: number;
};

/** More than any stay or limit holds, and small enough that sums stay exact. */
const ENDLESS_WH = 2 ** 40;

type Layout = { network: Network; missing: number; points: number; arcs: Int32Array };

/**
 * solvePriced plans stays whose prices differ (tariffs, contracts, risk prices) under shared
 * limits:
 * least energy unserved, then least cost, exactly; the proof primal = dual is checked on each call.
 * A limit of 0 closes its slot; such a limit's dual is given as 0.
 * @throws {CertificateError} if the proof fails: a bug.
 */
export function solvePriced(problem: PricedProblem): PricedPlan {
  const layout = networkOf(problem);
  const solved = minCostFlow(layout.network);
  const plan = readPlan(problem, layout, solved);
  const { primal, dual } = plan.certificate;
  if (primal.unservedWh !== dual.unservedWh || primal.cost !== dual.cost) {
    throw new CertificateError(
      `primal (${primal.unservedWh} Wh, ${primal.cost}) ≠ dual (${dual.unservedWh} Wh, ${dual.cost})`,
    );
  }
  return plan;
}

/** Nodes: stays, then one per limit and slot, then the root. Arcs: charging, missing, limits. */
function networkOf(problem: PricedProblem): Layout {
  const { slots, limits, needWh } = problem;
  const sessions = needWh.length;
  const points = limits.parent.length * slots;
  const root = sessions + points;
  const isClosed = closedPoints(limits, slots);
  const open: number[] = [];
  const arcsOf = new Int32Array(sessions + 1);
  const arcs = new Int32Array(problem.slot.length).fill(-1);
  const pointOf = (session: number, arc: number) => {
    const node = limits.nodeOf[session] ?? -1;
    return node < 0 ? -1 : node * slots + (problem.slot[arc] ?? 0);
  };
  for (let session = 0; session < sessions; session += 1) {
    for (
      let arc = problem.offset[session] ?? 0;
      arc < (problem.offset[session + 1] ?? 0);
      arc += 1
    ) {
      const point = pointOf(session, arc);
      if ((problem.capWh[arc] ?? 0) <= 0 || (point >= 0 && isClosed[point] === 1)) continue;
      arcs[arc] = open.length;
      open.push(session, arc);
    }
    arcsOf[session + 1] = open.length / 2;
  }
  for (let arc = 0; arc < arcs.length; arc += 1)
    if ((arcs[arc] ?? -1) >= 0) arcs[arc] = (arcs[arc] ?? 0) / 2;
  const count = open.length / 2;
  const network: Network = {
    nodes: root + 1,
    root,
    light: sessions,
    from: new Int32Array(count + root),
    to: new Int32Array(count + root),
    cost: new Float64Array(count + root),
    capacity: new Float64Array(count + root),
    supply: new Float64Array(root + 1),
    firstArc: new Int32Array(root + 1).fill(-1),
    firstFlow: null,
  };
  for (let index = 0; index < count; index += 1) {
    const session = open[2 * index] ?? 0;
    const arc = open[2 * index + 1] ?? 0;
    const point = pointOf(session, arc);
    network.from[index] = session;
    network.to[index] = point < 0 ? root : sessions + point;
    network.cost[index] = problem.priceTicks[arc] ?? 0;
    network.capacity[index] = problem.capWh[arc] ?? 0;
  }
  const missing = missingPrice(problem, Math.min(sessions, points + 1));
  for (let node = 0; node < root; node += 1)
    addFirstArc({ problem, network, missing, node, at: count + node });
  greedyStart(network, sessions, arcsOf);
  return { network, missing, points, arcs };
}

/** The arc of a node towards the root: energy that stays missing, or a limit. */
function addFirstArc(args: {
  problem: PricedProblem;
  network: Network;
  missing: number;
  node: number;
  at: number;
}): void {
  const { problem, network, node, at } = args;
  const { slots, limits } = problem;
  const sessions = problem.needWh.length;
  network.from[at] = node;
  network.firstArc[node] = at;
  if (node < sessions) {
    network.to[at] = network.root;
    network.cost[at] = args.missing;
    network.capacity[at] = ENDLESS_WH;
    network.supply[node] = Math.max(0, problem.needWh[node] ?? 0);
    return;
  }
  const limit = Math.floor((node - sessions) / slots);
  const slot = (node - sessions) % slots;
  const parent = limits.parent[limit] ?? -1;
  const cap = limits.capWh[limit]?.[slot] ?? ENDLESS_WH;
  network.to[at] = parent < 0 ? network.root : sessions + parent * slots + slot;
  // A closed point has no way in; room on its way out keeps the tree strongly feasible.
  network.capacity[at] = Math.max(1, cap);
}

/** Points that nothing can pass: the limit itself or one above it is 0. */
function closedPoints(limits: FleetLimits, slots: number): Uint8Array {
  const isClosed = (node: number, slot: number): boolean => {
    for (let above = node; above >= 0; above = limits.parent[above] ?? -1) {
      if ((limits.capWh[above]?.[slot] ?? 1) <= 0) return true;
    }
    return false;
  };
  return Uint8Array.from({ length: limits.parent.length * slots }, (_, point) =>
    isClosed(Math.floor(point / slots), point % slots) ? 1 : 0,
  );
}

/**
 * What a missing Wh costs inside: more than any rerouting can save. A rerouting visits each stay
 * and
 * each point once, so it has at most 2·detours priced arcs.
 */
function missingPrice(problem: PricedProblem, detours: number): number {
  const highest = problem.priceTicks.reduce((most, price) => Math.max(most, Math.abs(price)), 0);
  return (highest + 1) * (2 * detours + 4);
}

function readPlan(problem: PricedProblem, layout: Layout, solved: NetworkFlow): PricedPlan {
  const { network } = layout;
  const sessions = problem.needWh.length;
  const first = network.from.length - network.root;
  const offset = new Int32Array(sessions + 1);
  const [slot, energyWh]: [number[], number[]] = [[], []];
  const cost = new ExactSum();
  for (let session = 0; session < sessions; session += 1) {
    for (
      let arc = problem.offset[session] ?? 0;
      arc < (problem.offset[session + 1] ?? 0);
      arc += 1
    ) {
      const at = layout.arcs[arc] ?? -1;
      const energy = at < 0 ? 0 : (solved.flow[at] ?? 0);
      if (energy === 0) continue;
      slot.push(problem.slot[arc] ?? 0);
      energyWh.push(energy);
      cost.add(energy * (problem.priceTicks[arc] ?? 0));
    }
    offset[session + 1] = slot.length;
  }
  const unservedWh = Int32Array.from(
    { length: sessions },
    (_, session) => solved.flow[first + session] ?? 0,
  );
  const primal: LexValue = {
    unservedWh: unservedWh.reduce((sum, wh) => sum + wh, 0),
    cost: cost.value(),
  };
  const { dual, dualTicks, dualServes } = readDual(layout, solved, sessions);
  return {
    energy: { offset, slot: Int32Array.from(slot), energyWh: Int32Array.from(energyWh) },
    unservedWh,
    cost: primal.cost,
    dualTicks,
    dualServes,
    certificate: { primal, dual, gap: primal.cost - dual.cost },
    pivots: solved.pivots,
  };
}

/**
 * Σ need·potential − Σ capacity·(what the arc is worth), with missing energy counted beside cost.
 */
function readDual(
  layout: Layout,
  solved: NetworkFlow,
  sessions: number,
): { dual: LexValue; dualTicks: Float64Array; dualServes: Uint8Array } {
  const { network, missing, points } = layout;
  const first = network.from.length - network.root;
  const cost = new ExactSum();
  let unservedWh = 0;
  const count = (wh: number, value: number) => {
    const serves = Math.round(value / missing);
    unservedWh += wh * serves;
    cost.add(wh * (value - serves * missing));
    return serves;
  };
  for (let session = 0; session < sessions; session += 1) {
    count(network.supply[session] ?? 0, solved.potential[session] ?? 0);
  }
  const dualTicks = new Float64Array(points);
  const dualServes = new Uint8Array(points);
  for (let arc = 0; arc < network.from.length; arc += 1) {
    const worth =
      (solved.potential[network.from[arc] ?? 0] ?? 0) -
      (solved.potential[network.to[arc] ?? 0] ?? 0) -
      (network.cost[arc] ?? 0);
    if (worth <= 0) continue;
    const serves = count(-(network.capacity[arc] ?? 0), worth);
    const point = arc - first - sessions;
    if (point >= 0) [dualTicks[point], dualServes[point]] = [worth - serves * missing, serves];
  }
  return { dual: { unservedWh, cost: cost.value() }, dualTicks, dualServes };
}

/** A sum of whole numbers that is exact beyond 2^53 and rarely touches bigint. */
class ExactSum {
  private low = 0;
  private high = 0n;

  add(value: number): void {
    if (!Number.isSafeInteger(value)) throw new CertificateError(`${value} is no exact product`);
    if (Math.abs(this.low + value) > Number.MAX_SAFE_INTEGER) {
      this.high += BigInt(this.low);
      this.low = 0;
    }
    this.low += value;
  }

  value(): bigint {
    return this.high + BigInt(this.low);
  }
}
