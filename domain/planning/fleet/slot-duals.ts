import type { SlotPrices } from './certificate.ts';
import { find, maskStay } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';

/**
 * Reads the slot prices off the finished flow: a slot is worth the dearest energy that could move
 * into it through other stays (energy that nobody gets is dearer than any), at least its own price.
 */
export function slotPrices(graph: SlotGraph): SlotPrices {
  const { state, load } = graph;
  const { sessions: n, slots, words, stages, room, unplaced, priceOfBit, slotOfBit } = state;
  const ticks = state.problem.priceTicks.slice(0, slots);
  const serves = new Uint8Array(slots);
  const open = new Int32Array(words);
  for (let bit = 0; bit < slots; bit++) open[bit >> 5] = (open[bit >> 5] as number) | (1 << (bit & 31));
  const reached: number[] = [];
  for (let i = 0; i < n; i++) {
    if ((unplaced[i] as number) === 0) continue;
    maskStay(graph, i);
    claim({ room, at: i * words, words }, open, reached);
  }
  let label = slots;
  for (let k = slots; ; k--) {
    while (reached.length > 0) {
      const bit = reached.pop() as number;
      const slot = slotOfBit[bit] as number;
      if (label === slots) serves[slot] = 1;
      else ticks[slot] = Math.max(priceOfBit[bit] as number, priceOfBit[label] as number);
      follow(graph, bit, { open, reached });
    }
    if (k === 0) return { ticks, serves };
    label = stages[k - 1] as number;
    const flag = 1 << (label & 31);
    const isOpen = ((open[label >> 5] as number) & flag) !== 0;
    // Nothing cheaper makes a slot worth more than its own price: it need not be looked for again.
    open[label >> 5] = (open[label >> 5] as number) & ~flag;
    if (isOpen && (load[label] as number) > 0) reached.push(label);
  }
}

type Row = { room: Int32Array; at: number; words: number };

/** Moves the open slots of a row to the reached ones. */
function claim({ room, at, words }: Row, open: Int32Array, reached: number[]): void {
  for (let w = 0; w < words; w++) {
    let hits = (room[at + w] as number) & (open[w] as number);
    open[w] = (open[w] as number) & ~hits;
    while (hits !== 0) {
      const low = hits & -hits;
      hits ^= low;
      reached.push((w << 5) + 31 - Math.clz32(low));
    }
  }
}

function follow(graph: SlotGraph, bit: number, { open, reached }: { open: Int32Array; reached: number[] }): void {
  const { edges, state: { words } } = graph;
  for (let w = 0; w < words; w++) {
    let hits = (edges[bit * words + w] as number) & (open[w] as number);
    while (hits !== 0) {
      const low = hits & -hits;
      hits ^= low;
      const next = (w << 5) + 31 - Math.clz32(low);
      if (find(graph, bit, next) < 0) continue;
      open[w] = (open[w] as number) & ~low;
      reached.push(next);
    }
  }
}
