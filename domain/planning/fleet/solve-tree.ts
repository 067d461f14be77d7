import { addExact, addStayBound, levelsOf } from './certificate.ts';
import type { BoundSums } from './certificate.ts';
import { emit, toPlan } from './emit.ts';
import { CertificateError } from './fleet.ts';
import type { FleetDuals, FleetPlan, FleetProblem, SparseEnergy } from './fleet.ts';
import { GUESS_FROM } from './guess.ts';
import { shareFairly } from './share.ts';
import { createState, isShort, keepSlotOrder, loadProblem, openWindows, orderSlots } from './state.ts';
import type { FleetState } from './state.ts';
import { blockers, checkTree, createTree } from './tree-graph.ts';
import type { TreeGraph } from './tree-graph.ts';
import { dualsOf, treePrices } from './tree-duals.ts';
import type { TreePrices } from './tree-duals.ts';
import { fillTree, fillTreePrevious } from './tree-fill.ts';
import { groupsOf, guessTree } from './tree-guess.ts';
import { rerouteTree } from './tree-reroute.ts';

/** Memory that one tree solve after the other may use; one per thread. */
export interface TreeWorkspace {
  state: FleetState | null;
  /** Stays from which on prices are guessed first; speed only. */
  readonly guessFrom: number;
}

export function createTreeWorkspace(guessFrom = GUESS_FROM): TreeWorkspace {
  return { state: null, guessFrom: Math.max(1, guessFrom) };
}

/**
 * solveTree plans all stays below a forest of limits: serves as much as can be served, at the least
 * cost, in whole Wh, shares a shortage fairly, and proves it. See solve-tree.md.
 * @throws RangeError for a malformed problem, CertificateError for a plan that is not proven.
 */
export function solveTree(problem: FleetProblem, workspace: TreeWorkspace = createTreeWorkspace()): FleetPlan {
  checkTree(problem.limits.parent);
  const state = workspace.state ?? createState(problem);
  workspace.state = state;
  loadProblem(state, problem);
  keepSlotOrder(state);
  const isGuessed = problem.previous === undefined && problem.sessions >= workspace.guessFrom;
  const guide = isGuessed ? guessTree(state, problem) : null;
  orderSlots(state, guide);
  openWindows(state);
  const tree = createTree(state, problem);
  if (problem.previous !== undefined) fillTreePrevious(tree, problem.previous);
  fillTree(tree, guide === null ? null : groupsOf(guide, state.slotOfBit));
  rerouteTree(tree, problem.previous !== undefined);
  const prices = treePrices(tree);
  if (isShort(state)) shareFairly(tree);
  return proven(tree, prices);
}

function proven(tree: TreeGraph, prices: TreePrices): FleetPlan {
  const { state, root } = tree;
  const emitted = emit(state, new Float64Array(state.slots));
  checkLimits(tree, emitted.energy);
  const duals = dualsOf(tree, prices);
  const dual: BoundSums = { unservedWh: 0, cost: { low: 0, high: 0n } };
  addStays(tree, prices, { energy: emitted.energy, into: dual });
  for (let node = 0; node < root; node++) subtractRents(tree, { node, duals, dual });
  return toPlan({ emitted, duals, dual, blockedBy: blockers(tree) });
}

type Bounds = { readonly energy: SparseEnergy; readonly into: BoundSums };

function addStays({ state, root, stayStart, stays }: TreeGraph, { ticks, serves }: TreePrices, bounds: Bounds): void {
  const { slots } = state;
  for (let node = 0; node <= root; node++) {
    const [first, end] = [stayStart[node] as number, stayStart[node + 1] as number];
    if (first === end) continue;
    const here = { ticks: ticks.subarray(node * slots, (node + 1) * slots), serves: serves.subarray(node * slots, (node + 1) * slots) };
    const bound = { levels: levelsOf(state, here), ...bounds };
    for (let k = first; k < end; k++) addStayBound(state, stays[k] as number, bound);
  }
}

function subtractRents(tree: TreeGraph, { node, duals, dual }: { node: number; duals: FleetDuals; dual: BoundSums }): void {
  const { state: { slots, bitOfSlot }, cap } = tree;
  for (let slot = 0; slot < slots; slot++) {
    const at = node * slots + slot;
    const [ticks, serves] = [duals.ticks[at] as number, duals.serves[at] as number];
    if (ticks === 0 && serves === 0) continue;
    const limit = cap[node * slots + (bitOfSlot[slot] as number)] as number;
    if (limit === Infinity) throw new CertificateError(`node ${node} limits nothing in slot ${slot} and yet has a price`);
    dual.unservedWh -= limit * serves;
    addExact(dual.cost, -limit * ticks);
  }
}

/** Adds the plan up again, node by node, and compares it with every limit. */
function checkLimits({ state, root, parent, nodeOf, cap }: TreeGraph, { offset, slot, energyWh }: SparseEnergy): void {
  const { slots, sessions: n, bitOfSlot } = state;
  const load = new Float64Array((root + 1) * slots);
  for (let i = 0; i < n; i++) for (let k = offset[i] as number; k < (offset[i + 1] as number); k++) {
    for (let node = nodeOf[i] as number; node >= 0; node = parent[node] as number) {
      const at = node * slots + (slot[k] as number);
      load[at] = (load[at] as number) + (energyWh[k] as number);
    }
  }
  for (let node = 0; node < root; node++) for (let at = 0; at < slots; at++) {
    const limit = cap[node * slots + (bitOfSlot[at] as number)] as number;
    const held = load[node * slots + at] as number;
    if (held > limit) throw new CertificateError(`limit ${node} holds ${held} Wh in slot ${at}, ${limit} Wh are allowed`);
  }
}
