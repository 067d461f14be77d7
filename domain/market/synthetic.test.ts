import { describe, expect, it } from 'vitest';
import { DAY_S, HOUR_S, QUARTER_S } from '../time/instant.ts';
import { SYNTHETIC_MAX_TICKS, SYNTHETIC_MIN_TICKS, syntheticPrices } from './synthetic.ts';

/** 2026-01-04T23:00:00Z: midnight in Amsterdam. */
const T0 = 1_767_567_600;
/** Amsterdam in 2026: summer time from 2026-03-29T01:00Z to 2026-10-25T01:00Z. */
const amsterdam = (at: number) => (at >= 1_774_746_000 && at < 1_792_890_000 ? 7_200 : 3_600);
const SEEDS = [0, 1, 2, 42, 777, -5, 2_147_483_647];

function year(seed: number): number[] {
  const span = { fromAt: T0, toAt: T0 + 365 * DAY_S };
  return syntheticPrices({ seed, ...span, localOffsetS: amsterdam }).map((p) => p.priceTicks);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('synthetic prices', () => {
  it.each(SEEDS)('with seed %i are negative in 4 to 6 %% of any 90 days', (seed) => {
    const prices = year(seed);
    for (let first = 0; first + 90 * 96 <= prices.length; first += 7 * 96 + 24) {
      const window = prices.slice(first, first + 90 * 96);
      const share = window.filter((price) => price < 0).length / window.length;
      expect(share).toBeGreaterThan(0.04);
      expect(share).toBeLessThan(0.06);
    }
  });

  it.each(SEEDS)('with seed %i cost about 80 EUR/MWh, between -60 and 400', (seed) => {
    const prices = year(seed);
    expect(mean(prices)).toBeGreaterThan(7_000);
    expect(mean(prices)).toBeLessThan(9_000);
    expect(Math.min(...prices)).toBeGreaterThanOrEqual(SYNTHETIC_MIN_TICKS);
    expect(Math.max(...prices)).toBeLessThanOrEqual(SYNTHETIC_MAX_TICKS);
    expect(Math.max(...prices)).toBeGreaterThan(20_000);
    expect(prices.every(Number.isInteger)).toBe(true);
  });

  it('have night and midday valleys and an evening peak by local time, summer and winter', () => {
    for (const fromAt of [T0, T0 + 150 * DAY_S]) {
      const span = { fromAt, toAt: fromAt + 60 * DAY_S };
      const byHour = Array.from({ length: 24 }, (): number[] => []);
      for (const price of syntheticPrices({ seed: 7, ...span, localOffsetS: amsterdam })) {
        const localHour = Math.floor((price.startAt + amsterdam(price.startAt)) / HOUR_S) % 24;
        byHour[localHour]?.push(price.priceTicks);
      }
      const at = (localHour: number) => mean(byHour[localHour] ?? []);
      expect(at(3)).toBeLessThan(at(8));
      expect(at(13)).toBeLessThan(at(3));
      expect(at(13)).toBeLessThan(at(8));
      expect(at(19)).toBeGreaterThan(at(8));
      expect(at(19)).toBeGreaterThan(at(23));
    }
  });

  it('are negative on a weekend day of every week, around midday only', () => {
    const span = { fromAt: T0, toAt: T0 + 70 * DAY_S };
    const prices = syntheticPrices({ seed: 3, ...span, localOffsetS: () => 3_600 });
    for (let week = 0; week < 10; week += 1) {
      const weekend = prices.slice((week * 7 + 5) * 96, (week * 7 + 7) * 96);
      expect(weekend.some(({ priceTicks }) => priceTicks < 0)).toBe(true);
    }
    for (const { startAt, priceTicks } of prices) {
      const localHour = Math.floor((startAt + 3_600) / HOUR_S) % 24;
      if (priceTicks < 0) expect(localHour >= 9 && localHour < 18).toBe(true);
    }
  });

  it('differ from day to day', () => {
    const prices = year(1);
    const days = Array.from({ length: 365 }, (_, day) =>
      mean(prices.slice(day * 96, day * 96 + 96)),
    );
    const spread = Math.sqrt(mean(days.map((day) => (day - mean(days)) ** 2)));
    expect(spread).toBeGreaterThan(1_000);
  });

  it('have 92 and 100 quarters on the days of the clock change, each once', () => {
    for (const [fromAt, toAt, count] of [
      [1_774_738_800, 1_774_821_600, 92],
      [1_792_879_200, 1_792_969_200, 100],
    ] as const) {
      const prices = syntheticPrices({ seed: 1, fromAt, toAt, localOffsetS: amsterdam });
      expect(prices).toHaveLength(count);
      expect(new Set(prices.map(({ startAt }) => startAt)).size).toBe(count);
    }
  });

  it('never change: a running demo is extended with these very numbers', () => {
    const span = { fromAt: T0 + 48 * QUARTER_S, toAt: T0 + 52 * QUARTER_S };
    const prices = syntheticPrices({ seed: 1, ...span, localOffsetS: amsterdam });
    expect(prices.map(({ priceTicks }) => priceTicks)).toMatchInlineSnapshot(`
      [
        6468,
        6343,
        6541,
        6583,
      ]
    `);
  });
});
