import { describe, expect, it } from 'vitest';
import { DAY_S, HOUR_S, QUARTER_S } from '../time/instant.ts';
import { contractCurve, expectedPrices, gapsIn, priceAt } from './curve.ts';
import type { PriceInterval } from './price.ts';

/** 2026-01-05T00:00:00Z, a Monday. */
const T0 = 1_767_571_200;

function quarter(index: number, priceTicks: number, kind: PriceInterval['kind'] = 'published') {
  return { startAt: T0 + index * QUARTER_S, seconds: QUARTER_S, priceTicks, kind };
}

function hour(index: number, priceTicks: number, kind: PriceInterval['kind'] = 'published') {
  return { startAt: T0 + index * HOUR_S, seconds: HOUR_S, priceTicks, kind };
}

const ticks = (curve: PriceInterval[]) => curve.map(({ priceTicks }) => priceTicks);

describe('contractCurve', () => {
  it('gives each quarter of an hour the price of its hour', () => {
    const curve = contractCurve([hour(1, 700), hour(0, -5)], 900);
    expect(ticks(curve)).toEqual([-5, -5, -5, -5, 700, 700, 700, 700]);
    expect(curve.map(({ startAt }) => startAt - T0)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((index) => index * QUARTER_S),
    );
  });

  it('takes a quarter’s own price before the price of its hour', () => {
    expect(ticks(contractCurve([hour(0, 100), quarter(2, 7)], 900))).toEqual([100, 100, 7, 100]);
  });

  it('prices an hourly contract with the published hour, not with the mean of its quarters', () => {
    const quarters = [0, 1, 2, 3].map((index) => quarter(index, 10));
    expect(ticks(contractCurve([...quarters, hour(0, 100)], 3600))).toEqual([100, 100, 100, 100]);
  });

  it('prices an hour that has no price of its own with the half-even mean of its quarters', () => {
    const mean = (prices: number[]) =>
      ticks(
        contractCurve(
          prices.map((price, index) => quarter(index, price)),
          3600,
        ),
      );
    expect(mean([1, 2, 3, 4])).toEqual([2, 2, 2, 2]);
    expect(mean([3, 4, 3, 4])).toEqual([4, 4, 4, 4]);
    expect(mean([-1, -2, -3, -4])).toEqual([-2, -2, -2, -2]);
    expect(mean([0, 0, 0, 3])).toEqual([1, 1, 1, 1]);
  });

  it('knows no hour from three quarters', () => {
    expect(contractCurve([quarter(0, 1), quarter(1, 1), quarter(3, 1)], 3600)).toEqual([]);
  });

  it('leaves a gap a gap', () => {
    const curve = contractCurve([hour(0, 1), hour(2, 1)], 900);
    expect(curve).toHaveLength(8);
    expect(priceAt(curve, T0 + HOUR_S)).toBeNull();
  });

  it('takes any published price before an expected one and marks a mixed hour as expected', () => {
    expect(contractCurve([hour(0, 9), quarter(0, 1, 'expected')], 900)[0]).toEqual(quarter(0, 9));
    const mixed = [quarter(0, 4), quarter(1, 4), quarter(2, 4), quarter(3, 8, 'expected')];
    expect(contractCurve(mixed, 3600)[0]).toEqual(quarter(0, 5, 'expected'));
  });

  it('refuses two prices for one interval, other lengths and starts off the grid', () => {
    expect(() => contractCurve([quarter(0, 1), quarter(0, 2)], 900)).toThrow('two prices');
    expect(contractCurve([quarter(0, 1), quarter(0, 1)], 900)).toHaveLength(1);
    expect(() => contractCurve([{ ...quarter(0, 1), seconds: 1800 }], 900)).toThrow('1800 s');
    expect(() => contractCurve([{ ...hour(0, 1), startAt: T0 + 900 }], 900)).toThrow('start');
  });
});

describe('priceAt', () => {
  const curve = [quarter(0, 1), quarter(1, 2), quarter(4, 3)];

  it('finds the quarter that holds an instant, its first second included and its end not', () => {
    expect(priceAt(curve, T0)?.priceTicks).toBe(1);
    expect(priceAt(curve, T0 + 899)?.priceTicks).toBe(1);
    expect(priceAt(curve, T0 + 900)?.priceTicks).toBe(2);
    expect(priceAt(curve, T0 + 4 * 900)?.priceTicks).toBe(3);
  });

  it('knows nothing before, after and between', () => {
    for (const at of [T0 - 1, T0 + 1800, T0 + 5 * 900]) expect(priceAt(curve, at)).toBeNull();
    expect(priceAt([], T0)).toBeNull();
  });
});

describe('gapsIn', () => {
  const curve = [quarter(0, 1), quarter(1, 2), quarter(4, 3)];

  it('lists what is missing before, between and after', () => {
    expect(gapsIn(curve, T0 - 900, T0 + 6 * 900)).toEqual([
      { fromAt: T0 - 900, toAt: T0 },
      { fromAt: T0 + 1800, toAt: T0 + 3600 },
      { fromAt: T0 + 4500, toAt: T0 + 5400 },
    ]);
  });

  it('cuts gaps at the span that was asked for', () => {
    expect(gapsIn(curve, T0 + 2000, T0 + 2100)).toEqual([{ fromAt: T0 + 2000, toAt: T0 + 2100 }]);
    expect(gapsIn(curve, T0 + 100, T0 + 1800)).toEqual([]);
    expect(gapsIn([], T0, T0 + 900)).toEqual([{ fromAt: T0, toAt: T0 + 900 }]);
    expect(gapsIn(curve, T0 + 900, T0 + 900)).toEqual([]);
  });
});

describe('expectedPrices', () => {
  const day = (count: number) => count * 96;

  it('is the mean of the same quarter over the last seven days plus the premium', () => {
    const prices = [10, 20, 30, 40, 50, 60, 70, 80].map((price, index) =>
      quarter(day(index), price),
    );
    const last = quarter(day(8) - 1, 999);
    const args = { published: [...prices, last], fromAt: T0 + 8 * DAY_S, riskPremiumTicks: 300 };
    const expected = expectedPrices({ ...args, toAt: T0 + 8 * DAY_S + QUARTER_S });
    expect(expected).toEqual([quarter(day(8), 50 + 300, 'expected')]);
  });

  it('uses the days that are there and rounds half-even', () => {
    const published = [quarter(day(0), 10), quarter(day(2), 11), quarter(day(3) - 1, 5)];
    const expected = expectedPrices({
      published,
      fromAt: T0 + 3 * DAY_S,
      toAt: T0 + 3 * DAY_S + HOUR_S,
      riskPremiumTicks: 0,
    });
    expect(expected).toEqual([quarter(day(3), 10, 'expected')]);
  });

  it('gives every later day the same shape from the same week', () => {
    const published = Array.from({ length: day(7) }, (_, index) => quarter(index, index % 96));
    const expected = expectedPrices({
      published,
      fromAt: T0 + 7 * DAY_S,
      toAt: T0 + 9 * DAY_S,
      riskPremiumTicks: 1,
    });
    expect(expected).toHaveLength(day(2));
    expect(ticks(expected)).toEqual(Array.from({ length: day(2) }, (_, index) => (index % 96) + 1));
  });

  it('never replaces a published price and fills only what has none', () => {
    const published = [quarter(0, 10), quarter(day(1), 20), quarter(day(1) + 2, 30)];
    const expected = expectedPrices({
      published,
      fromAt: T0 + DAY_S,
      toAt: T0 + DAY_S + HOUR_S,
      riskPremiumTicks: 0,
    });
    expect(expected).toEqual([]);
  });

  it('leaves unknown what no day of the last seven tells, and ignores an older week', () => {
    const args = { published: [quarter(0, 10)], riskPremiumTicks: 0 };
    const near = { fromAt: T0 + 7 * DAY_S, toAt: T0 + 7 * DAY_S + 900 };
    const far = { fromAt: T0 + 8 * DAY_S, toAt: T0 + 8 * DAY_S + 900 };
    expect(expectedPrices({ ...args, ...near })).toHaveLength(1);
    expect(expectedPrices({ ...args, ...far })).toEqual([]);
    expect(expectedPrices({ ...args, published: [], ...near })).toEqual([]);
  });

  it('does not learn from expected prices', () => {
    const published = [quarter(0, 10, 'expected')];
    const span = { fromAt: T0 + DAY_S, toAt: T0 + DAY_S + 900 };
    expect(expectedPrices({ published, ...span, riskPremiumTicks: 0 })).toEqual([]);
  });

  it('learns from hourly prices and begins with the quarter under way', () => {
    const expected = expectedPrices({
      published: [hour(0, 40)],
      fromAt: T0 + DAY_S + 1000,
      toAt: T0 + DAY_S + HOUR_S,
      riskPremiumTicks: 5,
    });
    expect(expected).toEqual([97, 98, 99].map((index) => quarter(index, 45, 'expected')));
  });
});
