/*
 * Typed arrays are read with `as number`: every index below is a node or an arc of the network,
 * and a
 * check per read would double the time of the innermost loops.
 */

/** A network whose nodes all drain into a root; whole numbers throughout. */
export type Network = {
  nodes: number;
  root: number;
  /**
   * Nodes below this number are many and mostly leaves of the tree: their potential is not kept
   * but derived.
   */
  light: number;
  from: Int32Array;
  to: Int32Array;
  /** Below 2^53 / (nodes + 1), so that potentials stay exact. */
  cost: Float64Array;
  capacity: Float64Array;
  /** What each node sends; none at the root. */
  supply: Float64Array;
  /**
   * Per node but the root its arc in a first tree that is strongly feasible: from each node
   * something
   * more can flow to the root along the tree.
   */
  firstArc: Int32Array;
  /**
   * Flow that meets the supplies; arcs outside the tree are empty or full. Null: all flows up the
   * tree.
   */
  firstFlow: Float64Array | null;
};

export type NetworkFlow = {
  flow: Float64Array;
  /** Cost of bringing one more unit from the node to the root. */
  potential: Float64Array;
  pivots: number;
};

/**
 * Blocks that the search for an entering arc goes round in: measured, from 20 to 500 it matters
 * little.
 */
const BLOCKS = 100;
const AT_LOWER = 1;
const IN_TREE = 0;
const AT_UPPER = -1;

type Simplex = Network &
  NetworkFlow & {
    state: Int8Array;
    parent: Int32Array;
    arc: Int32Array;
    /** 1 where the tree arc leads from the node to its parent. */
    isUp: Uint8Array;
    depth: Int32Array;
    children: Int32Array;
    /** Lists of the children that are kept: all but light leaves. */
    firstChild: Int32Array;
    nextChild: Int32Array;
    previousChild: Int32Array;
    stack: Int32Array;
  };

/**
 * minCostFlow is the primal network simplex: exact in integers, and finite, since the tree stays
 * strongly feasible (from every node something more can flow to the root; Cunningham 1976).
 * The law and a drawing: network-simplex.md.
 */
export function minCostFlow(network: Network): NetworkFlow {
  const simplex = firstTree(network);
  const arcs = network.from.length;
  const block = Math.max(32, Math.ceil(arcs / BLOCKS));
  let next = 0;
  for (;;) {
    const entering = pickEntering(simplex, next, block);
    if (entering < 0) break;
    next = entering + 1 === arcs ? 0 : entering + 1;
    pivot(simplex, entering);
    simplex.pivots += 1;
  }
  const potential = Float64Array.from({ length: network.nodes }, (_, node) =>
    node === network.root ? 0 : potentialOf(simplex, node),
  );
  return { flow: simplex.flow, potential, pivots: simplex.pivots };
}

function firstTree(network: Network): Simplex {
  const { nodes, root } = network;
  const ints = () => new Int32Array(nodes).fill(-1);
  const simplex: Simplex = {
    ...network,
    flow: network.firstFlow ?? flowUpTree(network),
    potential: new Float64Array(nodes),
    pivots: 0,
    state: new Int8Array(network.from.length).fill(AT_LOWER),
    parent: ints(),
    arc: Int32Array.from(network.firstArc),
    isUp: new Uint8Array(nodes),
    depth: new Int32Array(nodes),
    children: new Int32Array(nodes),
    firstChild: ints(),
    nextChild: ints(),
    previousChild: ints(),
    stack: new Int32Array(nodes),
  };
  for (const [arc, flow] of simplex.flow.entries()) if (flow > 0) simplex.state[arc] = AT_UPPER;
  for (let node = 0; node < nodes; node += 1) {
    if (node === root) continue;
    const arc = simplex.arc[node] as number;
    const isUp = simplex.from[arc] === node;
    simplex.state[arc] = IN_TREE;
    simplex.isUp[node] = isUp ? 1 : 0;
    attach(simplex, node, (isUp ? simplex.to[arc] : simplex.from[arc]) as number);
  }
  refresh(simplex, root);
  return simplex;
}

function flowUpTree(network: Network): Float64Array {
  const flow = new Float64Array(network.from.length);
  for (let node = 0; node < network.nodes; node += 1) {
    for (let at = node; at !== network.root;) {
      const arc = network.firstArc[at] as number;
      flow[arc] = (flow[arc] as number) + (network.supply[node] as number);
      at = network.to[arc] as number;
    }
  }
  return flow;
}

const isKept = (simplex: Simplex, node: number): boolean =>
  node >= simplex.light || (simplex.children[node] as number) > 0;

function attach(simplex: Simplex, node: number, parent: number): void {
  const wasKept = isKept(simplex, parent);
  simplex.parent[node] = parent;
  simplex.children[parent] = (simplex.children[parent] as number) + 1;
  if (!wasKept) keep(simplex, parent);
  if (isKept(simplex, node)) link(simplex, node);
}

function detach(simplex: Simplex, node: number): void {
  const parent = simplex.parent[node] as number;
  if (isKept(simplex, node)) unlink(simplex, node);
  simplex.children[parent] = (simplex.children[parent] as number) - 1;
  if (!isKept(simplex, parent)) unlink(simplex, parent);
}

/** A leaf that gets a child: its potential and depth are kept from now on. */
function keep(simplex: Simplex, node: number): void {
  const above = simplex.parent[node] as number;
  if (above < 0) return;
  simplex.potential[node] = derived(simplex, node);
  simplex.depth[node] = (simplex.depth[above] as number) + 1;
  link(simplex, node);
}

function derived(simplex: Simplex, node: number): number {
  const price = simplex.cost[simplex.arc[node] as number] as number;
  const above = simplex.potential[simplex.parent[node] as number] as number;
  return simplex.isUp[node] === 1 ? above + price : above - price;
}

function link(simplex: Simplex, node: number): void {
  const { firstChild, nextChild, previousChild } = simplex;
  const parent = simplex.parent[node] as number;
  const next = firstChild[parent] as number;
  nextChild[node] = next;
  previousChild[node] = -1;
  if (next >= 0) previousChild[next] = node;
  firstChild[parent] = node;
}

function unlink(simplex: Simplex, node: number): void {
  const { firstChild, nextChild, previousChild } = simplex;
  const next = nextChild[node] as number;
  const previous = previousChild[node] as number;
  if (previous >= 0) nextChild[previous] = next;
  else firstChild[simplex.parent[node] as number] = next;
  if (next >= 0) previousChild[next] = previous;
}

/** Potentials and depths of a subtree's kept nodes from its top's parent. */
function refresh(simplex: Simplex, top: number): void {
  if (!isKept(simplex, top)) return;
  const { parent, depth, potential, firstChild, nextChild, stack } = simplex;
  let size = 1;
  stack[0] = top;
  while (size > 0) {
    size -= 1;
    const node = stack[size] as number;
    const above = parent[node] as number;
    if (above >= 0) {
      potential[node] = derived(simplex, node);
      depth[node] = (depth[above] as number) + 1;
    }
    for (let child = firstChild[node] as number; child >= 0; child = nextChild[child] as number) {
      stack[size] = child;
      size += 1;
    }
  }
}

function potentialOf(simplex: Simplex, node: number): number {
  return isKept(simplex, node) ? (simplex.potential[node] as number) : derived(simplex, node);
}

/** The worst arc of the next block that holds one, else none. */
function pickEntering(simplex: Simplex, start: number, block: number): number {
  const { from, to, cost, state, potential, light } = simplex;
  const arcs = from.length;
  let [best, worst, inBlock, arc] = [-1, 0, 0, start];
  let [tail, atTail] = [-1, 0];
  for (let seen = 0; seen < arcs; seen += 1) {
    // Arcs of one stay follow each other.
    if (from[arc] !== tail) {
      tail = from[arc] as number;
      atTail = potentialOf(simplex, tail);
    }
    const head = to[arc] as number;
    const atHead = head >= light ? (potential[head] as number) : potentialOf(simplex, head);
    const reduced = (state[arc] as number) * ((cost[arc] as number) - atTail + atHead);
    if (reduced < worst) {
      worst = reduced;
      best = arc;
    }
    arc = arc + 1 === arcs ? 0 : arc + 1;
    inBlock += 1;
    if (inBlock === block) {
      if (best >= 0) return best;
      inBlock = 0;
    }
  }
  return best;
}

function pivot(simplex: Simplex, entering: number): void {
  const { state, parent, flow } = simplex;
  const isLower = state[entering] === AT_LOWER;
  const from = simplex.from[entering] as number;
  const to = simplex.to[entering] as number;
  const [first, second] = isLower ? [from, to] : [to, from];
  const join = joinOf(simplex, first, second);
  const leaving = leavingOf(simplex, { entering, first, second, join });
  if (leaving.delta > 0) {
    const signed = isLower ? leaving.delta : -leaving.delta;
    flow[entering] = (flow[entering] as number) + signed;
    for (let node = first; node !== join; node = parent[node] as number)
      push(simplex, node, -leaving.delta);
    for (let node = second; node !== join; node = parent[node] as number)
      push(simplex, node, leaving.delta);
  }
  if (leaving.node < 0) {
    state[entering] = isLower ? AT_UPPER : AT_LOWER;
    return;
  }
  const out = simplex.arc[leaving.node] as number;
  state[out] = flow[out] === 0 ? AT_LOWER : AT_UPPER;
  state[entering] = IN_TREE;
  const [top, above] = leaving.isFirst ? [first, second] : [second, first];
  hangUnder(simplex, { top, above, arc: entering, last: leaving.node });
  refresh(simplex, top);
}

/** Adds flow towards the root on the node's tree arc. */
function push(simplex: Simplex, node: number, delta: number): void {
  const arc = simplex.arc[node] as number;
  simplex.flow[arc] = (simplex.flow[arc] as number) + (simplex.isUp[node] === 1 ? delta : -delta);
}

function joinOf(simplex: Simplex, first: number, second: number): number {
  const { parent, depth } = simplex;
  // A leaf's depth is not kept: it is never the join, so begin above it.
  let a = isKept(simplex, first) ? first : (parent[first] as number);
  let b = isKept(simplex, second) ? second : (parent[second] as number);
  while (a !== b) {
    if ((depth[a] as number) >= (depth[b] as number)) a = parent[a] as number;
    else b = parent[b] as number;
  }
  return a;
}

/** The last arc that blocks, going round from the join: this keeps the tree strongly feasible. */
function leavingOf(
  simplex: Simplex,
  cycle: { entering: number; first: number; second: number; join: number },
): { delta: number; node: number; isFirst: boolean } {
  const { parent, arc, isUp, flow, capacity } = simplex;
  let delta = capacity[cycle.entering] as number;
  let leaving = -1;
  let isFirst = false;
  for (let node = cycle.first; node !== cycle.join; node = parent[node] as number) {
    const at = arc[node] as number;
    const room =
      isUp[node] === 1 ? (flow[at] as number) : (capacity[at] as number) - (flow[at] as number);
    if (room < delta) [delta, leaving, isFirst] = [room, node, true];
  }
  for (let node = cycle.second; node !== cycle.join; node = parent[node] as number) {
    const at = arc[node] as number;
    const room =
      isUp[node] === 1 ? (capacity[at] as number) - (flow[at] as number) : (flow[at] as number);
    if (room <= delta) [delta, leaving, isFirst] = [room, node, false];
  }
  return { delta, node: leaving, isFirst };
}

/** Turns the path top…last over, so that the cut part hangs under `above` by the entering arc. */
function hangUnder(
  simplex: Simplex,
  move: { top: number; above: number; arc: number; last: number },
): void {
  let node = move.top;
  let above = move.above;
  let arc = move.arc;
  let isUp = simplex.from[arc] === node ? 1 : 0;
  for (;;) {
    const oldParent = simplex.parent[node] as number;
    const oldArc = simplex.arc[node] as number;
    const oldUp = simplex.isUp[node] as number;
    detach(simplex, node);
    attach(simplex, node, above);
    simplex.arc[node] = arc;
    simplex.isUp[node] = isUp;
    if (node === move.last) return;
    [above, arc, isUp, node] = [node, oldArc, 1 - oldUp, oldParent];
  }
}
