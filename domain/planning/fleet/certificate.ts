import { CertificateError } from './fleet.ts';
import type { FleetCertificate, LexValue, SparseEnergy } from './fleet.ts';
import { floats, ints, sortedSlots } from './state.ts';
import type { FleetState } from './state.ts';

/**
 * Prices that stays see in each slot, limits included: `ticks`, or more than any price where
 * `serves` is 1 (energy there takes the place of energy that nobody gets).
 */
export interface SlotPrices {
  readonly ticks: Int32Array;
  readonly serves: Uint8Array;
}

/** Exact sums: numbers while they are safe, bigint beyond. */
export interface ExactSum {
  low: number;
  high: bigint;
}

const SAFE = 2 ** 52;

/** Adds `value`, an integer below 2^52, to `sum`. */
export function addExact(sum: ExactSum, value: number): void {
  sum.low += value;
  if (sum.low < SAFE && sum.low > -SAFE) return;
  sum.high += BigInt(sum.low);
  sum.low = 0;
}

export function exactValue({ low, high }: ExactSum): bigint {
  return high + BigInt(low);
}

/** One distinct price level of a set of slots, with what its sums need. */
interface Levels {
  /** Level of each slot; `ticks.length` is the level of energy that nobody gets. */
  readonly ofSlot: Int32Array;
  readonly ticks: number[];
  /** `[level × (slots + 1) + k]`: sum over slots before k of the ticks that they are cheaper. Made when asked for. */
  readonly cheaper: Float64Array;
  readonly isMade: Uint8Array;
  /** Sum over slots before k without and with `serves`. */
  readonly servedCount: Float64Array;
  readonly servedTicks: Float64Array;
}

/** Puts the slot prices into levels, for `addStayBound`; valid until the next call with this state. */
export function levelsOf(state: FleetState, prices: SlotPrices): Levels {
  const { slots } = state;
  const order = sortedSlots(state, 'byLevel', (slot) => (prices.serves[slot] === 1 ? 2 ** 31 : prices.ticks[slot] as number));
  const ticks: number[] = [];
  const ofSlot = ints(state, 'levelOf', slots);
  for (let k = 0; k < slots; k++) {
    const slot = order[k] as number;
    const isServing = prices.serves[slot] === 1;
    if (!isServing && (ticks.length === 0 || ticks.at(-1) !== prices.ticks[slot])) ticks.push(prices.ticks[slot] as number);
    ofSlot[slot] = isServing ? ticks.length : ticks.length - 1;
  }
  const servedCount = floats(state, 'servedCount', slots + 1);
  const servedTicks = floats(state, 'servedTicks', slots + 1);
  for (let slot = 0; slot < slots; slot++) {
    const isServing = prices.serves[slot] === 1;
    servedCount[slot + 1] = (servedCount[slot] as number) + (isServing ? 0 : 1);
    servedTicks[slot + 1] = (servedTicks[slot] as number) + (isServing ? 0 : prices.ticks[slot] as number);
  }
  // One array for all levels and solves: new ones would cost more than what is written into them.
  const entries = ticks.length * (slots + 1);
  if (state.sums.length < entries) state.sums = new Float64Array(entries);
  return { ofSlot, ticks, cheaper: state.sums, isMade: new Uint8Array(ticks.length), servedCount, servedTicks };
}

/** Where the level's sums begin in `cheaper`. */
function cheaperThan({ ofSlot, ticks, cheaper, isMade }: Levels, level: number): number {
  const start = level * (ofSlot.length + 1);
  if (isMade[level] === 1) return start;
  isMade[level] = 1;
  cheaper[start] = 0;
  const at = ticks[level] as number;
  for (let slot = 0; slot < ofSlot.length; slot++) {
    const own = ofSlot[slot] as number;
    const less = own < level ? at - (ticks[own] as number) : 0;
    cheaper[start + slot + 1] = (cheaper[start + slot] as number) + less;
  }
  return start;
}

/** Weighted sum over the window of stay `i` of the differences of `sums` from `start` on, weights the slots' Wh. */
function overWindow(state: FleetState, i: number, { sums, start }: { sums: Float64Array; start: number }): number {
  const { power } = state.problem;
  const a = start + (state.from[i] as number);
  const d = start + (state.until[i] as number);
  if (d <= a) return 0;
  if (power.kind === 'constant') {
    const first = (power.firstWh[i] as number) * ((sums[a + 1] as number) - (sums[a] as number));
    if (d === a + 1) return first;
    const whole = (power.wholeWh[i] as number) * ((sums[d - 1] as number) - (sums[a + 1] as number));
    return first + whole + (power.lastWh[i] as number) * ((sums[d] as number) - (sums[d - 1] as number));
  }
  let total = 0;
  const base = (power.offset[i] as number) - a;
  for (let at = a; at < d; at++) total += (power.capWh[base + at] as number) * ((sums[at + 1] as number) - (sums[at] as number));
  return total;
}

/** Sums of one side of the proof. */
export interface BoundSums {
  unservedWh: number;
  readonly cost: ExactSum;
}

type StayBound = { readonly levels: Levels; readonly energy: SparseEnergy; readonly into: BoundSums };

/**
 * Adds the least that stay `i` can cost at the slot prices, as Lagrange's bound
 * `θ·wish − Σ Wh·max(0, θ − price)`; it holds for any θ, and is tight for the θ read off the plan.
 */
export function addStayBound(state: FleetState, i: number, { levels, energy, into }: StayBound): void {
  const wish = state.wish[i] as number;
  if (wish === 0) return;
  const top = levels.ticks.length;
  const level = (state.unplaced[i] as number) > 0 ? top : dearest(energy, i, levels.ofSlot);
  if (level === top) {
    into.unservedWh += wish - overWindow(state, i, { sums: levels.servedCount, start: 0 });
    addExact(into.cost, overWindow(state, i, { sums: levels.servedTicks, start: 0 }));
    return;
  }
  const theta = levels.ticks[level] as number;
  addExact(into.cost, theta * wish - overWindow(state, i, { sums: levels.cheaper, start: cheaperThan(levels, level) }));
}

function dearest({ offset, slot }: SparseEnergy, i: number, levelOf: Int32Array): number {
  const end = offset[i + 1] as number;
  let best = 0;
  for (let k = offset[i] as number; k < end; k++) {
    const level = levelOf[slot[k] as number] as number;
    if (level > best) best = level;
  }
  return best;
}

/** Compares plan and bound. Throws CertificateError where they differ by a single Wh or tick. */
export function certify(primal: LexValue, dual: LexValue): FleetCertificate {
  if (primal.unservedWh !== dual.unservedWh || primal.cost !== dual.cost) {
    throw new CertificateError(
      `the plan costs ${primal.cost} with ${primal.unservedWh} Wh unserved, its bound is ${dual.cost} with `
      + `${dual.unservedWh} Wh: keep the last plan and report this solve`,
    );
  }
  return { primal, dual, gap: primal.cost - dual.cost };
}
