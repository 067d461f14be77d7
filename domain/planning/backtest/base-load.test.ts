import { expect, test } from 'vitest';
import { baseLoad, HOME_KWH_PER_YEAR, SHARE_UNITS } from './base-load.ts';
import { quarterSeries } from './quarter-series.ts';
import { WallClock } from './wall-clock.ts';

const clock = new WallClock('Europe/Amsterdam');
const at = (iso: string) => Date.parse(iso) / 1000;
const quarters = (fromAt: number, count: number, value: (at: number) => number) =>
  quarterSeries(Array.from({ length: count }, (_, i) => {
    const startAt = fromAt + i * 900;
    return { startAt, seconds: 900, value: value(startAt) };
  }));
// Share × 10⁻¹⁰: the local hour, in January only; two weeks of February say 100.
const profile = quarters(at('2021-01-03T23:00:00Z'), 96 * 42, (instant) =>
  instant < at('2021-01-31T23:00:00Z') ? Math.floor((instant + 3_600) / 3_600) % 24 : 100,
);
const shares = (fromIso: string, count: number) => {
  const like = quarters(at(fromIso), count, () => 1);
  const loads = baseLoad(profile, like, { clock, homes: 10, from: 0, to: count });
  return [...loads].map((load) => Math.round((load * SHARE_UNITS) / (10 * HOME_KWH_PER_YEAR * 1e6)));
};

test('a profile lies under another year by season and wall clock', () => {
  expect(shares('2025-01-14T23:00:00Z', 8)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect(shares('2025-02-10T11:00:00Z', 2)).toEqual([100, 100]);
  // December is nearer to January than to February.
  expect(shares('2025-12-18T11:00:00Z', 1)).toEqual([12]);
});

test('it keeps the hour on the wall in summer time', () => {
  // July: the nearest day of the year is one of February.
  expect(shares('2025-07-10T10:00:00Z', 1)).toEqual([100]);
  expect(shares('2024-12-31T23:00:00Z', 1)).toEqual([0]);
});

test('a profile without whole days of each weekday is refused', () => {
  const short = quarters(at('2021-01-03T23:00:00Z'), 96 * 3, () => 1);
  const args = { clock, homes: 1, from: 0, to: 1 };
  expect(() => baseLoad(short, short, args)).toThrow('every weekday');
});
