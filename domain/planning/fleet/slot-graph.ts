import { grown } from './state.ts';
import type { FleetState } from './state.ts';

/**
 * The residual graph of one limit, on slots (bit b is slot b): t → t2 where a stay has energy in t and room in t2.
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
  /** Stays whose `has` and `room` stand in the state: those that were rerouted. */
  isMasked: Uint8Array;
  /** What filling keeps per stay. */
  stays: Int32Array;
  leftLevel: Int32Array;
}

/** A workspace for `resetGraph`. */
export function createGraph(state: FleetState): SlotGraph {
  const none = new Int32Array(0);
  return {
    state, load: new Float64Array(0), cap: new Float64Array(0), edges: none, again: none, cursor: none,
    hasStays: none, roomStays: none, blocks: 0, isMasked: new Uint8Array(0), stays: none,
    leftLevel: none,
  };
}

/** Empties the graph for the state's problem, its windows open, under one limit of `capWh` per slot (null: none). */
export function resetGraph(graph: SlotGraph, capWh: Int32Array | null): void {
  const { slots, words, sessions: n, from, until } = graph.state;
  graph.load = new Float64Array(slots);
  graph.cap = new Float64Array(slots).fill(Infinity);
  for (let slot = 0; capWh !== null && slot < slots; slot++) graph.cap[slot] = Math.max(0, capWh[slot] as number);
  const blocks = (n + 31) >> 5;
  graph.blocks = blocks;
  if (graph.isMasked.length < n) graph.isMasked = new Uint8Array(n);
  graph.isMasked.fill(0);
  graph.edges = grown(graph.edges, slots * words);
  graph.edges.fill(0, 0, slots * words);
  graph.again = grown(graph.again, slots * words);
  graph.again.fill(0, 0, slots * words);
  graph.cursor = grown(graph.cursor, slots * slots);
  graph.cursor.fill(0, 0, slots * slots);
  graph.hasStays = grown(graph.hasStays, slots * blocks);
  graph.hasStays.fill(0, 0, slots * blocks);
  // One row more: where windows end that last until the end.
  graph.roomStays = grown(graph.roomStays, (slots + 1) * blocks);
  const { roomStays } = graph;
  roomStays.fill(0, 0, (slots + 1) * blocks);
  for (let i = 0; i < n; i++) {
    const [a, d] = [(from[i] as number) * blocks + (i >> 5), (until[i] as number) * blocks + (i >> 5)];
    roomStays[a] = (roomStays[a] as number) ^ (1 << (i & 31));
    roomStays[d] = (roomStays[d] as number) ^ (1 << (i & 31));
  }
  for (let at = blocks; at < slots * blocks; at++) roomStays[at] = (roomStays[at] as number) ^ (roomStays[at - blocks] as number);
  if (graph.state.hasEmptySlots) closeEmpty(graph);
}

function closeEmpty({ roomStays, blocks, state: { sessions: n, offset, from, until, most } }: SlotGraph): void {
  for (let i = 0; i < n; i++) {
    const base = (offset[i] as number) - (from[i] as number);
    for (let slot = from[i] as number; slot < (until[i] as number); slot++) {
      if ((most[base + slot] as number) > 0) continue;
      const at = slot * blocks + (i >> 5);
      roomStays[at] = (roomStays[at] as number) & ~(1 << (i & 31));
    }
  }
}

/** Writes down which stays have energy and room in which slots, and the edges that they make, after `x` was filled. */
export function turnMasks(graph: SlotGraph): void {
  const { sessions: n, words, has } = graph.state;
  for (let i = 0; i < n; i++) {
    maskStay(graph, i);
    for (let w = 0; w < words; w++) {
      for (let rest = has[i * words + w] as number; rest !== 0; rest &= rest - 1) {
        turnSlot(graph, i, (w << 5) + 31 - Math.clz32(rest & -rest));
      }
    }
  }
}

function turnSlot({ edges, hasStays, roomStays, blocks, state: { words, room } }: SlotGraph, i: number, slot: number): void {
  const at = i * words;
  const turned = slot * blocks + (i >> 5);
  const stay = 1 << (i & 31);
  hasStays[turned] = (hasStays[turned] as number) | stay;
  const isFull = ((room[at + (slot >> 5)] as number) & (1 << (slot & 31))) === 0;
  if (isFull) roomStays[turned] = (roomStays[turned] as number) & ~stay;
  for (let w = 0; w < words; w++) edges[slot * words + w] = (edges[slot * words + w] as number) | (room[at + w] as number);
}

/** Position of a slot's energy in `x`. */
export function cellOf({ offset, from }: FleetState, i: number, slot: number): number {
  return (offset[i] as number) + slot - (from[i] as number);
}

/** Gives stay `i` energy that has no slot yet, where slot and stay have room; before `maskStay`. */
export function place(graph: SlotGraph, i: number, { slot, energyWh }: { slot: number; energyWh: number }): void {
  const { load, hasStays, roomStays, blocks, state: { x, most, unplaced, offset, from } } = graph;
  const cell = (offset[i] as number) + slot - (from[i] as number);
  const now = (x[cell] as number) + energyWh;
  x[cell] = now;
  load[slot] = (load[slot] as number) + energyWh;
  unplaced[i] = (unplaced[i] as number) - energyWh;
  const turned = slot * blocks + (i >> 5);
  hasStays[turned] = (hasStays[turned] as number) | (1 << (i & 31));
  if (now < (most[cell] as number)) return;
  roomStays[turned] = (roomStays[turned] as number) & ~(1 << (i & 31));
}

/** Writes down the slots in which a stay has energy and room, as sets. */
export function maskStay({ isMasked, state: { words, has, room, x, most, offset, from, until } }: SlotGraph, i: number): void {
  if (isMasked[i] === 1) return;
  isMasked[i] = 1;
  const base = (offset[i] as number) - (from[i] as number);
  const at = i * words;
  for (let w = 0; w < words; w++) has[at + w] = room[at + w] = 0;
  for (let slot = from[i] as number; slot < (until[i] as number); slot++) {
    const wh = x[base + slot] as number;
    const word = at + (slot >> 5);
    if (wh > 0) has[word] = (has[word] as number) | (1 << (slot & 31));
    if (wh < (most[base + slot] as number)) room[word] = (room[word] as number) | (1 << (slot & 31));
  }
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
  maskStay(graph, i);
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
  maskStay(graph, i);
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
