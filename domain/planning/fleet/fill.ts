import type { SparseEnergy } from './fleet.ts';
import { cellOf } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { capOf } from './state.ts';
import type { FleetState } from './state.ts';

/** Bits whose slots are full, and the first bit that a pass leaves alone. */
interface Pass {
  readonly graph: SlotGraph;
  readonly full: Int32Array;
  end: number;
}

/**
 * Fills every stay in turn from the first slots (in bit order) that the limit leaves open. With
 * `groups` (first bit of each bit's group of equal guess) first the slots that a stay certainly
 * needs, then for all the rest: where it could as well use another slot, it comes second.
 */
export function fillAll(graph: SlotGraph, groups: Int32Array | null): void {
  const { state, load, cap } = graph;
  const { sessions: n, slots, words, order, unplaced } = state;
  const pass = { graph, full: new Int32Array(words), end: slots };
  for (let bit = 0; bit < slots; bit++) {
    if ((load[bit] as number) < (cap[bit] as number)) continue;
    pass.full[bit >> 5] = (pass.full[bit >> 5] as number) | (1 << (bit & 31));
  }
  for (let k = 0; groups !== null && k < n; k++) {
    const i = order[k] as number;
    if ((unplaced[i] as number) === 0) continue;
    pass.end = groups[lastBit(state, i)] as number;
    fillOne(pass, i);
  }
  pass.end = slots;
  for (let k = 0; k < n; k++) {
    const i = order[k] as number;
    if ((unplaced[i] as number) > 0) fillOne(pass, i);
  }
}

/** The bit in which stay `i` would end if nobody else were there. */
export function lastBit(state: FleetState, i: number): number {
  const { words, room, unplaced, slotOfBit, slots, most, offset, from } = state;
  const base = (offset[i] as number) - (from[i] as number);
  let rest = unplaced[i] as number;
  for (let w = 0; w < words; w++) {
    let open = room[i * words + w] as number;
    while (open !== 0) {
      const low = open & -open;
      open ^= low;
      const bit = (w << 5) + 31 - Math.clz32(low);
      rest -= most[base + (slotOfBit[bit] as number)] as number;
      if (rest <= 0) return bit;
    }
  }
  return slots - 1;
}

function fillOne({ graph: { state, load, cap }, full, end }: Pass, i: number): void {
  const { words, has, room, x, most, unplaced, slotOfBit, offset, from } = state;
  const base = (offset[i] as number) - (from[i] as number);
  let rest = unplaced[i] as number;
  for (let w = 0; w << 5 < end && rest > 0; w++) {
    const at = i * words + w;
    let open = (room[at] as number) & ~(full[w] as number);
    if (end - (w << 5) < 32) open &= (1 << (end & 31)) - 1;
    while (open !== 0 && rest > 0) {
      const low = open & -open;
      open ^= low;
      const bit = (w << 5) + 31 - Math.clz32(low);
      const cell = base + (slotOfBit[bit] as number);
      const had = x[cell] as number;
      const free = (most[cell] as number) - had;
      const left = (cap[bit] as number) - (load[bit] as number);
      const energyWh = Math.min(free, left, rest);
      x[cell] = had + energyWh;
      load[bit] = (load[bit] as number) + energyWh;
      rest -= energyWh;
      has[at] = (has[at] as number) | low;
      if (energyWh === free) room[at] = (room[at] as number) & ~low;
      if (energyWh === left) full[w] = (full[w] as number) | low;
    }
  }
  unplaced[i] = rest;
}

/** Takes over the plan in force as far as windows, power, limit and wishes still allow it. */
export function fillPrevious(graph: SlotGraph, previous: SparseEnergy): void {
  const { state, load, cap } = graph;
  const { sessions: n, words, has, room, x, unplaced, bitOfSlot, from, until } = state;
  for (let i = 0; i < n; i++) {
    let rest = unplaced[i] as number;
    for (let k = previous.offset[i] as number; k < (previous.offset[i + 1] as number) && rest > 0; k++) {
      const slot = previous.slot[k] as number;
      if (slot < (from[i] as number) || slot >= (until[i] as number)) continue;
      const bit = bitOfSlot[slot] as number;
      const most = capOf(state, i, slot);
      const left = (cap[bit] as number) - (load[bit] as number);
      const energyWh = Math.min(previous.energyWh[k] as number, most, left, rest);
      if (energyWh <= 0) continue;
      x[cellOf(state, i, bit)] = energyWh;
      load[bit] = (load[bit] as number) + energyWh;
      rest -= energyWh;
      const at = i * words + (bit >> 5);
      has[at] = (has[at] as number) | (1 << (bit & 31));
      if (energyWh === most) room[at] = (room[at] as number) & ~(1 << (bit & 31));
    }
    unplaced[i] = rest;
  }
}
