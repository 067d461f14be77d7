import { QUARTER_S, type InstantS } from '../../time/instant.ts';
import { energyFromPower, type MilliWh } from '../../units/energy.ts';
import { UNKNOWN, type QuarterSeries } from './quarter-series.ts';

/** Slot number and price share one sort key: price × this + slot. */
const SLOTS_PER_KEY = 65_536;
const SMALL = 48;

/**
 * The cheapest slots of millions of stays: the same answer as `cheapestSlots` over the slots of one
 * market time unit, on arrays that are used again for every stay (slot-solver.test.ts holds the two
 * against each other). A slot costs 1/4 or 1 hour's price; first and last slot may be partial.
 */
export class SlotSolver {
  readonly #prices: QuarterSeries;
  readonly #stepS: number;
  /** Slots of the stay in hand. */
  count = 0;
  powerW = 0;
  starts = new Float64Array(0);
  ends = new Float64Array(0);
  priceTicks = new Int32Array(0);
  #keys = new Float64Array(0);
  #keyCount = 0;
  #tied: number[] = [];

  constructor(prices: QuarterSeries, stepS: 900 | 3_600) {
    this.#prices = prices;
    this.#stepS = stepS;
  }

  /**
   * open cuts [fromAt, toAt) into slots.
   * @param args.pricedUntilAt up to here every slot needs a price; later ones without are not used.
   * @returns false where a needed price is missing.
   */
  open(args: {
    fromAt: InstantS;
    toAt: InstantS;
    powerW: number;
    pricedUntilAt: InstantS;
  }): boolean {
    const { fromAt, toAt } = args;
    const step = this.#stepS;
    const firstStep = Math.floor(fromAt / step);
    this.count = Math.max(0, Math.ceil(toAt / step) - firstStep);
    this.powerW = args.powerW;
    if (this.count > SLOTS_PER_KEY) throw new RangeError('a stay of more than 65,536 slots');
    if (this.starts.length < this.count) this.#grow(this.count * 2);
    const { firstQuarter, values } = this.#prices;
    const quartersPerStep = step / QUARTER_S;
    let isComplete = true;
    for (let i = 0; i < this.count; i += 1) {
      const slot = firstStep + i;
      const startAt = Math.max(fromAt, slot * step);
      this.starts[i] = startAt;
      this.ends[i] = Math.min(toAt, (slot + 1) * step);
      // An hour's price stands in each of its quarters, so its first quarter tells it.
      const price = values[slot * quartersPerStep - firstQuarter] ?? UNKNOWN;
      this.priceTicks[i] = price;
      if (price === UNKNOWN && startAt < args.pricedUntilAt) isComplete = false;
    }
    this.#keyCount = 0;
    return isComplete;
  }

  /** capacity is what slot `i` holds at full power before `untilAt`, in milli-Wh. */
  capacity(i: number, untilAt: InstantS): MilliWh {
    const seconds = Math.min(this.ends[i] ?? 0, untilAt) - (this.starts[i] ?? 0);
    return seconds <= 0 ? 0 : energyFromPower(this.powerW, seconds);
  }

  /** fillFirst charges at once: earliest slots first. Returns what did not fit before `untilAt`. */
  fillFirst(energies: Float64Array, needMilliWh: MilliWh, untilAt: InstantS): MilliWh {
    let left = needMilliWh;
    for (let i = 0; i < this.count; i += 1) {
      const energy = left <= 0 ? 0 : Math.min(left, this.capacity(i, untilAt));
      energies[i] = energy;
      left -= energy;
    }
    return left;
  }

  /**
   * fillCheapest adds energy to `energies`, cheapest slot first, within what they leave free before
   * `untilAt`. Equal prices: beside a taken slot, then the earliest. Returns what did not fit.
   */
  fillCheapest(energies: Float64Array, needMilliWh: MilliWh, untilAt: InstantS): MilliWh {
    this.#sort();
    let left = needMilliWh;
    let at = 0;
    while (left > 0 && at < this.#keyCount) {
      const groupEnd = this.#groupEnd(at);
      left -= this.#fillGroup(energies, { from: at, to: groupEnd, need: left, untilAt });
      at = groupEnd;
    }
    return left;
  }

  /** costExact is Σ energy × price in EUR 10⁻¹¹; exact below 2⁵³ (EUR 90,000 a stay). */
  costExact(energies: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < this.count; i += 1) sum += (energies[i] ?? 0) * (this.priceTicks[i] ?? 0);
    return sum;
  }

  #room(energies: Float64Array, i: number, untilAt: InstantS): MilliWh {
    return this.capacity(i, untilAt) - (energies[i] ?? 0);
  }

  #fillGroup(
    energies: Float64Array,
    group: { from: number; to: number; need: MilliWh; untilAt: InstantS },
  ): MilliWh {
    const { from, to, need, untilAt } = group;
    let total = 0;
    for (let k = from; k < to; k += 1) total += this.#room(energies, this.#slotOf(k), untilAt);
    if (total <= need) {
      for (let k = from; k < to; k += 1) {
        const i = this.#slotOf(k);
        energies[i] = (energies[i] ?? 0) + this.#room(energies, i, untilAt);
      }
      return total;
    }
    const tied = this.#tied;
    tied.length = 0;
    for (let k = from; k < to; k += 1) {
      const i = this.#slotOf(k);
      if (this.#room(energies, i, untilAt) > 0) tied.push(i);
    }
    this.#fillTied(energies, need, untilAt);
    return need;
  }

  #fillTied(energies: Float64Array, need: MilliWh, untilAt: InstantS): void {
    const tied = this.#tied;
    let left = need;
    while (left > 0) {
      let best = 0;
      for (let k = 0; k < tied.length; k += 1) {
        const i = tied[k] ?? 0;
        // What an earlier, longer stay left behind the last slot is no neighbour.
        const next = i + 1 < this.count ? (energies[i + 1] ?? 0) : 0;
        if ((energies[i - 1] ?? 0) > 0 || next > 0) {
          best = k;
          break;
        }
      }
      const i = tied[best] ?? 0;
      const energy = Math.min(left, this.#room(energies, i, untilAt));
      energies[i] = (energies[i] ?? 0) + energy;
      left -= energy;
      tied.splice(best, 1);
    }
  }

  #slotOf(k: number): number {
    const key = this.#keys[k] ?? 0;
    return key - Math.floor(key / SLOTS_PER_KEY) * SLOTS_PER_KEY;
  }

  #groupEnd(from: number): number {
    const price = Math.floor((this.#keys[from] ?? 0) / SLOTS_PER_KEY);
    let to = from + 1;
    while (to < this.#keyCount && Math.floor((this.#keys[to] ?? 0) / SLOTS_PER_KEY) === price) {
      to += 1;
    }
    return to;
  }

  #sort(): void {
    if (this.#keyCount > 0) return;
    let count = 0;
    for (let i = 0; i < this.count; i += 1) {
      const price = this.priceTicks[i] ?? UNKNOWN;
      if (price === UNKNOWN) continue;
      this.#keys[count] = price * SLOTS_PER_KEY + i;
      count += 1;
    }
    this.#keyCount = count;
    if (count > SMALL) this.#keys.subarray(0, count).sort();
    else insertionSort(this.#keys, count);
  }

  #grow(length: number): void {
    this.starts = new Float64Array(length);
    this.ends = new Float64Array(length);
    this.priceTicks = new Int32Array(length);
    this.#keys = new Float64Array(length);
  }
}

/** The call into the engine's own sort costs more than this for a stay's two dozen slots. */
function insertionSort(keys: Float64Array, count: number): void {
  for (let k = 1; k < count; k += 1) {
    const key = keys[k] ?? 0;
    let at = k - 1;
    while (at >= 0 && (keys[at] ?? 0) > key) {
      keys[at + 1] = keys[at] ?? 0;
      at -= 1;
    }
    keys[at + 1] = key;
  }
}
