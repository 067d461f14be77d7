/**
 * What is added up over stays. Every sum is a whole number and exact, so that the result does not
 * depend on which thread saw which stay, nor in what order.
 */
export const SUM_NAMES = [
  'energyMilliWh',
  'cappedMilliWh',
  'baselineExact',
  'plannedExact',
  'foresightExact',
  'movedMilliWh',
  'missedMilliWh',
  'connectedS',
  'chargingS',
  'highestPowerS',
  'eveningAtOnceMilliWh',
  'eveningPlannedMilliWh',
  'co2EnergyMilliWh',
  'co2AtOnce',
  'co2Planned',
  'settledSavingExact',
  'potMicro',
  'driverMicro',
  'mspMicro',
  'cpoMicro',
  'platformMicro',
  'cappedMicro',
  'limitedExact',
  'limitedBaselineExact',
  'limitedPriceOnlyExact',
  'unservedMilliWh',
  'limitedEnergyMilliWh',
] as const;
export type SumName = (typeof SUM_NAMES)[number];

export const COUNT_NAMES = [
  'sessions',
  'priceMissing',
  'unusable',
  'atLeast020',
  'within020To10',
  'driverAtLeastMinimum',
  'shortByOneKwh',
  'co2Sessions',
  'unserved',
] as const;
export type CountName = (typeof COUNT_NAMES)[number];

/** Savings per session: bins of EUR 0.0001 from EUR −10 to EUR 50; beyond, the outermost bins. */
export const SAVING_BIN = { perEur: 10_000, fromEur: -10, toEur: 50 } as const;
/** Connected ÷ charging: bins of 0.001 from 0 to 100. */
export const RATIO_BIN = { perOne: 1_000, to: 100 } as const;

const EXACT_PER_SAVING_BIN = 1e11 / SAVING_BIN.perEur;
const CARRY_FROM = 2 ** 51;
const sumIndex = new Map(SUM_NAMES.map((name, index) => [name, index]));
const countIndex = new Map(COUNT_NAMES.map((name, index) => [name, index]));
/** Positions of the sums, so that the hot path adds by number. */
export const SUM = Object.fromEntries(sumIndex) as Record<SumName, number>;
export const COUNT = Object.fromEntries(countIndex) as Record<CountName, number>;

/** A tally as plain data, for the way between threads. */
export type TallyData = {
  low: Float64Array;
  carried: bigint[];
  counts: Float64Array;
  savings: Uint32Array;
  ratios: Uint32Array;
  largestSavingExact: number;
};

/** Sums, counts and two histograms of one kind of stays. */
export class Tally {
  readonly #low = new Float64Array(SUM_NAMES.length);
  readonly #carried: bigint[] = SUM_NAMES.map(() => 0n);
  readonly #counts = new Float64Array(COUNT_NAMES.length);
  readonly #savings = new Uint32Array(
    (SAVING_BIN.toEur - SAVING_BIN.fromEur) * SAVING_BIN.perEur + 1,
  );
  readonly #ratios = new Uint32Array(RATIO_BIN.to * RATIO_BIN.perOne + 1);
  #largestSavingExact = Number.NEGATIVE_INFINITY;

  /** add puts a whole number below 2⁵² on a sum. */
  add(sum: number, value: number): void {
    const low = (this.#low[sum] ?? 0) + value;
    if (low < CARRY_FROM && low > -CARRY_FROM) {
      this.#low[sum] = low;
      return;
    }
    this.#carried[sum] = (this.#carried[sum] ?? 0n) + BigInt(low);
    this.#low[sum] = 0;
  }

  count(count: number): void {
    this.#counts[count] = (this.#counts[count] ?? 0) + 1;
  }

  addSaving(savingExact: number): void {
    this.#largestSavingExact = Math.max(this.#largestSavingExact, savingExact);
    const first = SAVING_BIN.fromEur * SAVING_BIN.perEur;
    bump(this.#savings, Math.floor(savingExact / EXACT_PER_SAVING_BIN) - first);
  }

  addRatio(connectedS: number, chargingS: number): void {
    bump(this.#ratios, Math.floor((connectedS * RATIO_BIN.perOne) / Math.max(1, chargingS)));
  }

  sum(name: SumName): bigint {
    const index = SUM[name];
    return (this.#carried[index] ?? 0n) + BigInt(this.#low[index] ?? 0);
  }

  counted(name: CountName): number {
    return this.#counts[COUNT[name]] ?? 0;
  }

  /** EUR 10⁻¹¹; null without sessions. */
  get largestSavingExact(): number | null {
    return Number.isFinite(this.#largestSavingExact) ? this.#largestSavingExact : null;
  }

  /** savingQuantile is the middle of the q-quantile's bin, in EUR: right to 0.00005. */
  savingQuantile(q: number): number | null {
    const bin = quantileBin(this.#savings, q);
    return bin === null ? null : SAVING_BIN.fromEur + (bin + 0.5) / SAVING_BIN.perEur;
  }

  ratioQuantile(q: number): number | null {
    const bin = quantileBin(this.#ratios, q);
    return bin === null ? null : (bin + 0.5) / RATIO_BIN.perOne;
  }

  data(): TallyData {
    return {
      low: this.#low,
      carried: this.#carried,
      counts: this.#counts,
      savings: this.#savings,
      ratios: this.#ratios,
      largestSavingExact: this.#largestSavingExact,
    };
  }

  /** absorb adds another tally, as plain data, to this one. */
  absorb(other: TallyData): this {
    other.low.forEach((value, index) => {
      this.add(index, value);
      this.#carried[index] = (this.#carried[index] ?? 0n) + (other.carried[index] ?? 0n);
    });
    addEach(this.#counts, other.counts);
    addEach(this.#savings, other.savings);
    addEach(this.#ratios, other.ratios);
    this.#largestSavingExact = Math.max(this.#largestSavingExact, other.largestSavingExact);
    return this;
  }
}

function bump(bins: Uint32Array, bin: number): void {
  const index = Math.max(0, Math.min(bins.length - 1, bin));
  bins[index] = (bins[index] ?? 0) + 1;
}

/** addEach adds `more` to `target`, element by element. */
export function addEach<T extends Float64Array | Uint32Array>(target: T, more: T): void {
  for (let i = 0; i < more.length; i += 1) target[i] = (target[i] ?? 0) + (more[i] ?? 0);
}

/** The bin of the value with rank ⌈q × n⌉, the smallest for q = 0. */
function quantileBin(bins: Uint32Array, q: number): number | null {
  let total = 0;
  for (const count of bins) total += count;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  for (let bin = 0; bin < bins.length; bin += 1) {
    seen += bins[bin] ?? 0;
    if (seen >= rank) return bin;
  }
  return bins.length - 1;
}
