import { exactValue } from './certificate.ts';
import { emit } from './emit.ts';
import { checkExchange } from './exchange.ts';
import { CertificateError, type FleetPlan, type FleetProblem } from './fleet.ts';
import { levelFill, type SlotCosts } from './level-fill.ts';
import { createSearch, pullInto, type Search } from './pull.ts';
import { createGraph, resetGraph, turnMasks, type SlotGraph } from './slot-graph.ts';
import { createWorkspace, type FleetWorkspace } from './solve-fleet.ts';
import { createState, keepSlotOrder, loadProblem } from './state.ts';
import { waterFill } from './water-fill.ts';

type Stays = 'slots' | 'priceTicks' | 'sessions' | 'from' | 'until' | 'needWh' | 'power';

export type FlattestProblem = Pick<FleetProblem, Stays> & {
  /** Load that is there anyhow, Wh per slot; negative where the area feeds in. */
  readonly baseWh: Int32Array;
  /** Most the cars may draw together per slot; null: no limit. */
  readonly limitWh: Int32Array | null;
  /** 0: price only; 1: flatness only. */
  readonly weight: number;
  /** Ticks that one Wh more of load in a slot is worth avoiding at weight 1; see balanceOf. */
  readonly ticksPerWh: number;
};

export type FlattestPlan = Pick<FleetPlan, 'energy' | 'unservedWh' | 'cost'> & {
  /** The cars' load per slot. */
  loadWh: Float64Array;
  /** Highest base plus cars. */
  peakWh: number;
  /** Parts that were levelled. */
  parts: number;
};

/** Weights are rounded to millionths, so that marginal costs are whole numbers. */
const MILLION = 1_000_000;

type Run = {
  readonly search: Search;
  readonly costs: SlotCosts;
  /** Wh that each slot can hold at all. */
  readonly most: Float64Array;
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
  const sizeOf = (sum: number, wh: number) => sum + Math.abs(wh);
  const load = (needWh.reduce(sizeOf, 0) + baseWh.reduce(sizeOf, 0)) / Math.max(1, problem.slots);
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
export function flattestLoad(
  problem: FlattestProblem,
  workspace: FleetWorkspace = createWorkspace(),
): FlattestPlan {
  const graph = (workspace.graph ??= createGraph(createState(fleetOf(problem))));
  const costs = costsOf(problem);
  start(graph, problem, costs);
  const search = createSearch(graph);
  serve(search);
  const parts = levelAll({ search, costs, most: mostOf(graph) });
  const loadWh = new Float64Array(problem.slots);
  const { energy, unservedWh, primal } = emit(graph.state, loadWh);
  checkExchange(graph.state, { energy, loadWh, limitWh: problem.limitWh, costs });
  const peakWh = loadWh.reduce(
    (most, wh, slot) => Math.max(most, wh + (problem.baseWh[slot] as number)),
    -Infinity,
  );
  return { energy, unservedWh, loadWh, cost: exactValue(primal.cost), peakWh, parts };
}

function fleetOf(problem: FlattestProblem): FleetProblem {
  const nodeOf = new Int32Array(problem.sessions);
  return { ...problem, limits: { parent: Int32Array.of(-1), capWh: [problem.limitWh], nodeOf } };
}

function costsOf({ weight, ticksPerWh, priceTicks, baseWh }: FlattestProblem): SlotCosts {
  const flat = Math.round(weight * ticksPerWh * MILLION);
  const price = Math.round((1 - weight) * MILLION);
  return {
    // A weight above 0 stays above 0: it decides between slots of one price.
    perLoad: weight > 0 ? Math.max(1, flat) : 0,
    constant: Float64Array.from(priceTicks, (ticks) => ticks * price),
    load: Float64Array.from(baseWh),
  };
}

/** Fills the stays in, near to the best: what is left to move is little, and so is the time for it. */
function start(graph: SlotGraph, problem: FlattestProblem, costs: SlotCosts): void {
  loadProblem(graph.state, fleetOf(problem));
  keepSlotOrder(graph.state);
  resetGraph(graph, problem.limitWh);
  waterFill(graph, costs);
  turnMasks(graph);
}

/** Sends what found no slot through other stays into slots with room: afterwards all is served that can be. */
function serve(search: Search): void {
  const { graph: { load, cap, state: { slots } }, short } = search;
  for (let slot = 0; slot < slots && short.length > 0; slot++) {
    if ((load[slot] as number) >= (cap[slot] as number)) continue;
    search.target = slot;
    if (pullInto(search)) drop(search.alive, search.seen);
  }
}

function drop(from: Int32Array, bits: Int32Array): void {
  for (let w = 0; w < from.length; w++) from[w] = (from[w] as number) & ~(bits[w] as number);
}

/** What the limit and the stays' power leave for each slot. */
function mostOf({ cap, state }: SlotGraph): Float64Array {
  const { sessions: n, slots, from, until, offset, most } = state;
  const sums = new Float64Array(slots);
  for (let i = 0; i < n; i++) {
    const base = (offset[i] as number) - (from[i] as number);
    for (let slot = from[i] as number; slot < (until[i] as number); slot++) {
      sums[slot] = (sums[slot] as number) + (most[base + slot] as number);
    }
  }
  return sums.map((wh, slot) => Math.min(wh, cap[slot] as number));
}

/** Levels all slots, then the parts that turn out to have no way to each other; gives how many there were. */
function levelAll(run: Run): number {
  const { slots, words } = run.search.graph.state;
  const all = new Int32Array(words);
  for (let slot = 0; slot < slots; slot++) all[slot >> 5] = (all[slot >> 5] as number) | (1 << (slot & 31));
  const pending: Int32Array[] = [all];
  let parts = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    parts += 1;
    const missed = levelPart(run, part);
    if (missed === null) continue;
    drop(part, missed);
    if (part.every((bits) => bits === 0)) throw new CertificateError('the least cut has all slots on one side');
    pending.push(part, missed);
  }
  return parts;
}

/**
 * Levels a part as if its energy could go to any of its slots, and moves energy towards that from
 * slots that hold more to slots that hold less. Where a slot cannot get what it should, gives all
 * that can reach such a slot: nothing goes between them and the rest, so both are parts of their own.
 */
function levelPart({ search, costs, most }: Run, part: Int32Array): Int32Array | null {
  const { graph: { load, cap }, keep, alive, sources } = search;
  const slots = slotsIn(part);
  const total = slots.reduce((sum, slot) => sum + (load[slot] as number), 0);
  const wanted = levelFill(costs, { slots, most, total });
  const missed = new Int32Array(part.length);
  alive.set(part);
  sources.fill(0);
  for (const [index, slot] of slots.entries()) {
    const wantedWh = wanted[index] as number;
    cap[slot] = wantedWh;
    keep[slot] = wantedWh;
    if ((load[slot] as number) > wantedWh) sources[slot >> 5] = (sources[slot >> 5] as number) | (1 << (slot & 31));
  }
  let isMissed = false;
  for (const slot of slots) {
    if ((load[slot] as number) >= (cap[slot] as number)) continue;
    search.target = slot;
    if (!pullInto(search)) continue;
    isMissed = true;
    drop(alive, search.seen);
    for (let w = 0; w < missed.length; w++) missed[w] = (missed[w] as number) | (search.seen[w] as number);
  }
  return isMissed ? missed : null;
}

function slotsIn(part: Int32Array): number[] {
  const slots: number[] = [];
  for (const [word, bits] of part.entries()) {
    for (let rest = bits; rest !== 0; rest &= rest - 1) slots.push((word << 5) + 31 - Math.clz32(rest & -rest));
  }
  return slots;
}
