import { createSearch, pullInto } from './pull.ts';
import type { Search } from './pull.ts';
import type { SlotGraph } from './slot-graph.ts';

/**
 * Cheapest slot first: every slot in turn takes what it can hold of energy that has no slot yet or
 * sits in a dearer one (with `isStrict` only in a strictly dearer one), rerouting stays in between.
 * Afterwards no such path exists, which is optimality.
 */
export function reroute(graph: SlotGraph, isStrict: boolean): void {
  const { state, load, cap } = graph;
  const { slots, words, stages } = state;
  const search = createSearch(graph);
  const later = search.alive.slice();
  for (let k = 0; k < slots; k++) {
    const bit = stages[k] as number;
    later[bit >> 5] = (later[bit >> 5] as number) & ~(1 << (bit & 31));
    if ((load[bit] as number) >= (cap[bit] as number)) continue;
    search.target = bit;
    // Later targets have fewer sources still; only equal prices make an exception.
    if (!setSources(search, later, isStrict) && search.short.length === 0) {
      if (isStrict) continue;
      return;
    }
    if (!pullInto(search)) continue;
    for (let w = 0; w < words; w++) search.alive[w] = (search.alive[w] as number) & ~(search.seen[w] as number);
  }
}

/** Loaded slots that come after the target, with `isStrict` those that cost more; false where there is none. */
function setSources({ sources, loaded, target, graph: { state } }: Search, later: Int32Array, isStrict: boolean): boolean {
  const { slots, words, priceOfBit } = state;
  for (let w = 0; w < words; w++) sources[w] = (later[w] as number) & (loaded[w] as number);
  for (let bit = 0; isStrict && bit < slots; bit++) {
    if (priceOfBit[bit] === priceOfBit[target]) sources[bit >> 5] = (sources[bit >> 5] as number) & ~(1 << (bit & 31));
  }
  return sources.some((bits) => bits !== 0);
}
