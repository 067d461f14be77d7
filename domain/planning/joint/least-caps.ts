import { NEVER_AT, type PowerCap } from '../slots.ts';
import { leastWithin, LEAST_W, loadOfPeriods, loadOfTold, mostWithin, pathOf, type LimitTree } from './tree.ts';

/**
 * leastCaps gives 6 A to each session without a plan where every limit above it holds that beside the most
 * that the others were told, and 0 where not: a plain way for when planning together failed.
 * @returns caps in watts told, by index of the session.
 */
export function leastCaps(tree: LimitTree): Map<number, PowerCap> {
  const caps = new Map<number, PowerCap>();
  const now = tree.sessions[0]?.facts.now ?? 0;
  const room = tree.nodes.map((node) => leastWithin(node.caps, { fromAt: now, toAt: NEVER_AT }, Number.MAX_SAFE_INTEGER));
  const take = (node: number, loadW: number) => {
    for (const at of pathOf(tree.nodes, node)) room[at] = (room[at] ?? 0) - loadW;
  };
  for (const { facts, node } of tree.sessions) {
    if (facts.previous !== null) take(node, mostWithin(loadOfPeriods(facts, facts.previous.periods), now, NEVER_AT));
  }
  for (const [index, { facts, node }] of tree.sessions.entries()) {
    if (facts.previous !== null) continue;
    const fits = pathOf(tree.nodes, node).every((at) => (room[at] ?? 0) >= LEAST_W);
    if (fits) take(node, LEAST_W);
    caps.set(index, { fromAt: now, toAt: NEVER_AT, limitW: fits ? LEAST_W / loadOfTold(facts, 1) : 0 });
  }
  return caps;
}
