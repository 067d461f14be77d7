import type { SparseEnergy } from './fleet.ts';
import { capOf } from './state.ts';
import type { FleetState } from './state.ts';
import { addFlowAbove, changeStay, roomAbove } from './tree-graph.ts';
import type { TreeGraph } from './tree-graph.ts';

/**
 * Fills every stay in turn from the first slots (in bit order) that all limits above it leave open;
 * with `groups` first what it certainly needs, as `fillAll` does.
 */
export function fillTree(tree: TreeGraph, groups: Int32Array | null): void {
  const { state } = tree;
  const { sessions: n, unplaced, slots } = state;
  const order = byFreedom(state);
  const free = new Int32Array(state.words);
  for (let k = 0; groups !== null && k < n; k++) {
    const i = order[k] as number;
    if ((unplaced[i] as number) > 0) fillStay(tree, i, { free, end: groups[lastBit(state, i)] as number });
  }
  for (let k = 0; k < n; k++) {
    const i = order[k] as number;
    if ((unplaced[i] as number) > 0) fillStay(tree, i, { free, end: slots });
  }
}

// The one with the shortest window chooses first: whoever comes later finds another slot more easily.
function byFreedom({ sessions: n, slots, from, until }: FleetState): Int32Array {
  const order = new Int32Array(n);
  const start = new Int32Array(slots + 2);
  for (let i = 0; i < n; i++) {
    const width = (until[i] as number) - (from[i] as number);
    start[width + 1] = (start[width + 1] as number) + 1;
  }
  for (let width = 1; width <= slots; width++) start[width] = (start[width] as number) + (start[width - 1] as number);
  for (let i = 0; i < n; i++) {
    const width = (until[i] as number) - (from[i] as number);
    const at = start[width] as number;
    order[at] = i;
    start[width] = at + 1;
  }
  return order;
}

/** The bit in which stay `i` would end if nobody else were there. */
function lastBit(state: FleetState, i: number): number {
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

function fillStay(tree: TreeGraph, i: number, { free, end }: { free: Int32Array; end: number }): void {
  const { state, parent, open, nodeOf } = tree;
  const { words, unplaced, room, slotOfBit, x, offset, from } = state;
  const node = nodeOf[i] as number;
  let rest = unplaced[i] as number;
  for (let w = 0; w < words; w++) {
    let bits = room[i * words + w] as number;
    for (let above = node; above >= 0; above = parent[above] as number) bits &= open[above * words + w] as number;
    free[w] = bits;
  }
  for (let w = 0; w < words && rest > 0; w++) {
    let bits = free[w] as number;
    while (bits !== 0 && rest > 0) {
      const low = bits & -bits;
      bits ^= low;
      const bit = (w << 5) + 31 - Math.clz32(low);
      if (bit >= end) break;
      const slot = slotOfBit[bit] as number;
      const own = capOf(state, i, slot) - (x[(offset[i] as number) + slot - (from[i] as number)] as number);
      const energyWh = Math.min(rest, own, roomAbove(tree, node, bit));
      changeStay(state, i, { bit, energyWh });
      addFlowAbove(tree, { node, bit, energyWh });
      rest -= energyWh;
    }
  }
  unplaced[i] = rest;
}

/** Takes over the plan in force as far as windows, power, limits and wishes still allow it. */
export function fillTreePrevious(tree: TreeGraph, previous: SparseEnergy): void {
  const { state, nodeOf } = tree;
  const { sessions: n, unplaced, bitOfSlot, from, until } = state;
  for (let i = 0; i < n; i++) {
    const node = nodeOf[i] as number;
    let rest = unplaced[i] as number;
    for (let k = previous.offset[i] as number; k < (previous.offset[i + 1] as number) && rest > 0; k++) {
      const slot = previous.slot[k] as number;
      if (slot < (from[i] as number) || slot >= (until[i] as number)) continue;
      const bit = bitOfSlot[slot] as number;
      const energyWh = Math.min(previous.energyWh[k] as number, capOf(state, i, slot), roomAbove(tree, node, bit), rest);
      if (energyWh <= 0) continue;
      changeStay(state, i, { bit, energyWh });
      addFlowAbove(tree, { node, bit, energyWh });
      rest -= energyWh;
    }
    unplaced[i] = rest;
  }
}
