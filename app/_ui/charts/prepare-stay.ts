import type { PowerSpan, PricePoint, StayView } from '#domain/charging/stay-view.ts';
import { QUARTER_S } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { secondsForEnergy } from '#domain/units/energy.ts';
import { meanPowerW, meanPriceTicks } from './spans.ts';
import type { Axis } from './axis-steps.ts';
import type { Frame, Span } from './spans.ts';

/** More points than this in one line make a phone stutter and show nothing more. */
export const POINTS_MAX = 1_500;
/** A difference below this in ct/kWh is told as none: 0.05 ct. */
const SAME_TICKS = 50;

/** What the chart found, for its title. Prices in ticks of EUR 0.01/MWh. */
export type Finding =
  | { key: 'MOVES'; ticks: number; withoutTicks: number }
  | { key: 'SAME'; ticks: number }
  | { key: 'UNKNOWN' | 'NONE' };

/** One quarter of the table: null is unknown (price) or nothing to say (power). */
export type StayRow = {
  startAt: InstantS;
  priceTicks: number | null;
  priceKind: 'published' | 'expected' | null;
  plannedW: number | null;
  measuredW: number | null;
  withoutW: number | null;
};

/** What a drawing of power over time beside the price needs; drawing decides nothing. */
export type PreparedLoad = Frame & {
  power: Axis;
  price: Axis;
  prices: PricePoint[];
  valleySeconds: number;
  planned: PowerSpan[];
  measured: PowerSpan[];
  without: PowerSpan[];
};

/** Everything a drawing of the stay needs. */
export type PreparedStay = PreparedLoad & {
  withoutKind: 'SETTLED' | 'ASSUMED';
  hasExpected: boolean;
  finding: Finding;
};

/**
 * prepareStay decides what the chart of a stay shows: axes, valley, lines, finding. The plan counts
 * from `now` on, for before it the meter does.
 */
export function prepareStay(view: StayView, now: InstantS): PreparedStay {
  const { curve } = view;
  const open = view.state === 'OPEN';
  const span = { fromAt: curve.fromAt, toAt: Math.max(curve.toAt, open ? now : 0) };
  const prices = mergePrices(curve.prices);
  const planned = open ? clip(curve.planned, { fromAt: now, toAt: span.toAt }) : [];
  const measured = thin(clip(curve.measured, span));
  const without = thin(clip(curve.without, span));
  const valleys = valleysOf(curve.prices, neededSeconds(view));
  return {
    ...span,
    prices,
    planned,
    measured,
    without,
    valleys,
    nowAt: open ? now : null,
    power: powerAxis([...planned, ...measured, ...without]),
    price: priceAxis(curve.prices),
    valleySeconds: valleys.reduce((sum, { fromAt, toAt }) => sum + toAt - fromAt, 0),
    withoutKind: curve.withoutKind,
    hasExpected: curve.prices.some(({ kind }) => kind === 'expected'),
    finding: findingOf(
      [...clip(curve.measured, { fromAt: 0, toAt: open ? now : span.toAt }), ...planned],
      curve.without,
      curve.prices,
    ),
  };
}

/** rowsOf makes the same stay a table of quarters. */
export function rowsOf(prepared: PreparedStay): StayRow[] {
  const rows: StayRow[] = [];
  for (let startAt = prepared.fromAt; startAt < prepared.toAt; startAt += QUARTER_S) {
    const quarter = { fromAt: startAt, toAt: Math.min(prepared.toAt, startAt + QUARTER_S) };
    const price = prepared.prices.find(
      (point) => point.startAt <= startAt && startAt < point.startAt + point.seconds,
    );
    rows.push({
      startAt,
      priceTicks: price?.priceTicks ?? null,
      priceKind: price?.kind ?? null,
      plannedW: meanPowerW(prepared.planned, quarter),
      measuredW: meanPowerW(prepared.measured, quarter),
      withoutW: meanPowerW(prepared.without, quarter),
    });
  }
  return rows;
}

function clip(spans: readonly PowerSpan[], within: Span): PowerSpan[] {
  return spans.flatMap((span) => {
    const fromAt = Math.max(span.fromAt, within.fromAt);
    const toAt = Math.min(span.toAt, within.toAt);
    return fromAt < toAt ? [{ ...span, fromAt, toAt }] : [];
  });
}

/** Keeps a line within POINTS_MAX by means over equal stretches, so that its energy stays the same. */
function thin(spans: readonly PowerSpan[]): PowerSpan[] {
  const sorted = spans.toSorted((a, b) => a.fromAt - b.fromAt);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (sorted.length <= POINTS_MAX || first === undefined || last === undefined) return sorted;
  const step = Math.ceil((last.toAt - first.fromAt) / POINTS_MAX);
  const out: PowerSpan[] = [];
  let rest = 0;
  for (let fromAt = first.fromAt; fromAt < last.toAt; fromAt += step) {
    const toAt = Math.min(last.toAt, fromAt + step);
    while (rest < sorted.length && (sorted[rest]?.toAt ?? Infinity) <= fromAt) rest += 1;
    const near = sorted.slice(rest, rest + step + 1);
    const powerW = meanPowerW(near, { fromAt, toAt });
    if (powerW !== null) out.push({ fromAt, toAt, powerW });
  }
  return out;
}

/** Neighbouring quarters of one price and kind are one step. */
export function mergePrices(points: readonly PricePoint[]): PricePoint[] {
  const merged: PricePoint[] = [];
  for (const point of points) {
    const last = merged.at(-1);
    const joins =
      last !== undefined &&
      last.startAt + last.seconds === point.startAt &&
      last.priceTicks === point.priceTicks &&
      last.kind === point.kind;
    if (joins) last.seconds += point.seconds;
    else merged.push({ ...point });
  }
  return merged;
}

function neededSeconds(view: StayView): number {
  const energy = view.plan?.targetMilliWh ?? view.meter.deliveredMilliWh;
  const highestW = Math.max(0, ...view.curve.measured.map(({ powerW }) => powerW));
  const powerW = view.plan?.powerW ?? highestW;
  return powerW <= 0 || energy <= 0 ? 0 : secondsForEnergy(energy, powerW);
}

/** The cheapest quarters that suffice for the energy, as bands in order of time. */
function valleysOf(points: readonly PricePoint[], seconds: number): Span[] {
  const total = points.reduce((sum, point) => sum + point.seconds, 0);
  // Where every quarter is needed there is no valley to show.
  if (seconds <= 0 || seconds >= total) return [];
  const chosen: PricePoint[] = [];
  let left = seconds;
  for (const point of points.toSorted(
    (a, b) => a.priceTicks - b.priceTicks || a.startAt - b.startAt,
  )) {
    if (left <= 0) break;
    chosen.push(point);
    left -= point.seconds;
  }
  const bands: Span[] = [];
  for (const { startAt, seconds: length } of chosen.toSorted((a, b) => a.startAt - b.startAt)) {
    const last = bands.at(-1);
    if (last !== undefined && last.toAt === startAt) last.toAt += length;
    else bands.push({ fromAt: startAt, toAt: startAt + length });
  }
  return bands;
}

/** powerAxis begins at zero and has at most five ticks. */
export function powerAxis(spans: readonly PowerSpan[]): Axis {
  const highest = Math.max(1_000, ...spans.map(({ powerW }) => powerW));
  const stepW =
    [1_000, 2_000, 4_000, 5_000, 10_000, 25_000, 50_000, 100_000].find(
      (step) => highest / step <= 4,
    ) ?? 100_000;
  const max = Math.ceil(highest / stepW) * stepW;
  const ticks = Array.from({ length: Math.round(max / stepW) + 1 }, (_, index) => index * stepW);
  return { min: 0, max, ticks };
}

/** Zero is always on the axis, and prices below it are not clipped. */
export function priceAxis(points: readonly PricePoint[]): Axis {
  const values = points.map(({ priceTicks }) => priceTicks);
  const low = Math.min(0, ...values);
  const high = Math.max(1_000, ...values);
  const step =
    [1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000].find(
      (size) => (high - low) / size <= 4,
    ) ?? 250_000;
  const min = Math.floor(low / step) * step;
  const max = Math.ceil(high / step) * step;
  const ticks = Array.from(
    { length: Math.round((max - min) / step) + 1 },
    (_, index) => min + index * step,
  );
  return { min, max, ticks };
}

function findingOf(
  after: readonly PowerSpan[],
  before: readonly PowerSpan[],
  prices: readonly PricePoint[],
): Finding {
  if (after.length === 0 || before.length === 0) return { key: 'NONE' };
  const ticks = meanPriceTicks(after, prices);
  const withoutTicks = meanPriceTicks(before, prices);
  if (ticks === 'nothing' || withoutTicks === 'nothing') return { key: 'NONE' };
  if (ticks === null || withoutTicks === null) return { key: 'UNKNOWN' };
  if (withoutTicks - ticks < SAME_TICKS) return { key: 'SAME', ticks };
  return { key: 'MOVES', ticks, withoutTicks };
}
