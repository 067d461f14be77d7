import { capOf } from './state.ts';
import { addFlow, changeStay } from './tree-graph.ts';
import type { Layers } from './tree-search.ts';

const UP = -1;
const NONE = -0x40000000;

/** A path through the layers: at step k from (node, bit) by `way`: a stay, UP, or down to child -2 - way. */
export interface Path {
  readonly nodes: number[];
  readonly bits: number[];
  readonly ways: number[];
}

/**
 * Walks from (node, bit) to depth 0, leaving out dead ends; gives the Wh the path can carry, 0
 * where there is no path (any more).
 */
export function walk(layers: Layers, start: { node: number; bit: number }, path: Path): number {
  const { depth, tree: { parent, state: { slots } } } = layers;
  let { node, bit } = start;
  let hops = 0;
  path.nodes.length = path.bits.length = path.ways.length = 0;
  while ((depth[node * slots + bit] as number) > 0) {
    const way = nextWay(layers, node, bit);
    if (way.way === NONE) {
      depth[node * slots + bit] = -1;
      if (hops === 0) return 0;
      hops -= 1;
      node = path.nodes.pop() as number;
      bit = path.bits.pop() as number;
      path.ways.pop();
      continue;
    }
    path.nodes.push(node);
    path.bits.push(bit);
    path.ways.push(way.way);
    hops += 1;
    if (way.way >= 0) bit = way.bit;
    else node = way.way === UP ? parent[node] as number : -2 - way.way;
  }
  path.nodes.push(node);
  path.bits.push(bit);
  return depth[node * slots + bit] === 0 ? carries(layers, path) : 0;
}

const found = { way: NONE, bit: 0 };

function nextWay(layers: Layers, node: number, bit: number): { way: number; bit: number } {
  const { tree, depth, cursor } = layers;
  const { slots, words } = tree.state;
  const cell = node * slots + bit;
  const wanted = (depth[cell] as number) - 1;
  const [word, flag] = [bit >> 5, 1 << (bit & 31)];
  const leads = (to: number) => ((layers.seen[to * words + word] as number) & flag) !== 0 && depth[to * slots + bit] === wanted;
  const firstChild = tree.childStart[node] as number;
  const childCount = (tree.childStart[node + 1] as number) - firstChild;
  const firstStay = tree.stayStart[node] as number;
  const stayCount = (tree.stayStart[node + 1] as number) - firstStay;
  for (let k = cursor[cell] as number; k <= childCount + stayCount; k++) {
    cursor[cell] = k;
    if (k === 0) {
      const isOpen = node !== tree.root && ((tree.open[node * words + word] as number) & flag) !== 0;
      if (isOpen && leads(tree.parent[node] as number)) return at(UP, bit);
    } else if (k <= childCount) {
      const child = tree.children[firstChild + k - 1] as number;
      if (((tree.used[child * words + word] as number) & flag) !== 0 && leads(child)) return at(-2 - child, bit);
    } else {
      const i = tree.stays[firstStay + k - 1 - childCount] as number;
      const into = ((tree.state.has[i * words + word] as number) & flag) === 0 ? -1 : shiftOf(layers, { i, node, wanted });
      if (into >= 0) return at(i, into);
    }
  }
  cursor[cell] = childCount + stayCount + 1;
  return at(NONE, 0);
}

function at(way: number, bit: number): { way: number; bit: number } {
  found.way = way;
  found.bit = bit;
  return found;
}

/** A slot one layer nearer in which stay `i` has room, or -1. */
function shiftOf({ tree, depth, seen }: Layers, { i, node, wanted }: { i: number; node: number; wanted: number }): number {
  const { slots, words, room } = tree.state;
  for (let w = 0; w < words; w++) {
    let bits = (room[i * words + w] as number) & (seen[node * words + w] as number);
    while (bits !== 0) {
      const low = bits & -bits;
      bits ^= low;
      const bit = (w << 5) + 31 - Math.clz32(low);
      if (depth[node * slots + bit] === wanted) return bit;
    }
  }
  return -1;
}

/** Wh stay `i` holds in `bit`. */
export function heldBy({ tree: { state } }: Layers, i: number, bit: number): number {
  return state.x[(state.offset[i] as number) + (state.slotOfBit[bit] as number) - (state.from[i] as number)] as number;
}

/** Wh that stay `i` could still hold in `bit`. */
export function roomOf(layers: Layers, i: number, bit: number): number {
  const { state } = layers.tree;
  return capOf(state, i, state.slotOfBit[bit] as number) - heldBy(layers, i, bit);
}

function carries(layers: Layers, { nodes, bits, ways }: Path): number {
  const { flow, cap, state: { slots } } = layers.tree;
  let most = Infinity;
  for (let k = 0; k < ways.length; k++) {
    const [node, bit, way] = [nodes[k] as number, bits[k] as number, ways[k] as number];
    if (way >= 0) most = Math.min(most, heldBy(layers, way, bit), roomOf(layers, way, bits[k + 1] as number));
    else if (way === UP) most = Math.min(most, (cap[node * slots + bit] as number) - (flow[node * slots + bit] as number));
    else most = Math.min(most, flow[(-2 - way) * slots + bit] as number);
  }
  return most;
}

/** Moves `energyWh` along the path. */
export function push({ tree }: Layers, { nodes, bits, ways }: Path, energyWh: number): void {
  for (let k = 0; k < ways.length; k++) {
    const [node, bit, way] = [nodes[k] as number, bits[k] as number, ways[k] as number];
    if (way >= 0) {
      changeStay(tree.state, way, { bit, energyWh: -energyWh });
      changeStay(tree.state, way, { bit: bits[k + 1] as number, energyWh });
    } else if (way === UP) addFlow(tree, { node, bit, energyWh });
    else addFlow(tree, { node: -2 - way, bit, energyWh: -energyWh });
  }
}
