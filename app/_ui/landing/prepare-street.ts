import type { PowerSpan } from '#domain/charging/stay-view.ts';
import type { StreetQuarter } from '#domain/charging/street.ts';
import { QUARTER_S } from '#domain/time/instant.ts';
import { mergePrices, powerAxis, priceAxis, type PreparedLoad } from '../charts/prepare-stay.ts';

type Street = { nowAt: number; quarters: readonly StreetQuarter[] };

/** What the street's chart found. Power in watts, means over a quarter. */
export type StreetFinding = { key: 'LESS'; peakW: number; withoutW: number } | { key: 'CALM' };

/** A peak of the street below this share of what it would have been is worth a sentence. */
const LESS_SHARE = 0.95;

/** prepareStreet decides what the chart of the whole street shows. */
export function prepareStreet({ nowAt, quarters }: Street): PreparedLoad & { finding: StreetFinding } {
  const [first] = quarters;
  const fromAt = first?.startAt ?? nowAt;
  const toAt = (quarters.at(-1)?.startAt ?? nowAt) + QUARTER_S;
  const measured = spansOf(quarters.filter((one) => !one.isPlanned), (one) => one.afterW, nowAt);
  const planned = spansOf(quarters.filter((one) => one.isPlanned), (one) => one.afterW, toAt);
  const without = spansOf(quarters, (one) => one.beforeW, toAt);
  const prices = quarters.flatMap(({ startAt, priceTicks }) =>
    priceTicks === null ? [] : [{ startAt, seconds: QUARTER_S, priceTicks, kind: 'published' as const }]);
  return {
    fromAt, toAt, nowAt, measured, planned, without, valleys: [], valleySeconds: 0,
    prices: mergePrices(prices), price: priceAxis(prices), power: powerAxis([...measured, ...planned, ...without]),
    finding: findingOf(quarters),
  };
}

function spansOf(quarters: readonly StreetQuarter[], powerOf: (one: StreetQuarter) => number, untilAt: number): PowerSpan[] {
  return quarters.flatMap((one) => {
    const toAt = Math.min(untilAt, one.startAt + QUARTER_S);
    return toAt > one.startAt ? [{ fromAt: one.startAt, toAt, powerW: powerOf(one) }] : [];
  });
}

function findingOf(quarters: readonly StreetQuarter[]): StreetFinding {
  const dearest = quarters.filter((one) => one.priceTicks !== null).toSorted((a, b) => (b.priceTicks ?? 0) - (a.priceTicks ?? 0)).slice(0, 16);
  const mean = (powerOf: (one: StreetQuarter) => number) =>
    dearest.length === 0 ? 0 : Math.round(dearest.reduce((sum, one) => sum + powerOf(one), 0) / dearest.length);
  const peakW = mean((one) => one.afterW);
  const withoutW = mean((one) => one.beforeW);
  return peakW < withoutW * LESS_SHARE ? { key: 'LESS', peakW, withoutW } : { key: 'CALM' };
}
