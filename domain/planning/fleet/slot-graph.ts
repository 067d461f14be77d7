import { grown } from './state.ts';
import type { FleetState } from './state.ts';

/**
 * The residual graph of one limit, on slots: t → t2 where a stay has energy in t and room in t2.
 * `edges` is a superset of it, checked when used: `find` gives the stay that makes an edge and
 * deletes edges that no stay makes any more. `cursor` remembers per edge how far the members of t
 * were looked through, `again` marks edges where one before the cursor may have come back.
 */
export interface SlotGraph {
  state: FleetState;
  load: Float64Array;
  cap: Float64Array;
  edges: Int32Array;
  again: Int32Array;
  cursor: Int32Array;
  /** Stays that have or had energy in a slot: [base[bit], base[bit] + count[bit]). */
  members: Int32Array;
  base: Int32Array;
  count: Int32Array;
  /** Which slots list the stay. */
  listed: Int32Array;
}

/** A workspace for `resetGraph`. */
export function createGraph(state: FleetState): SlotGraph {
  const none = new Int32Array(0);
  return {
    state, load: new Float64Array(0), cap: new Float64Array(0), edges: none, again: none, cursor: none,
    members: none, base: none, count: none, listed: none,
  };
}

/** Empties the graph for the state's problem under one limit of `capWh` per slot (null: none). */
export function resetGraph(graph: SlotGraph, capWh: Int32Array | null): void {
  const { sessions: n, slots, words, offset, bitOfSlot, from, until } = graph.state;
  graph.load = new Float64Array(slots);
  graph.cap = new Float64Array(slots);
  graph.count = new Int32Array(slots);
  graph.base = new Int32Array(slots + 1);
  graph.edges = new Int32Array(slots * words);
  graph.again = new Int32Array(slots * words);
  graph.cursor = grown(graph.cursor, slots * slots);
  graph.cursor.fill(0, 0, slots * slots);
  graph.members = grown(graph.members, offset[n] as number);
  graph.listed = grown(graph.listed, n * words);
  graph.listed.fill(0, 0, n * words);
  const opens = new Int32Array(slots + 1);
  for (let i = 0; i < n; i++) {
    const [a, d] = [from[i] as number, until[i] as number];
    opens[a] = (opens[a] as number) + 1;
    opens[d] = (opens[d] as number) - 1;
  }
  let [open, at] = [0, 0];
  for (let slot = 0; slot < slots; slot++) {
    const bit = bitOfSlot[slot] as number;
    open += opens[slot] as number;
    graph.base[bit] = at;
    at += open;
    graph.cap[bit] = capWh === null ? Infinity : Math.max(0, capWh[slot] as number);
  }
}

/** Position of a bit's energy in `x`. */
export function cellOf(state: FleetState, i: number, bit: number): number {
  return (state.offset[i] as number) + (state.slotOfBit[bit] as number) - (state.from[i] as number);
}

/** Enters a stay whose energy is set: lists it where it has energy and draws its edges. */
export function enter(graph: SlotGraph, i: number): void {
  const { edges, listed, state: { words, has, room } } = graph;
  const at = i * words;
  for (let w = 0; w < words; w++) {
    let left = has[at + w] as number;
    listed[at + w] = left;
    while (left !== 0) {
      const low = left & -left;
      left ^= low;
      const bit = (w << 5) + 31 - Math.clz32(low);
      list(graph, i, bit);
      const row = bit * words;
      for (let v = 0; v < words; v++) {
        const more = (room[at + v] as number) & ~(edges[row + v] as number);
        if (more !== 0) edges[row + v] = (edges[row + v] as number) | more;
      }
    }
  }
}

/** Adds stay `i` to the members of `bit`. */
function list({ count, members, base }: SlotGraph, i: number, bit: number): void {
  const end = count[bit] as number;
  members[(base[bit] as number) + end] = i;
  count[bit] = end + 1;
}

/** Stay with energy in bit `t` and room in bit `t2`, or -1 (then the edge is gone). */
export function find(graph: SlotGraph, t: number, t2: number): number {
  const { cursor, members, again, edges, state: { slots, words, has, room } } = graph;
  const key = t * slots + t2;
  const [hasWord, hasBit] = [t >> 5, 1 << (t & 31)];
  const [roomWord, roomBit] = [t2 >> 5, 1 << (t2 & 31)];
  const start = graph.base[t] as number;
  const end = start + (graph.count[t] as number);
  const flag = t * words + roomWord;
  for (;;) {
    for (let k = start + (cursor[key] as number); k < end; k++) {
      const i = members[k] as number;
      const at = i * words;
      if (((has[at + hasWord] as number) & hasBit) === 0 || ((room[at + roomWord] as number) & roomBit) === 0) continue;
      cursor[key] = k - start;
      return i;
    }
    cursor[key] = end - start;
    if (((again[flag] as number) & roomBit) === 0) break;
    again[flag] = (again[flag] as number) & ~roomBit;
    cursor[key] = 0;
  }
  edges[flag] = (edges[flag] as number) & ~roomBit;
  return -1;
}

/** Takes `energyWh` of stay `i` out of `bit`; the limit's load is the caller's. */
export function take(graph: SlotGraph, i: number, { bit, energyWh }: { bit: number; energyWh: number }): void {
  const { edges, again, state } = graph;
  const { words, has, room, x } = state;
  const cell = cellOf(state, i, bit);
  const left = (x[cell] as number) - energyWh;
  x[cell] = left;
  const at = i * words;
  const [word, mask] = [bit >> 5, 1 << (bit & 31)];
  if (left === 0) has[at + word] = (has[at + word] as number) & ~mask;
  if (((room[at + word] as number) & mask) !== 0) return;
  room[at + word] = (room[at + word] as number) | mask;
  for (let w = 0; w < words; w++) {
    let rest = has[at + w] as number;
    while (rest !== 0) {
      const low = rest & -rest;
      rest ^= low;
      const row = ((w << 5) + 31 - Math.clz32(low)) * words + word;
      edges[row] = (edges[row] as number) | mask;
      again[row] = (again[row] as number) | mask;
    }
  }
}

/** Puts `energyWh` of stay `i` into `bit`, where it has room; the limit's load is the caller's. */
export function put(graph: SlotGraph, i: number, { bit, energyWh }: { bit: number; energyWh: number }): void {
  const { edges, again, listed, state } = graph;
  const { words, has, room, x, most } = state;
  const cell = cellOf(state, i, bit);
  const now = (x[cell] as number) + energyWh;
  x[cell] = now;
  const at = i * words;
  const [word, mask] = [bit >> 5, 1 << (bit & 31)];
  if (now === most[cell]) room[at + word] = (room[at + word] as number) & ~mask;
  if (((has[at + word] as number) & mask) !== 0) return;
  has[at + word] = (has[at + word] as number) | mask;
  const isListed = ((listed[at + word] as number) & mask) !== 0;
  if (!isListed) {
    listed[at + word] = (listed[at + word] as number) | mask;
    list(graph, i, bit);
  }
  const row = bit * words;
  for (let w = 0; w < words; w++) {
    const open = room[at + w] as number;
    edges[row + w] = (edges[row + w] as number) | open;
    if (isListed) again[row + w] = (again[row + w] as number) | open;
  }
}

