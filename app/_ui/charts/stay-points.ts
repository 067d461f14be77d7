import type { PowerSpan, PricePoint } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { POINTS_MAX } from './prepare-stay.ts';
import type { PreparedStay } from './prepare-stay.ts';

/** One edge of the step lines: each value holds until the next point; null is a gap. */
export type StayPoint = {
  at: InstantS;
  measuredW: number | null;
  plannedW: number | null;
  withoutW: number | null;
  priceTicks: number | null;
  expectedTicks: number | null;
};

/**
 * stayPoints turns prepared spans into the points of step lines. Between the spans of one line power
 * is 0, before the first and after the last there is no line; what nobody measured stays a gap.
 */
export function stayPoints(stay: PreparedStay): StayPoint[] {
  const edges = new Set<InstantS>([stay.fromAt, stay.toAt]);
  for (const { fromAt, toAt } of [...stay.measured, ...stay.planned, ...stay.without])
    edges.add(fromAt).add(toAt);
  for (const { startAt, seconds } of stay.prices) edges.add(startAt).add(startAt + seconds);
  const all = [...edges]
    .filter((at) => at >= stay.fromAt && at <= stay.toAt)
    .toSorted((a, b) => a - b);
  const keep = Math.ceil(all.length / POINTS_MAX);
  const measured = reader(stay.measured, null);
  const planned = reader(stay.planned, 0);
  const without = reader(stay.without, 0);
  const price = priceReader(stay.prices);
  return all
    .filter((_, index) => index % keep === 0 || index === all.length - 1)
    .map((at) => {
      const point = price(at);
      return {
        at,
        measuredW: measured(at),
        plannedW: planned(at),
        withoutW: without(at),
        priceTicks: point?.priceTicks ?? null,
        expectedTicks: point?.kind === 'expected' ? point.priceTicks : null,
      };
    });
}

/** Reads a line at rising instants in one walk. */
function reader(
  spans: readonly PowerSpan[],
  between: number | null,
): (at: InstantS) => number | null {
  let index = 0;
  const last = spans.at(-1);
  return (at) => {
    while ((spans[index]?.toAt ?? Infinity) <= at) index += 1;
    const span = spans[index];
    if (last !== undefined && at === last.toAt) return between;
    if (span === undefined || (index === 0 && at < span.fromAt)) return null;
    return at >= span.fromAt ? span.powerW : between;
  };
}

function priceReader(prices: readonly PricePoint[]): (at: InstantS) => PricePoint | null {
  let index = 0;
  return (at) => {
    for (
      let point = prices[index];
      point !== undefined && point.startAt + point.seconds <= at;
      point = prices[index]
    )
      index += 1;
    const point = prices[index];
    return point !== undefined && point.startAt <= at ? point : null;
  };
}
