import { changeStay } from './tree-graph.ts';
import type { TreeGraph } from './tree-graph.ts';
import { heldBy, push, roomOf, walk } from './tree-pull.ts';
import type { Path } from './tree-pull.ts';
import { addTo, clearLayers, createLayers, spreadTree } from './tree-search.ts';
import type { Layers } from './tree-search.ts';
import { createFlood, spreadFlood, wetStay } from './tree-flood.ts';

/** What the sharing works with: Wh per stay already received, least and most of this plan. */
interface Sharing {
  readonly tree: TreeGraph;
  readonly layers: Layers;
  readonly received: Int32Array;
  readonly least: Int32Array;
  readonly most: Int32Array;
  readonly give: Int32Array;
}

/**
 * Shares a shortage: minimum energy before all further energy, each max-min fair on what a stay has
 * in the end (received and planned). Slot loads stay as they are, and with them the cost; whoever
 * shares fairly already keeps every Wh where it is. See share.md.
 */
export function shareFairly(tree: TreeGraph): void {
  const { state } = tree;
  const { sessions: n, wish, problem } = state;
  const floor = Int32Array.from({ length: n }, (_, i) => Math.max(0, Math.min(problem.minWh?.[i] ?? 0, wish[i] as number)));
  tree.alive.fill(-1);
  const sharing: Sharing = {
    tree, layers: createLayers(tree), received: problem.receivedWh ?? new Int32Array(n),
    least: new Int32Array(n), most: floor.slice(), give: new Int32Array(n),
  };
  const everybody = Array.from({ length: n }, (_, i) => i);
  transfer(sharing, everybody, { to: (i) => floor[i] as number, downTo: (i) => floor[i] as number });
  const belowFloor = reachOf(tree, everybody.filter((i) => served(tree, i) < (floor[i] as number)));
  level(sharing, everybody.filter((i) => belowFloor[i] === 1));
  for (let i = 0; i < n; i++) {
    sharing.least[i] = floor[i] as number;
    sharing.most[i] = wish[i] as number;
  }
  const isShort = (i: number) => (state.unplaced[i] as number) > 0 && belowFloor[i] === 0;
  const short = reachOf(tree, everybody.filter(isShort));
  level(sharing, everybody.filter((i) => short[i] === 1 && belowFloor[i] === 0));
}

function served({ state }: TreeGraph, i: number): number {
  return (state.wish[i] as number) - (state.unplaced[i] as number);
}

/** Stays whose energy the given ones could take over, themselves included. */
function reachOf(tree: TreeGraph, stays: readonly number[]): Uint8Array {
  const flood = createFlood(tree);
  if (stays.length === 0) return flood.isIn;
  for (const i of stays) wetStay(flood, i, 1);
  spreadFlood(flood, 1);
  return flood.isIn;
}

/**
 * Evens out a tight group by decomposition: bring all to the common level their energy would
 * reach; if some cannot get there, they and whom they can take from are a tight group of their own
 * with a lower level, and the others have a higher one.
 */
function level(sharing: Sharing, all: readonly number[]): void {
  const { tree, received, least, most } = sharing;
  const groups: (readonly number[])[] = [all];
  for (;;) {
    const group = groups.pop();
    if (group === undefined) return;
    const total = group.reduce((sum, i) => sum + served(tree, i), 0);
    const at = (i: number, line: number) => Math.max(least[i] as number, Math.min(most[i] as number, line - (received[i] as number)));
    const line = waterLine(group, total, at);
    if (line === null) continue;
    const low = (i: number) => at(i, line);
    const high = (i: number) => at(i, line + 1);
    transfer(sharing, group, { to: low, downTo: low });
    transfer(sharing, group, { to: high, downTo: high });
    const under = group.filter((i) => served(tree, i) < low(i));
    const isOver = group.some((i) => served(tree, i) > high(i));
    if (under.length === 0 && !isOver) continue;
    const tight = reachOf(tree, under.length > 0 ? under : group.filter((i) => served(tree, i) < high(i)));
    groups.push(group.filter((i) => tight[i] === 1), group.filter((i) => tight[i] === 0));
  }
}

/** The highest whole level to which `total` lifts the whole group; null where it fills all of it. */
function waterLine(group: readonly number[], total: number, at: (i: number, line: number) => number): number | null {
  const needs = (line: number) => group.reduce((sum, i) => sum + at(i, line), 0);
  let [low, high] = [-(2 ** 31), 2 ** 32];
  if (needs(high) <= total) return null;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (needs(middle) <= total) low = middle;
    else high = middle;
  }
  return low;
}

type Aim = { to: (i: number) => number; downTo: (i: number) => number };

/** Max flow of energy from stays of the group above `downTo` to those below `to`; loads stay. */
function transfer({ tree, layers, give }: Sharing, group: readonly number[], { to, downTo }: Aim): void {
  const { state, nodeOf } = tree;
  layers.want.fill(0);
  give.fill(0);
  const wanting: number[] = [];
  for (const i of group) {
    const has = served(tree, i);
    layers.want[i] = Math.max(0, to(i) - has);
    give[i] = Math.max(0, has - downTo(i));
    if (has < to(i)) wanting.push(i);
  }
  for (;;) {
    clearLayers(layers);
    for (const i of group) {
      if ((give[i] as number) === 0) continue;
      for (let word = 0; word < state.words; word++) {
        addTo(layers, { node: nodeOf[i] as number, word, bits: state.has[i * state.words + word] as number, depth: 0 });
      }
    }
    if (!spreadTree(layers)) return;
    for (const i of wanting) if (layers.isIn[i] === 1) takeOver({ tree, layers, give }, i);
  }
}

type Exchange = Pick<Sharing, 'tree' | 'layers' | 'give'>;

function takeOver(exchange: Exchange, i: number): void {
  const { tree: { state, nodeOf }, layers } = exchange;
  const { words, room } = state;
  const { seen, want } = layers;
  const node = nodeOf[i] as number;
  const path: Path = { nodes: [], bits: [], ways: [] };
  for (let w = 0; w < words; w++) {
    let bits = (room[i * words + w] as number) & (seen[node * words + w] as number);
    while (bits !== 0 && (want[i] as number) > 0) {
      const low = bits & -bits;
      const bit = (w << 5) + 31 - Math.clz32(low);
      const most = Math.min(roomOf(layers, i, bit), want[i] as number);
      const energyWh = most === 0 ? 0 : Math.min(walk(layers, { node, bit }, path), most);
      if (energyWh === 0 || !handOver(exchange, { i, bit, energyWh }, path)) bits ^= energyWh === 0 ? low : 0;
    }
  }
}

/** Ends the path at a stay that gives; false where nobody there gives any more. */
function handOver({ tree, layers, give }: Exchange, taking: { i: number; bit: number; energyWh: number }, path: Path): boolean {
  const { state, stayStart, stays } = tree;
  const node = path.nodes.at(-1) as number;
  const bit = path.bits.at(-1) as number;
  for (let k = stayStart[node] as number; k < (stayStart[node + 1] as number); k++) {
    const j = stays[k] as number;
    const holds = ((state.has[j * state.words + (bit >> 5)] as number) & (1 << (bit & 31))) !== 0;
    if ((give[j] as number) === 0 || !holds) continue;
    const energyWh = Math.min(taking.energyWh, give[j] as number, heldBy(layers, j, bit) - shiftedBy(path, j, bit));
    if (energyWh <= 0) continue;
    push(layers, path, energyWh);
    changeStay(state, j, { bit, energyWh: -energyWh });
    changeStay(state, taking.i, { bit: taking.bit, energyWh });
    state.unplaced[j] = (state.unplaced[j] as number) + energyWh;
    state.unplaced[taking.i] = (state.unplaced[taking.i] as number) - energyWh;
    give[j] = (give[j] as number) - energyWh;
    layers.want[taking.i] = (layers.want[taking.i] as number) - energyWh;
    return true;
  }
  layers.depth[node * state.slots + bit] = -1;
  return false;
}

// A stay that both gives here and shifts out of the same slot on the path would be counted twice.
function shiftedBy({ bits, ways }: Path, j: number, bit: number): number {
  return ways.some((way, k) => way === j && bits[k] === bit) ? Infinity : 0;
}
