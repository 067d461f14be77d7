import { QUARTER_S, type InstantS } from '../../time/instant.ts';

/** No value is known for a quarter; 0 and negative numbers are values. */
export const UNKNOWN = -2_147_483_648;

/** Whole numbers per UTC quarter of an hour, gap or `UNKNOWN` where there is none. */
export type QuarterSeries = {
  /** Quarters since 1970 at index 0. */
  firstQuarter: number;
  values: Int32Array;
};

/** quarterIndex counts quarters of an hour since 1970. */
export function quarterIndex(at: InstantS): number {
  return Math.floor(at / QUARTER_S);
}

/** valueIn reads the quarter that holds `at`; `UNKNOWN` outside the series. */
export function valueIn(series: QuarterSeries, at: InstantS): number {
  return series.values[quarterIndex(at) - series.firstQuarter] ?? UNKNOWN;
}

/**
 * quarterSeries lays intervals of whole quarters into one array that threads can share.
 * @throws RangeError on more than a century of quarters, which no file of this kind spans.
 */
export function quarterSeries(
  intervals: readonly { startAt: InstantS; seconds: number; value: number }[],
): QuarterSeries {
  let first = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const { startAt, seconds } of intervals) {
    first = Math.min(first, quarterIndex(startAt));
    end = Math.max(end, quarterIndex(startAt + seconds));
  }
  const count = Math.max(0, end - first);
  if (count > 100 * 366 * 96) throw new RangeError('the values span more than a century');
  const bytes = count * Int32Array.BYTES_PER_ELEMENT;
  const values = new Int32Array(new SharedArrayBuffer(bytes)).fill(UNKNOWN);
  const firstQuarter = count === 0 ? 0 : first;
  for (const { startAt, seconds, value } of intervals) {
    const from = quarterIndex(startAt) - firstQuarter;
    values.fill(value, from, from + seconds / QUARTER_S);
  }
  return { firstQuarter, values };
}
