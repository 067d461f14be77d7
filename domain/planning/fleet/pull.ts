import { cellOf, find, maskStay, put, take } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { capOf, floats, ints } from './state.ts';

/** What one search for sources finds: slots by their distance to the target slot. */
export interface Search {
  readonly graph: SlotGraph;
  /** Slots that may still matter: once out of reach of every source, always out of reach. */
  readonly alive: Int32Array;
  readonly loaded: Int32Array;
  /** Slots that may give to the target, as far as their load is above `keep`. */
  readonly sources: Int32Array;
  readonly keep: Float64Array;
  readonly layers: Int32Array;
  readonly depth: Int32Array;
  readonly seen: Int32Array;
  readonly pathBits: Int32Array;
  readonly pathStays: Int32Array;
  readonly short: number[];
  target: number;
  /** The stay that makes the edge which `hop` found. */
  stay: number;
}

/** A search in a graph that is filled: all slots are alive, none is a source, and nothing is kept. */
export function createSearch(graph: SlotGraph): Search {
  const { load, state } = graph;
  const { sessions: n, slots, words, unplaced } = state;
  const [alive, loaded] = [ints(state, 'alive', words), ints(state, 'loaded', words)];
  for (let bit = 0; bit < slots; bit++) {
    alive[bit >> 5] = (alive[bit >> 5] as number) | (1 << (bit & 31));
    if ((load[bit] as number) > 0) loaded[bit >> 5] = (loaded[bit >> 5] as number) | (1 << (bit & 31));
  }
  const short: number[] = [];
  for (let i = 0; i < n; i++) {
    if ((unplaced[i] as number) === 0) continue;
    maskStay(graph, i);
    short.push(i);
  }
  return {
    graph, alive, loaded, sources: ints(state, 'sources', words), keep: floats(state, 'keep', slots), short, target: 0, stay: -1,
    layers: ints(state, 'layers', (slots + 2) * words), depth: ints(state, 'depth', slots), seen: ints(state, 'seen', words),
    pathBits: ints(state, 'pathBits', slots + 1), pathStays: ints(state, 'pathStays', slots + 1),
  };
}

/** Pulls until the target is full (false) or nothing more can reach it (true; `seen` is what can). */
export function pullInto(search: Search): boolean {
  const { graph: { load, cap, state }, target, seen, sources } = search;
  for (;;) {
    if (!spread(search)) return true;
    pullUnplaced(search);
    // The dearest first: what a less dear one gave would have to be pulled there again.
    for (let k = state.slots - 1; k >= 0; k--) {
      const bit = state.stages[k] as number;
      if (((seen[bit >> 5] as number) & (sources[bit >> 5] as number) & (1 << (bit & 31))) !== 0) pullSlot(search, bit);
    }
    if ((load[target] as number) >= (cap[target] as number)) return false;
  }
}

/** Moves what it can of a slot's load above `keep` into the target. */
function pullSlot(search: Search, bit: number): void {
  const { graph: { load, cap }, target, loaded, sources, keep } = search;
  const [word, flag] = [bit >> 5, 1 << (bit & 31)];
  const keepWh = keep[bit] as number;
  while ((load[bit] as number) > keepWh && (load[target] as number) < (cap[target] as number)) {
    const energyWh = pullAlong(search, bit, (load[bit] as number) - keepWh);
    if (energyWh === 0) return;
    load[bit] = (load[bit] as number) - energyWh;
    loaded[target >> 5] = (loaded[target >> 5] as number) | (1 << (target & 31));
  }
  if ((load[bit] as number) > keepWh) return;
  sources[word] = (sources[word] as number) & ~flag;
  if (keepWh === 0) loaded[word] = (loaded[word] as number) & ~flag;
}

function pullUnplaced(search: Search): void {
  const { graph: { load, cap, state }, target, short, loaded } = search;
  let kept = 0;
  for (const i of short) {
    while ((state.unplaced[i] as number) > 0 && (load[target] as number) < (cap[target] as number)) {
      if (pullStay(search, i) === 0) break;
      loaded[target >> 5] = (loaded[target >> 5] as number) | (1 << (target & 31));
    }
    if ((state.unplaced[i] as number) > 0) short[kept++] = i;
  }
  short.length = kept;
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

/**
 * Breadth first, backwards from the target: which slots can hand energy on towards it. Ends with the
 * first layer that holds a source (true), or with all that reach the target (false).
 */
function spread(search: Search): boolean {
  const { layers, seen, target, sources, depth, graph: { state: { slots, words } } } = search;
  seen.fill(0);
  layers.fill(0, 0, words);
  layers[target >> 5] = 1 << (target & 31);
  depth[target] = 0;
  for (let level = 0; level <= slots; level++) {
    let found = 0;
    for (let w = 0; w < words; w++) {
      seen[w] = (seen[w] as number) | (layers[level * words + w] as number);
      found |= (layers[level * words + w] as number) & (sources[w] as number);
    }
    if (found !== 0 || reachesShort(search, level)) return true;
    layers.fill(0, (level + 1) * words, (level + 2) * words);
    let isGrowing = false;
    for (let word = 0; word < words; word++) if (grow(search, level + 1, word)) isGrowing = true;
    if (!isGrowing) return false;
  }
  return false;
}

function reachesShort({ short, layers, graph: { state: { words, room } } }: Search, level: number): boolean {
  for (const i of short) {
    for (let w = 0; w < words; w++) {
      if (((room[i * words + w] as number) & (layers[level * words + w] as number)) !== 0) return true;
    }
  }
  return false;
}

/** Adds the slots of one word that have an edge into the layer before. */
function grow({ graph, alive, loaded, layers, depth, seen }: Search, level: number, word: number): boolean {
  const { words } = graph.state;
  const at = level * words + word;
  let open = (alive[word] as number) & (loaded[word] as number) & ~(seen[word] as number);
  while (open !== 0) {
    const low = open & -open;
    open ^= low;
    const bit = (word << 5) + 31 - Math.clz32(low);
    if (!touches(graph, bit, { layers, at: at - word - words })) continue;
    layers[at] = (layers[at] as number) | low;
    depth[bit] = level;
  }
  return layers[at] !== 0;
}

type Layer = { layers: Int32Array; at: number };

function touches(graph: SlotGraph, bit: number, { layers, at }: Layer): boolean {
  const { edges, state: { words } } = graph;
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
    pathStays[hops] = search.stay;
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
function hop(search: Search, bit: number): number {
  const { graph, layers, depth } = search;
  const { edges, state: { words } } = graph;
  const at = ((depth[bit] as number) - 1) * words;
  for (let w = 0; w < words; w++) {
    let hits = (edges[bit * words + w] as number) & (layers[at + w] as number);
    while (hits !== 0) {
      const low = hits & -hits;
      hits ^= low;
      const next = (w << 5) + 31 - Math.clz32(low);
      search.stay = find(graph, bit, next);
      if (search.stay >= 0) return next;
    }
  }
  return -1;
}

