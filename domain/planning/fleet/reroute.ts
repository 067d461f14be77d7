import { cellOf, find, put, take } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { capOf } from './state.ts';

/** What one search for sources finds: slots by their distance to the target slot. */
interface Search {
  readonly graph: SlotGraph;
  /** Slots that may still matter: once out of reach of every source, always out of reach. */
  readonly alive: Int32Array;
  /** Slots whose energy is better off in the target slot. */
  readonly later: Int32Array;
  readonly layers: Int32Array;
  readonly depth: Int32Array;
  readonly seen: Int32Array;
  readonly pathBits: Int32Array;
  readonly pathStays: Int32Array;
  short: number[];
  target: number;
}

/**
 * Cheapest slot first: every slot in turn takes what it can hold of energy that has no slot yet or
 * sits in a dearer one (with `isStrict` only in a strictly dearer one), rerouting stays in between.
 * Afterwards no such path exists, which is optimality.
 */
export function reroute(graph: SlotGraph, isStrict: boolean): void {
  const { state, load, cap } = graph;
  const { slots, words, stages, priceOfBit } = state;
  const search = createSearch(graph);
  for (let k = 0; k < slots; k++) {
    const bit = stages[k] as number;
    const isLater = (other: number) => !isStrict || (priceOfBit[other] as number) > (priceOfBit[bit] as number);
    search.later[bit >> 5] = (search.later[bit >> 5] as number) & ~(1 << (bit & 31));
    if ((load[bit] as number) >= (cap[bit] as number)) continue;
    search.target = bit;
    const dearer = isStrict ? laterOnly(search, isLater) : search.later;
    const isDone = pullInto(search, dearer);
    if (!isDone) continue;
    for (let w = 0; w < words; w++) search.alive[w] = (search.alive[w] as number) & ~(search.seen[w] as number);
  }
}

function laterOnly({ later, graph: { state: { slots, words } } }: Search, isLater: (bit: number) => boolean): Int32Array {
  const mask = new Int32Array(words);
  for (let bit = 0; bit < slots; bit++) {
    const flag = 1 << (bit & 31);
    if (((later[bit >> 5] as number) & flag) !== 0 && isLater(bit)) mask[bit >> 5] = (mask[bit >> 5] as number) | flag;
  }
  return mask;
}

function createSearch(graph: SlotGraph): Search {
  const { sessions: n, slots, words, unplaced } = graph.state;
  const all = new Int32Array(words);
  for (let bit = 0; bit < slots; bit++) all[bit >> 5] = (all[bit >> 5] as number) | (1 << (bit & 31));
  const short: number[] = [];
  for (let i = 0; i < n; i++) if ((unplaced[i] as number) > 0) short.push(i);
  return {
    graph, alive: all.slice(), later: all, layers: new Int32Array((slots + 1) * words), depth: new Int32Array(slots),
    seen: new Int32Array(words), pathBits: new Int32Array(slots + 1), pathStays: new Int32Array(slots + 1), short, target: 0,
  };
}

/** Pulls until the target is full (false) or nothing more can reach it (true; `seen` is what can). */
function pullInto(search: Search, dearer: Int32Array): boolean {
  const { graph: { load, cap, state }, target } = search;
  for (;;) {
    spread(search);
    let moved = pullUnplaced(search);
    for (let k = state.slots - 1; k >= 0; k--) {
      const bit = state.stages[k] as number;
      const flag = 1 << (bit & 31);
      if (((search.seen[bit >> 5] as number) & (dearer[bit >> 5] as number) & flag) === 0) continue;
      while ((load[bit] as number) > 0 && (load[target] as number) < (cap[target] as number)) {
        const energyWh = pullAlong(search, bit, load[bit] as number);
        if (energyWh === 0) break;
        load[bit] = (load[bit] as number) - energyWh;
        moved = true;
      }
    }
    if ((load[target] as number) >= (cap[target] as number)) return false;
    if (!moved) return true;
  }
}

function pullUnplaced(search: Search): boolean {
  const { graph: { load, cap, state }, target, short } = search;
  let moved = false;
  let kept = 0;
  for (const i of short) {
    while ((state.unplaced[i] as number) > 0 && (load[target] as number) < (cap[target] as number)) {
      const energyWh = pullStay(search, i);
      if (energyWh === 0) break;
      moved = true;
    }
    if ((state.unplaced[i] as number) > 0) short[kept++] = i;
  }
  short.length = kept;
  return moved;
}

/** Places energy of a stay that has none for it: straight into a slot that reaches the target. */
function pullStay(search: Search, i: number): number {
  const { graph, layers, depth, seen } = search;
  const { state } = graph;
  const { words, room, unplaced } = state;
  for (let w = 0; w < words; w++) {
    let open = (room[i * words + w] as number) & (seen[w] as number);
    while (open !== 0) {
      const low = open & -open;
      open ^= low;
      const bit = (w << 5) + 31 - Math.clz32(low);
      if (((layers[(depth[bit] as number) * words + w] as number) & low) === 0) continue;
      const free = capOf(state, i, state.slotOfBit[bit] as number) - (state.x[cellOf(state, i, bit)] as number);
      const energyWh = pullAlong(search, bit, Math.min(free, unplaced[i] as number));
      if (energyWh === 0) continue;
      put(graph, i, { bit, energyWh });
      unplaced[i] = (unplaced[i] as number) - energyWh;
      return energyWh;
    }
  }
  return 0;
}

/** Breadth first, backwards from the target: which slots can hand energy on towards it. */
function spread({ graph, alive, layers, depth, seen, target }: Search): void {
  const { load, edges, state: { slots, words } } = graph;
  seen.fill(0);
  layers.fill(0, 0, words);
  seen[target >> 5] = 1 << (target & 31);
  layers[target >> 5] = 1 << (target & 31);
  depth[target] = 0;
  for (let level = 1; level <= slots; level++) {
    const [at, before] = [level * words, (level - 1) * words];
    layers.fill(0, at, at + words);
    let isGrowing = false;
    for (let w = 0; w < words; w++) {
      let open = (alive[w] as number) & ~(seen[w] as number);
      while (open !== 0) {
        const low = open & -open;
        open ^= low;
        const bit = (w << 5) + 31 - Math.clz32(low);
        if ((load[bit] as number) === 0) continue;
        if (!touches(graph, bit, { layers, at: before, edges })) continue;
        layers[at + w] = (layers[at + w] as number) | low;
        depth[bit] = level;
        isGrowing = true;
      }
    }
    if (!isGrowing) return;
    for (let w = 0; w < words; w++) seen[w] = (seen[w] as number) | (layers[at + w] as number);
  }
}

type Layer = { layers: Int32Array; at: number; edges: Int32Array };

function touches(graph: SlotGraph, bit: number, { layers, at, edges }: Layer): boolean {
  const { words } = graph.state;
  for (let w = 0; w < words; w++) {
    let hits = (edges[bit * words + w] as number) & (layers[at + w] as number);
    while (hits !== 0) {
      const low = hits & -hits;
      hits ^= low;
      if (find(graph, bit, (w << 5) + 31 - Math.clz32(low)) >= 0) return true;
    }
  }
  return false;
}

/** Moves up to `most` Wh from `start` to the target along layers; gives what was moved. */
function pullAlong(search: Search, start: number, most: number): number {
  const { graph, layers, depth, pathBits, pathStays, target } = search;
  const { state, load, cap } = graph;
  let [bit, hops] = [start, 0];
  let energyWh = Math.min(most, (cap[target] as number) - (load[target] as number));
  while (bit !== target) {
    const next = hop(search, bit);
    if (next < 0) {
      const row = (depth[bit] as number) * state.words + (bit >> 5);
      layers[row] = (layers[row] as number) & ~(1 << (bit & 31));
      if (hops === 0) return 0;
      hops -= 1;
      bit = pathBits[hops] as number;
      continue;
    }
    pathBits[hops] = bit;
    pathStays[hops] = find(graph, bit, next);
    hops += 1;
    bit = next;
  }
  pathBits[hops] = target;
  for (let k = 0; k < hops; k++) {
    const i = pathStays[k] as number;
    const [out, into] = [pathBits[k] as number, pathBits[k + 1] as number];
    const free = capOf(state, i, state.slotOfBit[into] as number) - (state.x[cellOf(state, i, into)] as number);
    energyWh = Math.min(energyWh, state.x[cellOf(state, i, out)] as number, free);
  }
  for (let k = 0; k < hops; k++) {
    const i = pathStays[k] as number;
    take(graph, i, { bit: pathBits[k] as number, energyWh });
    put(graph, i, { bit: pathBits[k + 1] as number, energyWh });
  }
  load[target] = (load[target] as number) + energyWh;
  return energyWh;
}

/** The next slot of a layer nearer to the target that `bit` still has an edge to, or -1. */
function hop({ graph, layers, depth }: Search, bit: number): number {
  const { edges, state: { words } } = graph;
  const at = ((depth[bit] as number) - 1) * words;
  for (let w = 0; w < words; w++) {
    let hits = (edges[bit * words + w] as number) & (layers[at + w] as number);
    while (hits !== 0) {
      const low = hits & -hits;
      hits ^= low;
      const next = (w << 5) + 31 - Math.clz32(low);
      if (find(graph, bit, next) >= 0) return next;
    }
  }
  return -1;
}

