import { addExact, addStayBound, levelsOf } from './certificate.ts';
import type { SlotPrices } from './certificate.ts';
import { emit, toPlan } from './emit.ts';
import { CertificateError } from './fleet.ts';
import type { FleetDuals, FleetPlan, FleetProblem } from './fleet.ts';
import { flow } from './flow.ts';
import { GUESS_FROM } from './guess.ts';
import { createGraph, maskStay } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { shareFairly } from './share.ts';
import { createState, isShort } from './state.ts';
import { blockers, createTree, flowFromStays } from './tree-graph.ts';

/** Memory that one solve after the other may use; one per thread. */
export interface FleetWorkspace {
  graph: SlotGraph | null;
  /** Stays from which on prices are guessed first; speed only. */
  readonly guessFrom: number;
}

export function createWorkspace(guessFrom = GUESS_FROM): FleetWorkspace {
  return { graph: null, guessFrom: Math.max(1, guessFrom) };
}

/**
 * solveFleet plans all stays below one limit (or none): serves as much as can be served, at the
 * least cost, in whole Wh, and proves it. See solve-fleet.md.
 * @throws RangeError for a malformed problem or a tree, CertificateError for a plan that is not proven.
 */
export function solveFleet(problem: FleetProblem, workspace: FleetWorkspace = createWorkspace()): FleetPlan {
  const { parent } = problem.limits;
  if (parent.length > 1) throw new RangeError(`${parent.length} limits: use solveTree`);
  for (let i = 0; parent.length === 1 && i < problem.sessions; i++) {
    if (problem.limits.nodeOf[i] !== 0) throw new RangeError(`stay ${i} is below no limit, others are: use solveTree`);
  }
  const graph = workspace.graph ?? createGraph(createState(problem));
  workspace.graph = graph;
  const prices = flow(graph, problem, workspace.guessFrom);
  return finish(graph, prices, shareShortage(graph, problem));
}

/** Shares what is missing, on the tree that a single limit is; gives who is kept from more by which node. */
function shareShortage(graph: SlotGraph, problem: FleetProblem): Int32Array {
  const { state } = graph;
  if (!isShort(state)) return new Int32Array(state.sessions).fill(-1);
  for (let i = 0; i < state.sessions; i++) maskStay(graph, i);
  const tree = createTree(state, problem);
  flowFromStays(tree);
  shareFairly(tree);
  return blockers(tree);
}

function finish(graph: SlotGraph, prices: SlotPrices, blockedBy: Int32Array): FleetPlan {
  const { state, cap } = graph;
  const load = new Float64Array(state.slots);
  const emitted = emit(state, load);
  const dual = { unservedWh: 0, cost: { low: 0, high: 0n } };
  const levels = levelsOf(state, prices);
  const bound = { levels, energy: emitted.energy, into: dual };
  for (let i = 0; i < state.sessions; i++) addStayBound(state, i, bound);
  const duals = limitDuals(state.problem, prices);
  for (let bit = 0; bit < state.slots; bit++) {
    const slot = state.slotOfBit[bit] as number;
    const limit = cap[bit] as number;
    if ((load[slot] as number) > limit) throw new CertificateError(`slot ${slot} holds ${load[slot]} Wh, its limit is ${limit} Wh`);
    if (limit === Infinity) continue;
    dual.unservedWh -= limit * (duals.serves[slot] as number);
    addExact(dual.cost, -limit * (duals.ticks[slot] as number));
  }
  return toPlan({ emitted, duals, dual, blockedBy });
}

function limitDuals({ priceTicks, slots }: FleetProblem, { ticks, serves }: SlotPrices): FleetDuals {
  const over = new Int32Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    over[slot] = (serves[slot] === 1 ? 0 : ticks[slot] as number) - (priceTicks[slot] as number);
  }
  return { ticks: over, serves };
}
