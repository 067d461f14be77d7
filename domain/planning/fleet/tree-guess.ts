import type { FleetLimits, FleetProblem } from './fleet.ts';
import { guessPrices } from './guess.ts';
import type { FleetState } from './state.ts';

/** Slot prices as if the whole forest were one limit: a good order to fill in; null where something has no limit above it. */
export function guessTree(state: FleetState, { limits, slots }: FleetProblem): Float64Array | null {
  const cap = narrowest(limits, slots);
  return cap === null ? null : guessPrices(state, (slot) => cap[slot] as number).ticks;
}

/** The first bit of each bit's group of equal guess. */
export function groupsOf(guide: Float64Array, slotOfBit: Int32Array): Int32Array {
  const groups = new Int32Array(slotOfBit.length);
  for (let bit = 1; bit < groups.length; bit++) {
    const isSame = guide[slotOfBit[bit] as number] === guide[slotOfBit[bit - 1] as number];
    groups[bit] = isSame ? groups[bit - 1] as number : bit;
  }
  return groups;
}

/** What a forest lets through per slot at most, as one limit: of each node the least of its own and its children's. */
function narrowest({ parent, capWh, nodeOf }: FleetLimits, slots: number): Int32Array | null {
  const isOpen = new Uint8Array(parent.length + 1);
  for (const node of nodeOf) isOpen[node < 0 ? parent.length : node] = 1;
  const most = capWh.map(() => new Float64Array(slots));
  const all = new Float64Array(slots);
  for (const node of leavesFirst(parent)) {
    const [own, below] = [capWh[node] ?? null, most[node] as Float64Array];
    const above = (parent[node] as number) < 0 ? all : most[parent[node] as number] as Float64Array;
    for (let slot = 0; slot < slots; slot++) {
      const children = isOpen[node] === 1 ? Infinity : below[slot] as number;
      above[slot] = (above[slot] as number) + Math.min(children, own === null ? Infinity : Math.max(0, own[slot] as number));
    }
  }
  if (isOpen[parent.length] === 1) return null;
  return Int32Array.from(all, (wh) => Math.min(wh, 2 ** 31 - 1));
}

function leavesFirst(parent: Int32Array): number[] {
  const depth = (node: number): number => {
    let steps = 0;
    for (let at = node; at >= 0; at = parent[at] as number) steps += 1;
    return steps;
  };
  const depths = Int32Array.from(parent, (_, node) => depth(node));
  return [...parent.keys()].sort((a, b) => (depths[b] as number) - (depths[a] as number));
}
