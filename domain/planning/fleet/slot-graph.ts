import { grown } from './state.ts';
import type { FleetState } from './state.ts';

/**
 * The residual graph of one limit, on slots: t → t2 where a stay has energy in t and room in t2.
 * `hasStays` and `roomStays` are the state's masks turned: per bit a set of stays, `blocks` words.
 * `edges` is a superset of the graph, checked when used: `find` gives the stay that makes an edge
 * and deletes edges that no stay makes any more. `cursor` remembers per edge how many blocks were
 * looked through, `again` marks edges where one before the cursor may have come back.
 */
export interface SlotGraph {
  state: FleetState;
  load: Float64Array;
  cap: Float64Array;
  edges: Int32Array;
  again: Int32Array;
  cursor: Int32Array;
  hasStays: Int32Array;
  roomStays: Int32Array;
  blocks: number;
}

/** A workspace for `resetGraph`. */
export function createGraph(state: FleetState): SlotGraph {
  const none = new Int32Array(0);
  return {
    state, load: new Float64Array(0), cap: new Float64Array(0), edges: none, again: none, cursor: none,
    hasStays: none, roomStays: none, blocks: 0,
  };
}

/** Empties the graph for the state's problem under one limit of `capWh` per slot (null: none). */
export function resetGraph(graph: SlotGraph, capWh: Int32Array | null): void {
  const { slots, bitOfSlot } = graph.state;
  graph.load = new Float64Array(slots);
  graph.cap = new Float64Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    const bit = bitOfSlot[slot] as number;
    graph.cap[bit] = capWh === null ? Infinity : Math.max(0, capWh[slot] as number);
  }
}

/** Position of a bit's energy in `x`. */
export function cellOf(state: FleetState, i: number, bit: number): number {
  return (state.offset[i] as number) + (state.slotOfBit[bit] as number) - (state.from[i] as number);
}

/** Draws the graph of the energies that are in `x`. */
export function drawGraph(graph: SlotGraph): void {
  const { sessions: n, slots, words, has, room } = graph.state;
  const blocks = (n + 31) >> 5;
  graph.blocks = blocks;
  graph.edges = new Int32Array(slots * words);
  graph.again = new Int32Array(slots * words);
  graph.cursor = grown(graph.cursor, slots * slots);
  graph.cursor.fill(0, 0, slots * slots);
  graph.hasStays = grown(graph.hasStays, words * 32 * blocks);
  graph.roomStays = grown(graph.roomStays, words * 32 * blocks);
  const square = new Int32Array(32);
  for (let block = 0; block < blocks; block++) {
    for (let word = 0; word < words; word++) {
      turn({ from: has, into: graph.hasStays, square }, { block, word }, graph);
      turn({ from: room, into: graph.roomStays, square }, { block, word }, graph);
    }
  }
  for (let i = 0; i < n; i++) drawEdges(graph, i);
}

function drawEdges({ edges, state: { words, has, room } }: SlotGraph, i: number): void {
  const at = i * words;
  for (let w = 0; w < words; w++) {
    let left = has[at + w] as number;
    while (left !== 0) {
      const low = left & -left;
      left ^= low;
      const row = ((w << 5) + 31 - Math.clz32(low)) * words;
      for (let v = 0; v < words; v++) edges[row + v] = (edges[row + v] as number) | (room[at + v] as number);
    }
  }
}

type Turn = { from: Int32Array; into: Int32Array; square: Int32Array };

/**
 * Turns 32 stays × 32 slots: rows become columns by swapping ever smaller off-diagonal squares
 * (Warren, Hacker's Delight, 7-3; here with bit 0 first).
 */
function turn({ from, into, square }: Turn, { block, word }: { block: number; word: number }, graph: SlotGraph): void {
  const { blocks, state: { sessions: n, words } } = graph;
  for (let k = 0; k < 32; k++) {
    const i = (block << 5) + k;
    square[k] = i < n ? from[i * words + word] as number : 0;
  }
  for (let size = 16, mask = 0xffff; size > 0; size >>= 1, mask ^= mask << size) {
    for (let k = 0; k < 32; k = ((k | size) + 1) & ~size) {
      const swapped = (((square[k] as number) >>> size) ^ (square[k + size] as number)) & mask;
      square[k + size] = (square[k + size] as number) ^ swapped;
      square[k] = (square[k] as number) ^ (swapped << size);
    }
  }
  for (let k = 0; k < 32; k++) into[((word << 5) + k) * blocks + block] = square[k] as number;
}

/** Stay with energy in bit `t` and room in bit `t2`, or -1 (then the edge is gone). */
export function find(graph: SlotGraph, t: number, t2: number): number {
  const { cursor, hasStays, roomStays, blocks, again, edges, state: { slots, words } } = graph;
  const key = t * slots + t2;
  const [hasAt, roomAt] = [t * blocks, t2 * blocks];
  const flag = t * words + (t2 >> 5);
  const mask = 1 << (t2 & 31);
  for (;;) {
    for (let block = cursor[key] as number; block < blocks; block++) {
      const both = (hasStays[hasAt + block] as number) & (roomStays[roomAt + block] as number);
      if (both === 0) continue;
      cursor[key] = block;
      return (block << 5) + 31 - Math.clz32(both & -both);
    }
    cursor[key] = blocks;
    if (((again[flag] as number) & mask) === 0) break;
    again[flag] = (again[flag] as number) & ~mask;
    cursor[key] = 0;
  }
  edges[flag] = (edges[flag] as number) & ~mask;
  return -1;
}

/** Takes `energyWh` of stay `i` out of `bit`; the limit's load is the caller's. */
export function take(graph: SlotGraph, i: number, { bit, energyWh }: { bit: number; energyWh: number }): void {
  const { edges, again, hasStays, roomStays, blocks, state } = graph;
  const { words, has, room, x } = state;
  const cell = cellOf(state, i, bit);
  const left = (x[cell] as number) - energyWh;
  x[cell] = left;
  const at = i * words;
  const [word, mask] = [bit >> 5, 1 << (bit & 31)];
  const turned = bit * blocks + (i >> 5);
  const stay = 1 << (i & 31);
  if (left === 0) {
    has[at + word] = (has[at + word] as number) & ~mask;
    hasStays[turned] = (hasStays[turned] as number) & ~stay;
  }
  if (((room[at + word] as number) & mask) !== 0) return;
  room[at + word] = (room[at + word] as number) | mask;
  roomStays[turned] = (roomStays[turned] as number) | stay;
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
  const { edges, again, hasStays, roomStays, blocks, state } = graph;
  const { words, has, room, x, most } = state;
  const cell = cellOf(state, i, bit);
  const now = (x[cell] as number) + energyWh;
  x[cell] = now;
  const at = i * words;
  const [word, mask] = [bit >> 5, 1 << (bit & 31)];
  const turned = bit * blocks + (i >> 5);
  const stay = 1 << (i & 31);
  if (now === most[cell]) {
    room[at + word] = (room[at + word] as number) & ~mask;
    roomStays[turned] = (roomStays[turned] as number) & ~stay;
  }
  if (((has[at + word] as number) & mask) !== 0) return;
  has[at + word] = (has[at + word] as number) | mask;
  hasStays[turned] = (hasStays[turned] as number) | stay;
  const row = bit * words;
  for (let w = 0; w < words; w++) {
    const open = room[at + w] as number;
    edges[row + w] = (edges[row + w] as number) | open;
    again[row + w] = (again[row + w] as number) | open;
  }
}
