import { DAY_S, HOUR_S, QUARTER_S } from '../time/instant.ts';
import type { InstantS } from '../time/instant.ts';
import { bellAt, integerAt, unitAt } from '../units/random.ts';
import type { PriceInterval } from './price.ts';

/** Seconds that local time is ahead of UTC at an instant; the same answer for the same instant. */
export type LocalOffset = (at: InstantS) => number;

/** Bounds of a synthetic price in ticks of EUR 0.01/MWh: −60 … 400 EUR/MWh. */
export const SYNTHETIC_MIN_TICKS = -6_000;
export const SYNTHETIC_MAX_TICKS = 40_000;

const TICKS_PER_EUR = 100;
const DAYS_PER_WEEK = 7;
/** 1970-01-01 was a Thursday: three days after a Monday. */
const EPOCH_WEEKDAY = 3;
const SATURDAY = 5;

/** One random stream per use, so that a change to one leaves the others as they are. */
const STREAM = { base: 1, day: 2, sun: 3, spike: 4, quarter: 5, surplus: 6, depth: 7 } as const;

/**
 * EUR/MWh around the day's level at each full local hour, linear in between. The shape is ours:
 * a night valley, a morning peak, a midday valley and an evening peak.
 */
const NIGHT_AND_PEAKS = [
  -4, -10, -14, -16, -14, -6, 8, 20, 20, 10, 2, 0, 0, 0, 2, 6, 14, 28, 44, 50, 40, 26, 14, 4,
] as const;
const MIDDAY_VALLEY = [
  0, 0, 0, 0, 0, 0, 0, -2, -8, -18, -30, -40, -46, -48, -44, -34, -22, -10, -2, 0, 0, 0, 0, 0,
] as const;

const LEVEL_EUR = 88;
const WEEKEND_EUR = -9;
/** Days between two points of the slow weather-and-fuel movement. */
const BASE_STEP_DAYS = 5;
const BASE_SWING_EUR = 45;
const DAY_SWING_EUR = 20;
const QUARTER_SWING_EUR = 6;
const SPIKE_DAY_SHARE = 0.04;

/** 34 of a week's 672 quarters are 5.06 %; two weeks in a row share 68, up to this many moved. */
const NEGATIVE_QUARTERS_PER_WEEK = 34;
const WEEK_SHIFT_QUARTERS = 6;
/** Local 13:15, the middle of the solar surplus. */
const SURPLUS_CENTRE = 53;
/** Prices approach zero over two hours on each side of a surplus. */
const SURPLUS_SHOULDER = 8;
/** The least a price outside a surplus is, so that the share of negative quarters is exact. */
const POSITIVE_FLOOR_TICKS = 50;

/**
 * syntheticPrices makes day-ahead prices for every quarter that starts in [fromAt, toAt): for
 * demos, never real, always to be shown as synthetic. A pure function of (seed, quarter, local
 * offset), so a longer or later span repeats the earlier values exactly. It uses only + − × ÷ and
 * whole-number hashes, which give the same bits on every machine and browser.
 * Each local week has one sunny weekend day and one other day with a surplus around midday; their
 * negative quarters are 5.06 % of all over each pair of weeks.
 */
export function syntheticPrices(args: {
  seed: number;
  fromAt: InstantS;
  toAt: InstantS;
  localOffsetS: LocalOffset;
}): PriceInterval[] {
  const prices: PriceInterval[] = [];
  const firstAt = Math.ceil(args.fromAt / QUARTER_S) * QUARTER_S;
  for (let startAt = firstAt; startAt < args.toAt; startAt += QUARTER_S) {
    const local = startAt + args.localOffsetS(startAt);
    const day = Math.floor(local / DAY_S);
    const quarter = Math.floor((local - day * DAY_S) / QUARTER_S);
    const priceTicks = priceOf(args.seed, day, quarter);
    prices.push({ startAt, seconds: QUARTER_S, priceTicks, kind: 'published' });
  }
  return prices;
}

function priceOf(seed: number, day: number, quarter: number): number {
  const surplus = surplusQuarters(seed, day);
  const fromCentre = Math.abs(quarter + 0.5 - SURPLUS_CENTRE);
  const beyond = fromCentre - surplus / 2;
  if (surplus > 0 && beyond < 0) return surplusPrice(seed, { day, quarter, surplus });
  const shoulder = surplus > 0 ? Math.min(1, (beyond + 1) / SURPLUS_SHOULDER) : 1;
  const ticks = Math.round(positiveEur(seed, day, quarter) * shoulder * TICKS_PER_EUR);
  return Math.min(SYNTHETIC_MAX_TICKS, Math.max(POSITIVE_FLOOR_TICKS, ticks));
}

function positiveEur(seed: number, day: number, quarter: number): number {
  const sun = 0.3 + 1.1 * unitAt(seed, STREAM.sun, day);
  const tight = 0.8 + 0.4 * unitAt(seed, STREAM.day, day, 1);
  const evening = hourlyShape(NIGHT_AND_PEAKS, quarter) * tight;
  const midday = hourlyShape(MIDDAY_VALLEY, quarter) * sun;
  const weekend = weekdayOf(day) >= SATURDAY ? WEEKEND_EUR : 0;
  const level =
    LEVEL_EUR + weekend + baseEur(seed, day) + DAY_SWING_EUR * bellAt(seed, STREAM.day, day);
  const noise = QUARTER_SWING_EUR * bellAt(seed, STREAM.quarter, day, quarter);
  return level + midday + evening * spikeFactor(seed, day, quarter) + noise;
}

/** On few days the evening is scarce: its peak is two to seven times as high. */
function spikeFactor(seed: number, day: number, quarter: number): number {
  const isEvening = quarter >= 64 && quarter < 88;
  if (!isEvening || unitAt(seed, STREAM.spike, day) >= SPIKE_DAY_SHARE) return 1;
  return 2 + 5 * unitAt(seed, STREAM.spike, day, 1);
}

function baseEur(seed: number, day: number): number {
  const step = Math.floor(day / BASE_STEP_DAYS);
  const share = day / BASE_STEP_DAYS - step;
  const from = bellAt(seed, STREAM.base, step);
  const to = bellAt(seed, STREAM.base, step + 1);
  return BASE_SWING_EUR * (from + (to - from) * share);
}

function hourlyShape(shape: readonly number[], quarter: number): number {
  const position = ((quarter + 0.5) * QUARTER_S) / HOUR_S;
  const hour = Math.floor(position);
  const from = shape[hour] ?? 0;
  const to = shape[(hour + 1) % shape.length] ?? 0;
  return from + (to - from) * (position - hour);
}

/** Deepest in the middle, close to zero at both ends, always below zero. */
function surplusPrice(
  seed: number,
  place: { day: number; quarter: number; surplus: number },
): number {
  const { day, quarter, surplus } = place;
  const depthEur = 3 + 57 * unitAt(seed, STREAM.depth, day) * unitAt(seed, STREAM.depth, day, 1);
  const offset = (quarter + 0.5 - SURPLUS_CENTRE) / (surplus / 2);
  const noise = 0.85 + 0.15 * unitAt(seed, STREAM.quarter, day, quarter);
  const ticks = Math.round(-depthEur * (1 - offset * offset) * noise * TICKS_PER_EUR);
  return Math.min(-1, Math.max(SYNTHETIC_MIN_TICKS, ticks));
}

/** Negative quarters of a local day: even numbers, so that they lie evenly around the centre. */
function surplusQuarters(seed: number, day: number): number {
  const week = Math.floor((day + EPOCH_WEEKDAY) / DAYS_PER_WEEK);
  const weekday = weekdayOf(day);
  const sunnyWeekendDay = SATURDAY + integerAt({ min: 0, max: 1 }, seed, STREAM.surplus, week);
  const sunnyWorkday = integerAt({ min: 0, max: SATURDAY - 1 }, seed, STREAM.surplus, week, 1);
  const pair = Math.floor(week / 2);
  const shift =
    2 * integerAt({ min: 0, max: WEEK_SHIFT_QUARTERS / 2 }, seed, STREAM.surplus, pair, 2);
  const total = NEGATIVE_QUARTERS_PER_WEEK + (week % 2 === 0 ? shift : -shift);
  const weekend = 16 + 2 * integerAt({ min: 0, max: 3 }, seed, STREAM.surplus, week, 3);
  if (weekday === sunnyWeekendDay) return weekend;
  return weekday === sunnyWorkday ? total - weekend : 0;
}

function weekdayOf(day: number): number {
  const weekday = (day + EPOCH_WEEKDAY) % DAYS_PER_WEEK;
  return weekday < 0 ? weekday + DAYS_PER_WEEK : weekday;
}
