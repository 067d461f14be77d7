import { CertificateError, type SparseEnergy } from './fleet.ts';
import { levelFill, type SlotCosts } from './level-fill.ts';
import { slotFlow, type SlotArcs } from './slot-flow.ts';

export type FlattestProblem = SlotArcs & {
  readonly slots: number;
  readonly needWh: Int32Array;
  /** Load that is there anyhow, Wh per slot; negative where the area feeds in. */
  readonly baseWh: Int32Array;
  /** Most the cars may draw together per slot; null: no limit. */
  readonly limitWh: Int32Array | null;
  readonly priceTicks: Int32Array;
  /** 0: price only; 1: flatness only. */
  readonly weight: number;
  /** Ticks that one Wh more of load in a slot is worth avoiding at weight 1; see balanceOf. */
  readonly ticksPerWh: number;
};

export type FlattestPlan = {
  energy: SparseEnergy;
  /** The cars' load per slot. */
  loadWh: Float64Array;
  unservedWh: Int32Array;
  /** Wh × ticks at the prices, whatever the weight. */
  cost: bigint;
  /** Highest base plus cars. */
  peakWh: number;
  /** Max flows that were needed. */
  flows: number;
};

/** Weights are rounded to millionths, so that marginal costs are whole numbers. */
const MILLION = 1_000_000;

type Part = { stays: number[]; slots: number[]; needs: number[] };
type Run = {
  problem: FlattestProblem;
  costs: SlotCosts;
  limit: Float64Array;
  flow: Float64Array;
  flows: number;
};

/**
 * balanceOf is the exchange rate at which the middle of the slider weighs both: the spread of
 * prices
 * over the mean load per slot with the cars in it.
 */
export function balanceOf(
  problem: Pick<FlattestProblem, 'needWh' | 'baseWh' | 'priceTicks' | 'slots'>,
): number {
  const { priceTicks, needWh, baseWh } = problem;
  const spread =
    priceTicks.reduce((most, price) => Math.max(most, price), -Infinity) -
    priceTicks.reduce((least, price) => Math.min(least, price), Infinity);
  const load =
    [...needWh, ...baseWh].reduce((sum, wh) => sum + Math.abs(wh), 0) / Math.max(1, problem.slots);
  return Number.isFinite(spread) && spread > 0 && load > 0 ? spread / load : 1;
}

/**
 * flattestLoad serves as much as possible and then minimises
 * Σ_t (1 − w)·price_t·y_t + w·ticksPerWh·(base_t + y_t)²/2 over the cars' loads y, exactly in
 * whole Wh.
 * At w = 1 one answer minimises every convex symmetric measure of the total load: peak, squares,
 * spread. Decomposition of Fujishige and Groenevelt; the law and a drawing: flattest.md.
 * @throws {CertificateError} where moving a Wh between two slots would still help: a bug.
 */
export function flattestLoad(problem: FlattestProblem): FlattestPlan {
  const stays = problem.needWh.length;
  const limit = Float64Array.from({ length: problem.slots }, (_, slot) =>
    Math.max(0, problem.limitWh?.[slot] ?? Number.MAX_SAFE_INTEGER),
  );
  const first = slotFlow(
    problem,
    Float64Array.from(problem.needWh, (wh) => Math.max(0, wh)),
    limit,
  );
  const served = Array.from({ length: stays }, (_, stay) => sumOf(problem, first.flow, stay));
  const run: Run = {
    problem,
    limit,
    costs: costsOf(problem),
    flow: new Float64Array(problem.slot.length),
    flows: 1,
  };
  const pending: Part[] = [
    {
      stays: served.flatMap((wh, stay) => (wh > 0 ? [stay] : [])),
      needs: served.filter((wh) => wh > 0),
      slots: Array.from({ length: problem.slots }, (_, slot) => slot),
    },
  ];
  for (let part = pending.pop(); part !== undefined; part = pending.pop())
    pending.push(...decompose(run, part));
  const plan = planOf(run, served);
  checkExchange(run, plan.loadWh);
  return plan;
}

function costsOf(problem: FlattestProblem): SlotCosts {
  const flat = Math.round(problem.weight * problem.ticksPerWh * MILLION);
  return {
    // A weight above 0 stays above 0: it decides between slots of one price.
    perLoad: problem.weight > 0 ? Math.max(1, flat) : 0,
    constant: Float64Array.from(
      problem.priceTicks,
      (price) => price * Math.round((1 - problem.weight) * MILLION),
    ),
    load: Float64Array.from(problem.baseWh),
  };
}

function sumOf(arcs: SlotArcs, flow: Float64Array, stay: number): number {
  let sum = 0;
  for (let arc = arcs.offset[stay] ?? 0; arc < (arcs.offset[stay + 1] ?? 0); arc += 1)
    sum += flow[arc] ?? 0;
  return sum;
}

/**
 * Levels the part as if its stays could use any of its slots; if they can, it is done, else the
 * least
 * cut says which slots got too much: their stays go there with all they have, the others with all
 * they may, and both sides are parts of their own.
 */
function decompose(run: Run, part: Part): Part[] {
  const { arcs, origin } = arcsOf(run.problem, part);
  const most = new Float64Array(part.slots.length);
  for (let arc = 0; arc < arcs.slot.length; arc += 1) {
    const slot = arcs.slot[arc] ?? 0;
    most[slot] = (most[slot] ?? 0) + (arcs.capWh[arc] ?? 0);
  }
  for (const [index, slot] of part.slots.entries()) {
    most[index] = Math.min(most[index] ?? 0, run.limit[slot] ?? 0);
  }
  const total = part.needs.reduce((sum, wh) => sum + wh, 0);
  if (total === 0) return [];
  const wanted = levelFill(run.costs, { slots: part.slots, most, total });
  const solved = slotFlow(arcs, Float64Array.from(part.needs), wanted);
  run.flows += 1;
  if (solved.total === total) {
    for (let arc = 0; arc < origin.length; arc += 1)
      run.flow[origin[arc] ?? 0] = solved.flow[arc] ?? 0;
    return [];
  }
  return split(run, part, { ...solved, arcs, origin });
}

/** The part's own arcs, with stays and slots numbered within the part. */
function arcsOf(problem: FlattestProblem, part: Part): { arcs: SlotArcs; origin: Int32Array } {
  const local = new Int32Array(problem.slots).fill(-1);
  for (const [index, slot] of part.slots.entries()) local[slot] = index;
  let most = 0;
  for (const stay of part.stays)
    most += (problem.offset[stay + 1] ?? 0) - (problem.offset[stay] ?? 0);
  // Filled in place: this runs for every part, and growing lists took a quarter of a solve.
  const [origin, slot, capWh] = [new Int32Array(most), new Int32Array(most), new Int32Array(most)];
  const offset = new Int32Array(part.stays.length + 1);
  let count = 0;
  for (let index = 0; index < part.stays.length; index += 1) {
    const stay = part.stays[index] ?? 0;
    const end = problem.offset[stay + 1] ?? 0;
    for (let arc = problem.offset[stay] ?? 0; arc < end; arc += 1) {
      const at = local[problem.slot[arc] ?? 0] ?? -1;
      const cap = problem.capWh[arc] ?? 0;
      if (at < 0 || cap <= 0) continue;
      origin[count] = arc;
      slot[count] = at;
      capWh[count] = cap;
      count += 1;
    }
    offset[index + 1] = count;
  }
  const arcs = { offset, slot: slot.subarray(0, count), capWh: capWh.subarray(0, count) };
  return { origin: origin.subarray(0, count), arcs };
}

function split(
  run: Run,
  part: Part,
  cut: { stayReached: Uint8Array; slotReached: Uint8Array; arcs: SlotArcs; origin: Int32Array },
): Part[] {
  const near: Part = {
    stays: [],
    needs: [],
    slots: part.slots.filter((_, index) => cut.slotReached[index] === 1),
  };
  const far: Part = {
    stays: [],
    needs: [],
    slots: part.slots.filter((_, index) => cut.slotReached[index] === 0),
  };
  if (near.slots.length === 0 || far.slots.length === 0) {
    throw new CertificateError('the least cut has all slots on one side');
  }
  for (const [index, stay] of part.stays.entries()) {
    let need = part.needs[index] ?? 0;
    if (cut.stayReached[index] === 0) {
      far.stays.push(stay);
      far.needs.push(need);
      continue;
    }
    for (let arc = cut.arcs.offset[index] ?? 0; arc < (cut.arcs.offset[index + 1] ?? 0); arc += 1) {
      const at = cut.arcs.slot[arc] ?? 0;
      if (cut.slotReached[at] === 1) continue;
      const cap = cut.arcs.capWh[arc] ?? 0;
      const slot = part.slots[at] ?? 0;
      run.flow[cut.origin[arc] ?? 0] = cap;
      run.costs.load[slot] = (run.costs.load[slot] ?? 0) + cap;
      run.limit[slot] = (run.limit[slot] ?? 0) - cap;
      need -= cap;
    }
    if (need <= 0) continue;
    near.stays.push(stay);
    near.needs.push(need);
  }
  return [near, far];
}

function planOf(run: Run, served: readonly number[]): FlattestPlan {
  const { problem, flow } = run;
  const offset = new Int32Array(served.length + 1);
  const [slot, energyWh]: [number[], number[]] = [[], []];
  const loadWh = new Float64Array(problem.slots);
  for (let stay = 0; stay < served.length; stay += 1) {
    for (let arc = problem.offset[stay] ?? 0; arc < (problem.offset[stay + 1] ?? 0); arc += 1) {
      const [energy, at] = [flow[arc] ?? 0, problem.slot[arc] ?? 0];
      if (energy === 0) continue;
      slot.push(at);
      energyWh.push(energy);
      loadWh[at] = (loadWh[at] ?? 0) + energy;
    }
    offset[stay + 1] = slot.length;
    const placed = sumOf(problem, flow, stay);
    if (placed !== served[stay])
      throw new CertificateError(`stay ${stay} got ${placed} Wh of ${served[stay]}`);
  }
  return {
    energy: { offset, slot: Int32Array.from(slot), energyWh: Int32Array.from(energyWh) },
    loadWh,
    unservedWh: Int32Array.from(served, (wh, stay) => Math.max(0, problem.needWh[stay] ?? 0) - wh),
    cost: loadWh.reduce(
      (sum, wh, at) => sum + BigInt(wh) * BigInt(problem.priceTicks[at] ?? 0),
      0n,
    ),
    peakWh: loadWh.reduce(
      (most, wh, at) => Math.max(most, wh + (problem.baseWh[at] ?? 0)),
      -Infinity,
    ),
    flows: run.flows,
  };
}

/**
 * A separable convex cost over the loads a network can carry is least when no single exchange of
 * one
 * Wh between two slots lowers it (Murota 2003); all pairs that some rerouting allows are looked at.
 */
function checkExchange(run: Run, loadWh: Float64Array): void {
  const { problem, costs } = run;
  const reach = exchanges(problem, run.flow);
  const start = Float64Array.from(problem.baseWh);
  const marginal = (slot: number, wh: number) =>
    (costs.constant[slot] ?? 0) + costs.perLoad * ((start[slot] ?? 0) + (loadWh[slot] ?? 0) + wh);
  for (let from = 0; from < problem.slots; from += 1) {
    if ((loadWh[from] ?? 0) === 0) continue;
    for (let to = 0; to < problem.slots; to += 1) {
      const isOpen =
        reach[from]?.[to] === 1 && (loadWh[to] ?? 0) < (problem.limitWh?.[to] ?? Infinity);
      if (isOpen && marginal(to, 1) < marginal(from, 0)) {
        throw new CertificateError(`a Wh moved from slot ${from} to ${to} would still help`);
      }
    }
  }
}

/** reach[s][t] = 1 where some chain of stays can shift a Wh from slot s to slot t. */
function exchanges(problem: FlattestProblem, flow: Float64Array): Uint8Array[] {
  const reach = Array.from({ length: problem.slots }, () => new Uint8Array(problem.slots));
  for (let stay = 0; stay < problem.needWh.length; stay += 1) {
    const [used, open]: [number[], number[]] = [[], []];
    for (let arc = problem.offset[stay] ?? 0; arc < (problem.offset[stay + 1] ?? 0); arc += 1) {
      if ((flow[arc] ?? 0) > 0) used.push(problem.slot[arc] ?? 0);
      if ((flow[arc] ?? 0) < (problem.capWh[arc] ?? 0)) open.push(problem.slot[arc] ?? 0);
    }
    for (const from of used) for (const to of open) (reach[from] ?? new Uint8Array(0))[to] = 1;
  }
  for (const [via, row] of reach.entries()) {
    for (const other of reach)
      if (other[via] === 1)
        row.forEach((isOpen, to) => {
          other[to] = (other[to] ?? 0) | isOpen;
        });
  }
  return reach;
}
