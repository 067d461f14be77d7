import { addFlow, changeStay } from './tree-graph.ts';
import type { TreeGraph } from './tree-graph.ts';
import { push, roomOf, walk } from './tree-pull.ts';
import { addTo, clearLayers, createLayers, spreadTree } from './tree-search.ts';
import type { Layers } from './tree-search.ts';

/**
 * Cheapest slot first under a tree of limits: every slot in turn takes what it can of energy that
 * has no slot yet or sits in a dearer one (with `isStrict` only in a strictly dearer one).
 */
export function rerouteTree(tree: TreeGraph, isStrict: boolean): void {
  const { state, root } = tree;
  const { slots, words, stages, priceOfBit } = state;
  const layers = createLayers(tree);
  layers.want = state.unplaced;
  for (let k = 0; k < slots; k++) {
    const target = stages[k] as number;
    layers.later.fill(0);
    for (let other = k + 1; other < slots; other++) {
      const bit = stages[other] as number;
      if (isStrict && priceOfBit[bit] === priceOfBit[target]) continue;
      layers.later[bit >> 5] = (layers.later[bit >> 5] as number) | (1 << (bit & 31));
    }
    for (;;) {
      clearLayers(layers);
      addTo(layers, { node: root, word: target >> 5, bits: 1 << (target & 31), depth: 0 });
      if (!spreadTree(layers)) break;
      pullAll(layers, target);
    }
    // Nothing that matters reaches these any more, and never will again.
    for (let at = 0; at < (root + 1) * words; at++) tree.alive[at] = (tree.alive[at] as number) & ~(layers.seen[at] as number);
  }
}

function pullAll(layers: Layers, target: number): void {
  const { tree, isIn, later } = layers;
  const { root, state, used } = tree;
  const path = { nodes: [], bits: [], ways: [] };
  for (let i = 0; i < state.sessions; i++) {
    if (isIn[i] === 1 && (state.unplaced[i] as number) > 0) pullStay(layers, i, target);
  }
  for (let k = state.slots - 1; k >= 0; k--) {
    const bit = state.stages[k] as number;
    const [word, flag] = [bit >> 5, 1 << (bit & 31)];
    if (((later[word] as number) & (layers.seen[root * state.words + word] as number) & flag) === 0) continue;
    while (((used[root * state.words + word] as number) & flag) !== 0) {
      const energyWh = Math.min(walk(layers, { node: root, bit }, path), tree.flow[root * state.slots + bit] as number);
      if (energyWh === 0) break;
      push(layers, path, energyWh);
      addFlow(tree, { node: root, bit, energyWh: -energyWh });
      addFlow(tree, { node: root, bit: target, energyWh });
    }
  }
}

/** Places energy of a stay that has no slot for it yet. */
function pullStay(layers: Layers, i: number, target: number): void {
  const { tree, seen } = layers;
  const { state, nodeOf, root } = tree;
  const { words, room, unplaced } = state;
  const node = nodeOf[i] as number;
  const path = { nodes: [], bits: [], ways: [] };
  for (let w = 0; w < words; w++) {
    let bits = (room[i * words + w] as number) & (seen[node * words + w] as number);
    while (bits !== 0 && (unplaced[i] as number) > 0) {
      const low = bits & -bits;
      const bit = (w << 5) + 31 - Math.clz32(low);
      const most = Math.min(roomOf(layers, i, bit), unplaced[i] as number);
      const energyWh = most === 0 ? 0 : Math.min(walk(layers, { node, bit }, path), most);
      if (energyWh === 0) {
        bits ^= low;
        continue;
      }
      push(layers, path, energyWh);
      changeStay(state, i, { bit, energyWh });
      addFlow(tree, { node: root, bit: target, energyWh });
      unplaced[i] = (unplaced[i] as number) - energyWh;
    }
  }
}
