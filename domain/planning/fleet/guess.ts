import { cellOf } from './slot-graph.ts';
import type { FleetState } from './state.ts';

/** Stays from which on a guess saves more than it costs. */
export const GUESS_FROM = 20;

// With so many, every third stay tells the loads well enough.
const SAMPLED_FROM = 600;
const SAMPLED_EVERY = 3;

/** What a solve will probably find: per slot the price, limit included (Infinity where not all can be served), and the load. */
export interface Guess {
  readonly ticks: Float64Array;
  readonly loadWh: Float64Array;
}

/**
 * guessPrices puts every stay where it would be best off alone, and pools each slot that then holds
 * more than the limit with the next dearer ones about its time until the pool holds all: the price
 * of the last slot is the pool's, its load what the others could not hold. No more than a guess:
 * energy in a pool is taken to reach every slot of it. O(Σ window).
 * @param state the problem, its windows loaded, its slots numbered by price (`stages`).
 */
export function guessPrices(state: FleetState, cap: (slot: number) => number): Guess {
  const { slots, stages, slotOfBit, problem: { priceTicks } } = state;
  const loadWh = loadsAlone(state);
  const pools = createPools(slots, meanWindow(state));
  const ticks = new Float64Array(slots);
  for (let k = 0; k < slots; k++) {
    const slot = slotOfBit[stages[k] as number] as number;
    const capWh = cap(slot);
    const overWh = join(pools, slot, (loadWh[slot] as number) - capWh);
    if (overWh > 0) continue;
    for (let member = slot; member >= 0; member = pools.next[member] as number) {
      ticks[member] = priceTicks[slot] as number;
      loadWh[member] = cap(member);
    }
    loadWh[slot] = capWh + overWh;
  }
  for (const pool of pools.open) {
    for (let member = pool; member >= 0; member = pools.next[member] as number) {
      ticks[member] = Infinity;
      loadWh[member] = cap(member);
    }
  }
  return { ticks, loadWh };
}

/** Loads if every stay took its cheapest slots, whatever the others do. */
function loadsAlone(state: FleetState): Float64Array {
  const { sessions: n, slots, stages, slotOfBit, from, until, wish, most } = state;
  const byPrice = stages.map((bit) => slotOfBit[bit] as number);
  const loads = new Float64Array(slots);
  const every = n >= SAMPLED_FROM ? SAMPLED_EVERY : 1;
  for (let i = 0; i < n; i += every) {
    const a = from[i] as number;
    const width = (until[i] as number) - a;
    const base = cellOf(state, i, 0);
    let rest = wish[i] as number;
    for (let k = 0; rest > 0; k++) {
      const slot = byPrice[k] as number;
      // Unsigned: one comparison says whether the slot lies in the window.
      if ((slot - a) >>> 0 >= width) continue;
      const energyWh = Math.min(rest, most[base + slot] as number);
      loads[slot] = (loads[slot] as number) + energyWh * every;
      rest -= energyWh;
    }
  }
  return loads;
}

function meanWindow({ sessions: n, offset }: FleetState): number {
  return (offset[n] as number) / Math.max(1, n);
}

/** Pools of slots that hold too much. A pool is named by its dearest slot, `next` chains its slots. */
interface Pools {
  readonly open: number[];
  readonly next: Int32Array;
  readonly earliest: Int32Array;
  readonly latest: Int32Array;
  readonly overWh: Float64Array;
  /** Slots that may lie between a pool and one that takes of its energy. */
  readonly reach: number;
}

function createPools(slots: number, reach: number): Pools {
  const make = () => new Int32Array(slots).fill(-1);
  return { open: [], next: make(), earliest: make(), latest: make(), overWh: new Float64Array(slots), reach };
}

/** Makes a pool of the slot and the open ones about it; it stays open while it holds too much. */
function join({ open, next, earliest, latest, overWh, reach }: Pools, slot: number, ownWh: number): number {
  let [first, last, sumWh] = [slot, slot, ownWh];
  let end = slot;
  let kept = 0;
  for (const pool of open) {
    const isNear = slot >= (earliest[pool] as number) - reach && slot <= (latest[pool] as number) + reach;
    if (!isNear) {
      open[kept++] = pool;
      continue;
    }
    sumWh += overWh[pool] as number;
    first = Math.min(first, earliest[pool] as number);
    last = Math.max(last, latest[pool] as number);
    next[end] = pool;
    while ((next[end] as number) >= 0) end = next[end] as number;
  }
  open.length = kept;
  [earliest[slot], latest[slot], overWh[slot]] = [first, last, sumWh];
  if (sumWh > 0) open.push(slot);
  return sumWh;
}
