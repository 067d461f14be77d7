import { addExact, addStayBound, certify, exactValue, levelsOf } from './certificate.ts';
import type { SlotPrices } from './certificate.ts';
import { emit } from './emit.ts';
import type { Emitted } from './emit.ts';
import { CertificateError } from './fleet.ts';
import type { FleetDuals, FleetPlan, FleetProblem } from './fleet.ts';
import { sampleOf } from './guide.ts';
import { fillAll, fillPrevious } from './fill.ts';
import { reroute } from './reroute.ts';
import { createGraph, resetGraph } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { slotPrices } from './slot-duals.ts';
import { createState, loadProblem, openWindows, orderSlots } from './state.ts';

/** Memory that one solve after the other may use; one per thread. */
export interface FleetWorkspace {
  graph: SlotGraph | null;
}

export function createWorkspace(): FleetWorkspace {
  return { graph: null };
}

/** solveFleet */
export function solveFleet(problem: FleetProblem, workspace: FleetWorkspace = createWorkspace()): FleetPlan {
  const { parent, capWh } = problem.limits;
  if (parent.length > 1) throw new RangeError(`${parent.length} limits: use solveTree`);
  const graph = workspace.graph ?? createGraph(createState(problem));
  workspace.graph = graph;
  const caps = capWh[0] ?? null;
  const guide = caps === null || problem.previous !== undefined ? null : guess(problem, graph);
  flow(graph, problem, guide);
  const prices = slotPrices(graph);
  return finish(graph, prices);
}

function flow(graph: SlotGraph, problem: FleetProblem, guide: Float64Array | null): void {
  const { state } = graph;
  loadProblem(state, problem);
  orderSlots(state, guide);
  openWindows(state);
  resetGraph(graph, problem.limits.capWh[0] ?? null);
  if (problem.previous !== undefined) fillPrevious(graph, problem.previous);
  fillAll(graph);
  reroute(graph, problem.previous !== undefined);
}

const SMALL = Number(process.env.SMALL ?? 300), STRIDE = Number(process.env.STRIDE ?? 8);
function guess(problem: FleetProblem, graph: SlotGraph): Float64Array | null {
  if (problem.sessions < SMALL) return null;
  const sample = sampleOf(problem, STRIDE);
  flow(graph, sample, guess(sample, graph));
  const { ticks, serves } = slotPrices(graph);
  return Float64Array.from(ticks, (value, slot) => (serves[slot] === 1 ? Infinity : value));
}

function finish(graph: SlotGraph, prices: SlotPrices): FleetPlan {
  const { state, cap } = graph;
  const load = new Float64Array(state.slots);
  const emitted = emit(state, load);
  const dual = { unservedWh: 0, cost: { low: 0, high: 0n } };
  const levels = levelsOf(prices, state.slots);
  const into = { levels, into: dual };
  for (let i = 0; i < state.sessions; i++) addStayBound(state, i, into);
  const { duals } = limitDuals(state.problem, prices);
  for (let bit = 0; bit < state.slots; bit++) {
    const slot = state.slotOfBit[bit] as number;
    const limit = cap[bit] as number;
    if ((load[slot] as number) > limit) throw new CertificateError(`slot ${slot} holds ${load[slot]} Wh, its limit is ${limit} Wh`);
    if (limit === Infinity) continue;
    dual.unservedWh -= limit * (duals.serves[slot] as number);
    addExact(dual.cost, -limit * (duals.ticks[slot] as number));
  }
  return toPlan(emitted, duals, dual);
}

function limitDuals({ priceTicks, slots }: FleetProblem, { ticks, serves }: SlotPrices): { duals: FleetDuals } {
  const over = new Int32Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    over[slot] = (serves[slot] === 1 ? 0 : ticks[slot] as number) - (priceTicks[slot] as number);
  }
  return { duals: { ticks: over, serves } };
}

function toPlan(emitted: Emitted, duals: FleetDuals, dual: Emitted['primal']): FleetPlan {
  const cost = exactValue(emitted.primal.cost);
  const certificate = certify(
    { unservedWh: emitted.primal.unservedWh, cost },
    { unservedWh: dual.unservedWh, cost: exactValue(dual.cost) },
  );
  const { energy, servedWh, unservedWh, reason } = emitted;
  const blockedBy = Int32Array.from(reason, (code) => (code & 2 ? 0 : -1));
  return { energy, servedWh, unservedWh, reason, blockedBy, cost, duals, certificate };
}
