import { describe, expect, it } from 'vitest';
import type { PricePoint, StayView } from '#domain/charging/stay-view.ts';
import { HOUR, PLUG_IN, planView, stayView } from '#domain/charging/view.test-support.ts';
import { POINTS_MAX, prepareStay, rowsOf } from './prepare-stay.ts';
import { stayPoints } from './stay-points.ts';
import { csvOf } from './stay-rows.tsx';

const quarters = (ticks: readonly number[], kind: PricePoint['kind'] = 'published'): PricePoint[] =>
  ticks.map((priceTicks, index) => ({
    startAt: PLUG_IN + index * 900,
    seconds: 900,
    priceTicks,
    kind,
  }));

function stay(curve: Partial<StayView['curve']>, change: Partial<StayView> = {}) {
  const view = stayView(change);
  return { ...view, curve: { ...view.curve, ...curve } };
}

describe('prepareStay', () => {
  it('shades the cheapest quarters that suffice for the energy', () => {
    const prices = quarters([9_000, 5_000, 4_000, 8_000, 3_000, 9_000]);
    const plan = planView({ targetMilliWh: 8_250_000, powerW: 11_000 });
    const { valleys, valleySeconds } = prepareStay(stay({ prices }, { plan }), PLUG_IN);
    expect(valleys).toEqual([
      { fromAt: PLUG_IN + 900, toAt: PLUG_IN + 2_700 },
      { fromAt: PLUG_IN + 3_600, toAt: PLUG_IN + 4_500 },
    ]);
    expect(valleySeconds).toBe(2_700);
  });
  it('shades nothing where every quarter is needed', () => {
    const plan = planView({ targetMilliWh: 50_000_000 });
    expect(prepareStay(stay({ prices: quarters([1, 2]) }, { plan }), PLUG_IN).valleys).toEqual([]);
  });
  it('compares energy-weighted prices with and without Valley', () => {
    const prices = quarters([16_000, 8_000]);
    const curve = {
      prices,
      measured: [{ fromAt: PLUG_IN + 900, toAt: PLUG_IN + 1_800, powerW: 7_000 }],
      without: [{ fromAt: PLUG_IN, toAt: PLUG_IN + 900, powerW: 7_000 }],
    };
    expect(prepareStay(stay(curve), PLUG_IN + 1_800).finding).toEqual({
      key: 'MOVES',
      ticks: 8_000,
      withoutTicks: 16_000,
    });
  });
  it('finds nothing to tell on a price that nobody knows', () => {
    const curve = {
      prices: quarters([16_000]),
      measured: [{ fromAt: PLUG_IN + 900, toAt: PLUG_IN + 1_800, powerW: 7_000 }],
      without: [{ fromAt: PLUG_IN, toAt: PLUG_IN + 900, powerW: 7_000 }],
    };
    expect(prepareStay(stay(curve), PLUG_IN + 1_800).finding).toEqual({ key: 'UNKNOWN' });
  });
  it('shows the plan from now on only: before it the meter counts', () => {
    const planned = [{ fromAt: PLUG_IN, toAt: PLUG_IN + 1_800, powerW: 11_000 }];
    expect(prepareStay(stay({ planned }), PLUG_IN + 600).planned).toEqual([
      { fromAt: PLUG_IN + 600, toAt: PLUG_IN + 1_800, powerW: 11_000 },
    ]);
    expect(prepareStay(stay({ planned }, { state: 'CLOSED' }), PLUG_IN + 600).planned).toEqual([]);
  });
  it('has prices below zero on its axis, and always zero', () => {
    const { price } = prepareStay(stay({ prices: quarters([-6_200, 12_000]) }), PLUG_IN);
    expect(price.min).toBeLessThanOrEqual(-6_200);
    expect(price.ticks).toContain(0);
  });
  it('keeps ten thousand readings within the points a line may have, and their energy', () => {
    const measured = Array.from({ length: 10_000 }, (_, index) => ({
      fromAt: PLUG_IN + index * 4,
      toAt: PLUG_IN + index * 4 + 4,
      powerW: index % 2 === 0 ? 4_000 : 8_000,
    }));
    const prepared = prepareStay(stay({ measured }), PLUG_IN + 13 * HOUR);
    expect(prepared.measured.length).toBeLessThanOrEqual(POINTS_MAX);
    expect(stayPoints(prepared).length).toBeLessThanOrEqual(POINTS_MAX + 1);
    const wattSeconds = prepared.measured.reduce(
      (sum, { fromAt, toAt, powerW }) => sum + (toAt - fromAt) * powerW,
      0,
    );
    expect(Math.abs(wattSeconds / (40_000 * 6_000) - 1)).toBeLessThan(0.001);
  });
});

describe('rowsOf and csvOf', () => {
  it('leave an unknown price empty, never 0', () => {
    const prepared = prepareStay(
      stay({ prices: quarters([8_412]), toAt: PLUG_IN + 1_800 }, { state: 'CLOSED' }),
      PLUG_IN,
    );
    const rows = rowsOf(prepared);
    expect(rows.map(({ priceTicks }) => priceTicks)).toEqual([8_412, null]);
    expect(csvOf(rows).split('\n').slice(1, 3)).toEqual([
      '2026-11-23T17:00:00Z,84.12,published,,,',
      '2026-11-23T17:15:00Z,,,,,',
    ]);
  });
});

describe('stayPoints', () => {
  it('holds each value until the next edge and leaves unmeasured time a gap', () => {
    const prepared = prepareStay(
      stay(
        {
          prices: quarters([8_000]),
          toAt: PLUG_IN + 1_800,
          measured: [{ fromAt: PLUG_IN + 300, toAt: PLUG_IN + 600, powerW: 7_000 }],
        },
        { state: 'CLOSED' },
      ),
      PLUG_IN,
    );
    expect(
      stayPoints(prepared).map(({ at, measuredW, priceTicks }) => [
        at - PLUG_IN,
        measuredW,
        priceTicks,
      ]),
    ).toEqual([
      [0, null, 8_000],
      [300, 7_000, 8_000],
      [600, null, 8_000],
      [900, null, null],
      [1_800, null, null],
    ]);
  });
});
