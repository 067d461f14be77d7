import type { TreeGraph } from './tree-graph.ts';

/**
 * Layers of a backward search over (node, slot): depth 0 hands energy to where it should go, depth
 * d to depth d - 1 by a stay that shifts, up an arc with room or down an arc with flow.
 */
export interface Layers {
  readonly tree: TreeGraph;
  readonly depth: Int32Array;
  readonly seen: Int32Array;
  /** How far the ways out of a (node, slot) have been tried. */
  readonly cursor: Int32Array;
  readonly isIn: Uint8Array;
  /** Nodes and their new slots: of the layer at work, and of the next one. */
  readonly masks: [Int32Array, Int32Array];
  readonly nodes: [number[], number[]];
  /** Stays that want energy: the search ends with the layer that finds one. */
  want: Int32Array;
  /** Slots whose load may be moved, where the search ends as well. */
  later: Int32Array;
}

export function createLayers(tree: TreeGraph): Layers {
  const { root, state: { slots, words, sessions } } = tree;
  const cells = (root + 1) * slots;
  const mask = () => new Int32Array((root + 1) * words);
  return {
    tree, depth: new Int32Array(cells), cursor: new Int32Array(cells), seen: mask(), isIn: new Uint8Array(sessions),
    masks: [mask(), mask()], nodes: [[], []], want: new Int32Array(sessions), later: new Int32Array(words),
  };
}

/** Empties the layers for a new search. */
export function clearLayers({ seen, isIn, masks, nodes }: Layers): void {
  seen.fill(0);
  isIn.fill(0);
  for (const mask of masks) mask.fill(0);
  for (const list of nodes) list.length = 0;
}

/** What is added to a layer: bits of one word at one node. */
export interface Add {
  node: number;
  word: number;
  bits: number;
  depth: number;
}

/** Adds the bits that are alive and new to the next layer. */
export function addTo({ tree, depth, cursor, seen, masks, nodes }: Layers, add: Add): void {
  const { slots, words } = tree.state;
  const at = add.node * words + add.word;
  let bits = add.bits & (tree.alive[at] as number) & ~(seen[at] as number);
  if (bits === 0) return;
  seen[at] = (seen[at] as number) | bits;
  let isNew = true;
  for (let w = add.node * words; w < (add.node + 1) * words; w++) if ((masks[1][w] as number) !== 0) isNew = false;
  if (isNew) nodes[1].push(add.node);
  masks[1][at] = (masks[1][at] as number) | bits;
  const base = add.node * slots + (add.word << 5);
  while (bits !== 0) {
    const low = bits & -bits;
    bits ^= low;
    const cell = base + 31 - Math.clz32(low);
    depth[cell] = add.depth;
    cursor[cell] = 0;
  }
}

function swap(layers: Layers): void {
  const { masks, nodes, tree: { state: { words } } } = layers;
  for (const node of nodes[0]) masks[0].fill(0, node * words, (node + 1) * words);
  nodes[0].length = 0;
  masks.reverse();
  nodes.reverse();
}

/** Searches layer by layer from what was added at depth 0; true where somebody was found. */
export function spreadTree(layers: Layers): boolean {
  const { nodes, tree: { root } } = layers;
  for (let depth = 1; ; depth++) {
    swap(layers);
    if (nodes[0].length === 0) return false;
    let isFound = false;
    for (const node of nodes[0]) {
      if (stepStays(layers, node, depth)) isFound = true;
      stepArcs(layers, node, depth);
      if (node === root && holdsLater(layers)) isFound = true;
    }
    if (isFound) return true;
  }
}

function holdsLater({ masks, later, tree: { root, used, state: { words } } }: Layers): boolean {
  for (let w = 0; w < words; w++) {
    const at = root * words + w;
    if (((masks[0][at] as number) & (later[w] as number) & (used[at] as number)) !== 0) return true;
  }
  return false;
}

function stepArcs(layers: Layers, node: number, depth: number): void {
  const { masks, tree: { root, parent, childStart, children, open, used, state: { words } } } = layers;
  const above = parent[node] as number;
  for (let word = 0; word < words; word++) {
    const at = node * words + word;
    const bits = masks[0][at] as number;
    if (bits === 0) continue;
    if (node !== root) addTo(layers, { node: above, word, bits: bits & (used[at] as number), depth });
    for (let k = childStart[node] as number; k < (childStart[node + 1] as number); k++) {
      const child = children[k] as number;
      addTo(layers, { node: child, word, bits: bits & (open[child * words + word] as number), depth });
    }
  }
}

function stepStays(layers: Layers, node: number, depth: number): boolean {
  const { masks, want, isIn, tree: { stayStart, stays, state: { words, has, room } } } = layers;
  let isFound = false;
  for (let k = stayStart[node] as number; k < (stayStart[node + 1] as number); k++) {
    const i = stays[k] as number;
    if (isIn[i] === 1) continue;
    let hits = 0;
    for (let w = 0; w < words; w++) hits |= (room[i * words + w] as number) & (masks[0][node * words + w] as number);
    if (hits === 0) continue;
    isIn[i] = 1;
    if ((want[i] as number) > 0) isFound = true;
    for (let word = 0; word < words; word++) addTo(layers, { node, word, bits: has[i * words + word] as number, depth });
  }
  return isFound;
}
