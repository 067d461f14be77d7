import { halfEven } from '../money/money.ts';
import { DAY_S, HOUR_S, QUARTER_S, quarterStart } from '../time/instant.ts';
import type { InstantS } from '../time/instant.ts';
import type { PriceInterval } from './price.ts';

/** The market time unit a supply contract prices energy in. */
export type ContractMtuSeconds = 900 | 3600;

export type Gap = { fromAt: InstantS; toAt: InstantS };

const QUARTERS_PER_HOUR = HOUR_S / QUARTER_S;
const LOOK_BACK_DAYS = 7;

type Known = Map<InstantS, PriceInterval>;
type ByResolution = { quarters: Known; hours: Known };

/**
 * contractCurve brings prices of 15 and 60 minutes, in any order, to the quarters of a contract:
 * one interval of 900 s per quarter with a known price, ascending; a gap stays a gap.
 * - quarter-hour contract: the quarter's own price, else the price of its hour in each of its
 *   quarters (never averaged, never the first quarter only);
 * - hourly contract: the published price of the hour, else the half-even mean of its four quarters
 *   (SDAC publishes quarters since 2025-10-01 and hourly contracts go on; three known quarters make
 *   no hour).
 * A published price of either resolution goes before an expected one.
 * @throws RangeError on a length other than 900 or 3600 s, a start off its own grid, or two prices
 *   of one kind for one interval: which of two versions holds is the store's decision.
 */
export function contractCurve(
  intervals: readonly PriceInterval[],
  mtuSeconds: ContractMtuSeconds,
): PriceInterval[] {
  const published = byResolution(intervals, 'published');
  const expected = byResolution(intervals, 'expected');
  const starts = new Set<InstantS>();
  for (const { startAt, seconds } of intervals) {
    for (let at = startAt; at < startAt + seconds; at += QUARTER_S) starts.add(at);
  }
  const priceOf = mtuSeconds === HOUR_S ? hourlyPrice : quarterPrice;
  const curve: PriceInterval[] = [];
  for (const startAt of [...starts].toSorted((a, b) => a - b)) {
    const price = priceOf(startAt, published, expected);
    if (price !== null) curve.push({ startAt, seconds: QUARTER_S, ...price });
  }
  return curve;
}

/** priceAt finds the interval that holds `at` in an ascending curve; null = unknown. */
export function priceAt(curve: readonly PriceInterval[], at: InstantS): PriceInterval | null {
  const candidate = curve[countStartedBy(curve, at) - 1];
  return candidate !== undefined && at < candidate.startAt + candidate.seconds ? candidate : null;
}

/** gapsIn lists, ascending and merged, the parts of [fromAt, toAt) without a price. */
export function gapsIn(curve: readonly PriceInterval[], fromAt: InstantS, toAt: InstantS): Gap[] {
  const gaps: Gap[] = [];
  let coveredUntilAt = fromAt;
  for (
    let index = Math.max(0, countStartedBy(curve, fromAt) - 1);
    index < curve.length;
    index += 1
  ) {
    const interval = curve[index];
    if (interval === undefined || interval.startAt >= toAt) break;
    if (interval.startAt > coveredUntilAt) {
      gaps.push({ fromAt: coveredUntilAt, toAt: interval.startAt });
    }
    coveredUntilAt = Math.max(coveredUntilAt, interval.startAt + interval.seconds);
  }
  if (coveredUntilAt < toAt) gaps.push({ fromAt: coveredUntilAt, toAt });
  return gaps;
}

/**
 * expectedPrices guesses the quarters of [fromAt, toAt) that have no published price: the half-even
 * mean of the same UTC quarter of the day over the seven days that end at the later of `fromAt`
 * and the end of the published prices, plus a risk premium. Days without that quarter are left
 * out; with none the quarter stays unknown: never 0, never an older week.
 * In the week after a clock change the local shape is off by an hour; the premium has to bear it.
 * @param riskPremiumTicks EUR 0.01/MWh, so that an unknown price does not look cheaper than likely.
 */
export function expectedPrices(args: {
  published: readonly PriceInterval[];
  fromAt: InstantS;
  toAt: InstantS;
  riskPremiumTicks: number;
}): PriceInterval[] {
  const curve = contractCurve(
    args.published.filter(({ kind }) => kind === 'published'),
    QUARTER_S,
  );
  const known = new Map(curve.map(({ startAt, priceTicks }) => [startAt, priceTicks]));
  const last = curve.at(-1);
  const firstAt = quarterStart(args.fromAt);
  const anchorAt = Math.max(firstAt, last === undefined ? firstAt : last.startAt + last.seconds);
  const expected: PriceInterval[] = [];
  for (let startAt = firstAt; startAt < args.toAt; startAt += QUARTER_S) {
    const mean = known.has(startAt) ? null : meanOverDays(known, startAt, anchorAt);
    if (mean === null) continue;
    const priceTicks = mean + args.riskPremiumTicks;
    expected.push({ startAt, seconds: QUARTER_S, priceTicks, kind: 'expected' });
  }
  return expected;
}

function meanOverDays(
  known: ReadonlyMap<InstantS, number>,
  startAt: InstantS,
  anchorAt: InstantS,
): number | null {
  const daysBack = Math.ceil((startAt + QUARTER_S - anchorAt) / DAY_S);
  const latestAt = startAt - daysBack * DAY_S;
  const prices: number[] = [];
  for (let day = 0; day < LOOK_BACK_DAYS; day += 1) {
    const price = known.get(latestAt - day * DAY_S);
    if (price !== undefined) prices.push(price);
  }
  return prices.length === 0 ? null : meanTicks(prices);
}

function meanTicks(prices: readonly number[]): number {
  const sum = prices.reduce((total, price) => total + price, 0);
  return Number(halfEven(BigInt(sum), BigInt(prices.length)));
}

function byResolution(
  intervals: readonly PriceInterval[],
  kind: PriceInterval['kind'],
): ByResolution {
  const quarters: Known = new Map();
  const hours: Known = new Map();
  for (const interval of intervals) {
    if (interval.kind === kind) remember(interval, { quarters, hours });
  }
  return { quarters, hours };
}

function remember(interval: PriceInterval, known: ByResolution): void {
  const { startAt, seconds, priceTicks } = interval;
  if (seconds !== QUARTER_S && seconds !== HOUR_S) {
    throw new RangeError(`a price interval lasts 900 or 3600 s, got ${seconds} s`);
  }
  if (startAt % seconds !== 0) {
    throw new RangeError(`a price of ${seconds} s cannot start at ${startAt}`);
  }
  const target = seconds === HOUR_S ? known.hours : known.quarters;
  const earlier = target.get(startAt);
  if (earlier !== undefined && earlier.priceTicks !== priceTicks) {
    throw new RangeError(`two prices for the ${seconds} s from ${startAt}`);
  }
  target.set(startAt, interval);
}

type Price = Pick<PriceInterval, 'priceTicks' | 'kind'>;

function hourStart(at: InstantS): InstantS {
  return Math.floor(at / HOUR_S) * HOUR_S;
}

function quarterPrice(
  startAt: InstantS,
  published: ByResolution,
  expected: ByResolution,
): Price | null {
  const hourAt = hourStart(startAt);
  const best =
    published.quarters.get(startAt) ??
    published.hours.get(hourAt) ??
    expected.quarters.get(startAt) ??
    expected.hours.get(hourAt);
  return best === undefined ? null : { priceTicks: best.priceTicks, kind: best.kind };
}

function hourlyPrice(
  startAt: InstantS,
  published: ByResolution,
  expected: ByResolution,
): Price | null {
  const hourAt = hourStart(startAt);
  const own = published.hours.get(hourAt);
  if (own !== undefined) return { priceTicks: own.priceTicks, kind: 'published' };
  const quarters: Price[] = [];
  for (let index = 0; index < QUARTERS_PER_HOUR; index += 1) {
    const price = quarterPrice(hourAt + index * QUARTER_S, published, expected);
    if (price !== null) quarters.push(price);
  }
  if (quarters.length < QUARTERS_PER_HOUR) return null;
  return {
    priceTicks: meanTicks(quarters.map(({ priceTicks }) => priceTicks)),
    kind: quarters.every(({ kind }) => kind === 'published') ? 'published' : 'expected',
  };
}

/** How many intervals of a sorted curve start at or before `at` (binary search). */
function countStartedBy(curve: readonly PriceInterval[], at: InstantS): number {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const startAt = curve[middle]?.startAt ?? Number.POSITIVE_INFINITY;
    if (startAt <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
