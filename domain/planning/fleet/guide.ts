import { fillAll, fillPrevious } from './fill.ts';
import type { FleetLimits, FleetProblem } from './fleet.ts';
import { reroute } from './reroute.ts';
import { slotPrices } from './slot-duals.ts';
import { drawGraph, resetGraph } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { loadProblem, openWindows, orderSlots } from './state.ts';

// Below this a guess costs more than it saves; every SAMPLE-th stay is enough to guess from.
export const GUESS_FROM = 300;
const SAMPLE = 8;

/** Every `stride`-th stay of the problem under its share of the limit (whole Wh, rounded up). */
function sampleOf(problem: FleetProblem, stride: number): FleetProblem {
  const { sessions, power, limits, slots } = problem;
  const n = Math.floor(sessions / stride);
  const pick = (array: Int32Array) => {
    const part = new Int32Array(n);
    for (let i = 0; i < n; i++) part[i] = array[i * stride + (stride >> 1)] as number;
    return part;
  };
  const share = n / sessions;
  const caps = limits.capWh.map((cap) => (cap === null ? null : cap.subarray(0, slots).map((wh) => Math.ceil(wh * share))));
  return {
    slots, priceTicks: problem.priceTicks, sessions: n, from: pick(problem.from), until: pick(problem.until),
    needWh: pick(problem.needWh),
    power: power.kind === 'constant'
      ? { kind: 'constant', wholeWh: pick(power.wholeWh), firstWh: pick(power.firstWh), lastWh: pick(power.lastWh) }
      : { kind: 'perSlot', offset: pick(power.offset), capWh: power.capWh },
    limits: { parent: limits.parent, capWh: caps, nodeOf: new Int32Array(n) },
  };
}

/** Plans all stays below the problem's first limit (or none) in `graph`, without proof or sharing. */
export function flow(graph: SlotGraph, problem: FleetProblem, guessFrom: number): void {
  const { state } = graph;
  const { previous, limits } = problem;
  const cap = limits.capWh[0] ?? null;
  const isGuessed = cap !== null && previous === undefined && problem.sessions >= guessFrom;
  const guide = isGuessed ? guessPrices(graph, problem, guessFrom) : null;
  loadProblem(state, problem);
  orderSlots(state, guide);
  openWindows(state);
  resetGraph(graph, cap);
  if (previous !== undefined) fillPrevious(graph, previous);
  fillAll(graph, guide === null ? null : groupsOf(guide, state.slotOfBit));
  drawGraph(graph);
  reroute(graph, previous !== undefined);
}

/** Slot prices of a sample of the stays under its share of the limit: a good order to fill in. */
export function guessPrices(graph: SlotGraph, problem: FleetProblem, guessFrom: number): Float64Array {
  flow(graph, sampleOf(problem, SAMPLE), guessFrom);
  const { ticks, serves } = slotPrices(graph);
  return Float64Array.from(ticks, (value, slot) => (serves[slot] === 1 ? Infinity : value));
}

/** The first bit of each bit's group of equal guess. */
export function groupsOf(guide: Float64Array, slotOfBit: Int32Array): Int32Array {
  const groups = new Int32Array(slotOfBit.length);
  for (let bit = 1; bit < groups.length; bit++) {
    const isSame = guide[slotOfBit[bit] as number] === guide[slotOfBit[bit - 1] as number];
    groups[bit] = isSame ? groups[bit - 1] as number : bit;
  }
  return groups;
}

/** What a forest lets through per slot at most, as one limit: of each node the least of its own and its children's. */
export function narrowest({ parent, capWh, nodeOf }: FleetLimits, slots: number): Int32Array | null {
  const isOpen = new Uint8Array(parent.length + 1);
  for (const node of nodeOf) isOpen[node < 0 ? parent.length : node] = 1;
  const most = capWh.map(() => new Float64Array(slots));
  const all = new Float64Array(slots);
  for (const node of leavesFirst(parent)) {
    const [own, below] = [capWh[node] ?? null, most[node] as Float64Array];
    const above = (parent[node] as number) < 0 ? all : most[parent[node] as number] as Float64Array;
    for (let slot = 0; slot < slots; slot++) {
      const children = isOpen[node] === 1 ? Infinity : below[slot] as number;
      above[slot] = (above[slot] as number) + Math.min(children, own === null ? Infinity : Math.max(0, own[slot] as number));
    }
  }
  if (isOpen[parent.length] === 1) return null;
  return Int32Array.from(all, (wh) => Math.min(wh, 2 ** 31 - 1));
}

function leavesFirst(parent: Int32Array): number[] {
  const depth = (node: number): number => {
    let steps = 0;
    for (let at = node; at >= 0; at = parent[at] as number) steps += 1;
    return steps;
  };
  const depths = Int32Array.from(parent, (_, node) => depth(node));
  return [...parent.keys()].sort((a, b) => (depths[b] as number) - (depths[a] as number));
}
