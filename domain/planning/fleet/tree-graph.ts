import type { FleetProblem } from './fleet.ts';
import { capOf } from './state.ts';
import type { FleetState } from './state.ts';

/**
 * Flow of all stays up a tree of limits. Node `root` is added above all: it limits nothing, its
 * flow is the load per slot. `flow` and `cap` are of the arc from a node to its parent, per bit;
 * `open` marks arcs with room, `used` arcs with flow, `alive` what searches still look at.
 */
export interface TreeGraph {
  readonly state: FleetState;
  readonly root: number;
  readonly parent: Int32Array;
  readonly childStart: Int32Array;
  readonly children: Int32Array;
  readonly stayStart: Int32Array;
  readonly stays: Int32Array;
  readonly nodeOf: Int32Array;
  readonly cap: Float64Array;
  readonly flow: Float64Array;
  readonly open: Int32Array;
  readonly used: Int32Array;
  readonly alive: Int32Array;
}

/** Members of each group as ranges of one list, by counting. */
function grouped(groupOf: Int32Array, groups: number): { start: Int32Array; list: Int32Array } {
  const start = new Int32Array(groups + 1);
  for (const group of groupOf) if (group >= 0) start[group + 1] = (start[group + 1] as number) + 1;
  for (let group = 0; group < groups; group++) start[group + 1] = (start[group + 1] as number) + (start[group] as number);
  const list = new Int32Array(start[groups] as number);
  const at = start.slice();
  groupOf.forEach((group, member) => {
    if (group < 0) return;
    list[at[group] as number] = member;
    at[group] = (at[group] as number) + 1;
  });
  return { start, list };
}

/** Throws RangeError where a limit has no root above it: a circle, or a parent that does not exist. */
export function checkTree(parent: Int32Array): void {
  const depth = new Int32Array(parent.length).fill(-1);
  for (let node = 0; node < parent.length; node++) {
    let [above, steps] = [node, 0];
    while (above >= 0 && (depth[above] as number) < 0 && steps <= parent.length) {
      above = parent[above] as number;
      steps += 1;
    }
    if (above >= parent.length || steps > parent.length) throw new RangeError(`limit ${node} has no root above it`);
    depth[node] = 0;
  }
}

/** The flow network of the state's problem for the energies that are in `x`. */
export function createTree(state: FleetState, problem: FleetProblem): TreeGraph {
  const { slots, words, slotOfBit, sessions: n } = state;
  const { limits } = problem;
  const root = limits.parent.length;
  const parent = new Int32Array(root + 1).fill(-1);
  for (let node = 0; node < root; node++) parent[node] = (limits.parent[node] as number) < 0 ? root : limits.parent[node] as number;
  const nodeOf = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const node = limits.nodeOf[i] as number;
    if (node >= root) throw new RangeError(`stay ${i} is below limit ${node}, which does not exist`);
    nodeOf[i] = node < 0 ? root : node;
  }
  const { start: childStart, list: children } = grouped(parent, root + 1);
  const { start: stayStart, list: stays } = grouped(nodeOf, root + 1);
  const cap = new Float64Array((root + 1) * slots).fill(Infinity);
  for (let node = 0; node < root; node++) {
    const caps = limits.capWh[node] ?? null;
    if (caps === null) continue;
    for (let bit = 0; bit < slots; bit++) cap[node * slots + bit] = Math.max(0, caps[slotOfBit[bit] as number] as number);
  }
  const flow = new Float64Array((root + 1) * slots);
  const mask = () => new Int32Array((root + 1) * words);
  const tree = { state, root, parent, childStart, children, stayStart, stays, nodeOf, cap, flow, open: mask(), used: mask(), alive: mask() };
  for (let node = 0; node <= root; node++) for (let bit = 0; bit < slots; bit++) {
    const at = node * words + (bit >> 5);
    tree.alive[at] = (tree.alive[at] as number) | (1 << (bit & 31));
    addFlow(tree, { node, bit, energyWh: 0 });
  }
  return tree;
}

export interface Arc {
  node: number;
  bit: number;
  energyWh: number;
}

/** Changes the flow of the arc above `node`; negative takes back. */
export function addFlow({ state: { slots, words }, flow, cap, open, used }: TreeGraph, { node, bit, energyWh }: Arc): void {
  const cell = node * slots + bit;
  const now = (flow[cell] as number) + energyWh;
  flow[cell] = now;
  const at = node * words + (bit >> 5);
  const flag = 1 << (bit & 31);
  open[at] = now < (cap[cell] as number) ? (open[at] as number) | flag : (open[at] as number) & ~flag;
  used[at] = now > 0 ? (used[at] as number) | flag : (used[at] as number) & ~flag;
}

/** Changes the flow of every arc above `node`, the load of the slot included. */
export function addFlowAbove(tree: TreeGraph, arc: Arc): void {
  for (let node = arc.node; node >= 0; node = tree.parent[node] as number) addFlow(tree, { ...arc, node });
}

/** Room that all arcs above `node` leave. */
export function roomAbove({ state: { slots }, flow, cap, parent }: TreeGraph, node: number, bit: number): number {
  let room = Infinity;
  for (let above = node; above >= 0; above = parent[above] as number) {
    const cell = above * slots + bit;
    room = Math.min(room, (cap[cell] as number) - (flow[cell] as number));
  }
  return room;
}

/** Changes what stay `i` holds in `bit`, flows left alone. */
export function changeStay(state: FleetState, i: number, { bit, energyWh }: { bit: number; energyWh: number }): void {
  const { words, has, room, x, slotOfBit, offset, from } = state;
  const slot = slotOfBit[bit] as number;
  const cell = (offset[i] as number) + slot - (from[i] as number);
  const now = (x[cell] as number) + energyWh;
  x[cell] = now;
  const at = i * words + (bit >> 5);
  const flag = 1 << (bit & 31);
  has[at] = now > 0 ? (has[at] as number) | flag : (has[at] as number) & ~flag;
  room[at] = now < capOf(state, i, slot) ? (room[at] as number) | flag : (room[at] as number) & ~flag;
}

/** Sets the flows to what the stays hold. */
export function flowFromStays(tree: TreeGraph): void {
  const { state } = tree;
  for (let i = 0; i < state.sessions; i++) {
    const shift = (state.offset[i] as number) - (state.from[i] as number);
    for (let slot = state.from[i] as number; slot < (state.until[i] as number); slot++) {
      const energyWh = state.x[shift + slot] as number;
      if (energyWh > 0) addFlowAbove(tree, { node: tree.nodeOf[i] as number, bit: state.bitOfSlot[slot] as number, energyWh });
    }
  }
}

/** The nearest node that is full in a slot where the stay could take more; -1 for stays that lack nothing. */
export function blockers(tree: TreeGraph): Int32Array {
  const { sessions: n, unplaced } = tree.state;
  return Int32Array.from({ length: n }, (_, i) => ((unplaced[i] as number) > 0 ? blockerOf(tree, i) : -1));
}

function blockerOf({ state: { words, room }, root, parent, nodeOf, open }: TreeGraph, i: number): number {
  for (let node = nodeOf[i] as number; node !== root; node = parent[node] as number) {
    for (let w = 0; w < words; w++) {
      if (((room[i * words + w] as number) & ~(open[node * words + w] as number)) !== 0) return node;
    }
  }
  return -1;
}
