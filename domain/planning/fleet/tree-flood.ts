import type { TreeGraph } from './tree-graph.ts';

/** A forward search over (node, slot): where energy could move from what was added. */
export interface Flood {
  readonly tree: TreeGraph;
  /** What is not reached yet, and what is reached and waits, one mask per node. */
  readonly dry: Int32Array;
  readonly waiting: Int32Array;
  readonly nodes: number[];
  readonly isIn: Uint8Array;
  /** Per (node, bit) the label under which it was reached first; 0 where it was not. */
  readonly labels: Int32Array;
}

export function createFlood(tree: TreeGraph): Flood {
  const { root, state: { slots, words, sessions } } = tree;
  const dry = new Int32Array((root + 1) * words);
  for (let node = 0; node <= root; node++) for (let bit = 0; bit < slots; bit++) {
    const at = node * words + (bit >> 5);
    dry[at] = (dry[at] as number) | (1 << (bit & 31));
  }
  return {
    tree, dry, waiting: new Int32Array((root + 1) * words), nodes: [], isIn: new Uint8Array(sessions),
    labels: new Int32Array((root + 1) * slots),
  };
}

/** Adds bits of one word at a node, under a label. */
export function wet({ tree, dry, waiting, nodes, labels }: Flood, add: { node: number; word: number; bits: number; label: number }): void {
  const { slots, words } = tree.state;
  const at = add.node * words + add.word;
  let bits = add.bits & (dry[at] as number);
  if (bits === 0) return;
  dry[at] = (dry[at] as number) & ~bits;
  waiting[at] = (waiting[at] as number) | bits;
  nodes.push(add.node);
  const base = add.node * slots + (add.word << 5);
  while (bits !== 0) {
    const low = bits & -bits;
    bits ^= low;
    labels[base + 31 - Math.clz32(low)] = add.label;
  }
}

/** Adds everything that stay `i` has room in. */
export function wetStay(flood: Flood, i: number, label: number): void {
  const { tree: { nodeOf, state: { words, room } } } = flood;
  flood.isIn[i] = 1;
  for (let word = 0; word < words; word++) {
    wet(flood, { node: nodeOf[i] as number, word, bits: room[i * words + word] as number, label });
  }
}

/** Reaches all that can be reached: up arcs with room, down arcs with flow, through stays that can shift. */
export function spreadFlood(flood: Flood, label: number): void {
  const { tree, waiting, nodes, isIn } = flood;
  const { root, parent, childStart, children, stayStart, stays, open, used, state: { words, has } } = tree;
  const now = new Int32Array(words);
  while (nodes.length > 0) {
    const node = nodes.pop() as number;
    let any = 0;
    for (let word = 0; word < words; word++) {
      const bits = waiting[node * words + word] as number;
      now[word] = bits;
      any |= bits;
      waiting[node * words + word] = 0;
      if (bits === 0) continue;
      if (node !== root) wet(flood, { node: parent[node] as number, word, bits: bits & (open[node * words + word] as number), label });
      for (let k = childStart[node] as number; k < (childStart[node + 1] as number); k++) {
        const child = children[k] as number;
        wet(flood, { node: child, word, bits: bits & (used[child * words + word] as number), label });
      }
    }
    if (any === 0) continue;
    for (let k = stayStart[node] as number; k < (stayStart[node + 1] as number); k++) {
      const i = stays[k] as number;
      if (isIn[i] === 1) continue;
      let hits = 0;
      for (let word = 0; word < words; word++) hits |= (has[i * words + word] as number) & (now[word] as number);
      if (hits !== 0) wetStay(flood, i, label);
    }
  }
}
