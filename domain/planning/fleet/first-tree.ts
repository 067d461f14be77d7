import type { Network } from './network-simplex.ts';

/**
 * greedyStart lets each node before `sessions` in turn fill its cheapest arcs, and leaves flow
 * and a
 * strongly feasible tree in the network: from every node something more can still flow to the root.
 * A stay hangs under the cheapest point with room; a point (and those between) whose limit the stay
 * fills up hangs under the stay, from which energy could be taken back. Saves most pivots.
 * @param arcsOf session i's charging arcs are arcsOf[i] ≤ a < arcsOf[i + 1].
 */
export function greedyStart(network: Network, sessions: number, arcsOf: Int32Array): void {
  const flow = new Float64Array(network.from.length);
  // Limits start as the tree's own arcs towards the root; `firstArc` changes as points are turned
  // over.
  const limitArc = Int32Array.from(network.firstArc);
  for (let session = 0; session < sessions; session += 1) {
    let need = network.supply[session] ?? 0;
    const arcs = Int32Array.from(
      { length: (arcsOf[session + 1] ?? 0) - (arcsOf[session] ?? 0) },
      (_, index) => (arcsOf[session] ?? 0) + index,
    ).sort((a, b) => (network.cost[a] ?? 0) - (network.cost[b] ?? 0) || a - b);
    for (const arc of arcs) {
      if (need === 0) break;
      const sent = Math.min(
        need,
        network.capacity[arc] ?? 0,
        roomAbove({ network, flow, limitArc, arc }),
      );
      if (sent <= 0) continue;
      need -= sent;
      flow[arc] = sent;
      const isFull = pushUp({ network, flow, limitArc, arc, sent });
      if (isFull >= 0) turnOver({ network, limitArc, arc, top: isFull });
    }
    flow[limitArc[session] ?? 0] = need;
    // Under the arc of missing energy a served stay, and all below it, would look starved.
    const open = arcs.find(
      (arc) =>
        (flow[arc] ?? 0) < (network.capacity[arc] ?? 0) &&
        roomAbove({ network, flow, limitArc, arc }) > 0,
    );
    if (need === 0 && open !== undefined) network.firstArc[session] = open;
  }
  network.firstFlow = flow;
}

type At = { network: Network; flow: Float64Array; limitArc: Int32Array; arc: number };

function roomAbove({ network, flow, limitArc, arc }: At): number {
  let room = Infinity;
  for (let node = network.to[arc] ?? 0; node !== network.root;) {
    const up = limitArc[node] ?? 0;
    room = Math.min(room, (network.capacity[up] ?? 0) - (flow[up] ?? 0));
    node = network.to[up] ?? 0;
  }
  return room;
}

/** @returns the topmost point whose limit is now full, −1 where none is. */
function pushUp({ network, flow, limitArc, arc, sent }: At & { sent: number }): number {
  let full = -1;
  for (let node = network.to[arc] ?? 0; node !== network.root;) {
    const up = limitArc[node] ?? 0;
    flow[up] = (flow[up] ?? 0) + sent;
    if (flow[up] === network.capacity[up]) full = node;
    node = network.to[up] ?? 0;
  }
  return full;
}

/** The points from the arc's end up to `top` hang from the arc's stay now. */
function turnOver(args: {
  network: Network;
  limitArc: Int32Array;
  arc: number;
  top: number;
}): void {
  const { network, limitArc, top } = args;
  let below = args.arc;
  for (let node = network.to[below] ?? 0; ; node = network.to[below] ?? 0) {
    network.firstArc[node] = below;
    if (node === top) return;
    below = limitArc[node] ?? 0;
  }
}
