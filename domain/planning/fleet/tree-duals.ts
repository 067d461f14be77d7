import type { FleetDuals } from './fleet.ts';
import type { TreeGraph } from './tree-graph.ts';
import { createFlood, spreadFlood, wet, wetStay } from './tree-flood.ts';

/** Slot prices at each node, limits above it included: `[node × slots + slot]`, root last. */
export interface TreePrices {
  readonly ticks: Int32Array;
  readonly serves: Uint8Array;
  /** Nodes, parents before children. */
  readonly order: Int32Array;
}

/**
 * Reads the prices off the finished flow: a slot at a node is worth the dearest energy that could
 * move into it (energy that nobody gets is dearer than any), at least what it is worth one node up.
 */
export function treePrices(tree: TreeGraph): TreePrices {
  const { root, parent, state } = tree;
  const { slots, stages, priceOfBit, slotOfBit } = state;
  const labels = labelAll(tree);
  const order = topDown(tree);
  const ticks = new Int32Array((root + 1) * slots);
  const serves = new Uint8Array((root + 1) * slots);
  for (const node of order) for (let bit = 0; bit < slots; bit++) {
    const slot = slotOfBit[bit] as number;
    const above = (parent[node] as number) * slots + slot;
    let [price, isServing] = node === root ? [priceOfBit[bit] as number, 0] : [ticks[above] as number, serves[above] as number];
    const label = labels[node * slots + bit] as number;
    if (label > slots) isServing = 1;
    else if (label > 0) price = Math.max(price, priceOfBit[stages[label - 1] as number] as number);
    ticks[node * slots + slot] = price;
    serves[node * slots + slot] = isServing;
  }
  return { ticks, serves, order };
}

/** Label of each (node, bit): slots + 1 for unserved energy, k + 1 for that of the k-th cheapest slot. */
function labelAll(tree: TreeGraph): Int32Array {
  const { root, state } = tree;
  const { slots, words, stages, unplaced, sessions: n } = state;
  const flood = createFlood(tree);
  for (let i = 0; i < n; i++) if ((unplaced[i] as number) > 0) wetStay(flood, i, slots + 1);
  spreadFlood(flood, slots + 1);
  for (let k = slots - 1; k >= 0; k--) {
    const bit = stages[k] as number;
    const flag = 1 << (bit & 31);
    if (((tree.used[root * words + (bit >> 5)] as number) & flag) === 0) continue;
    wet(flood, { node: root, word: bit >> 5, bits: flag, label: k + 1 });
    spreadFlood(flood, k + 1);
  }
  return flood.labels;
}

function topDown({ root, childStart, children }: TreeGraph): Int32Array {
  const order = new Int32Array(root + 1);
  order[0] = root;
  let end = 1;
  for (let at = 0; at < end; at++) {
    const node = order[at] as number;
    for (let k = childStart[node] as number; k < (childStart[node + 1] as number); k++) order[end++] = children[k] as number;
  }
  return order;
}

/** What one more Wh of each limit is worth: the price below it less the price above it. */
export function dualsOf({ root, parent, state: { slots } }: TreeGraph, { ticks, serves }: TreePrices): FleetDuals {
  const duals = { ticks: new Int32Array(root * slots), serves: new Uint8Array(root * slots) };
  for (let node = 0; node < root; node++) for (let slot = 0; slot < slots; slot++) {
    const [at, above] = [node * slots + slot, (parent[node] as number) * slots + slot];
    duals.serves[at] = (serves[at] as number) - (serves[above] as number);
    const worth = serves[at] === 1 ? 0 : ticks[at] as number;
    duals.ticks[at] = worth - (serves[above] === 1 ? 0 : ticks[above] as number);
  }
  return duals;
}
