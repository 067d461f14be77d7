import { describe, expect, it } from 'vitest';
import type { Side, WhatIfAnswer } from '#domain/planning/what-if/what-if.ts';
import { WHAT_IF_DEFAULTS } from '#domain/planning/what-if/settings.ts';
import { prepareWhatIf } from './prepare-what-if.ts';

const FROM_AT = Date.UTC(2026, 0, 14, 11) / 1000;
const side: Side = {
  energyWh: 20_000,
  costExact: 20_000 * 10_000,
  peakWh: 10_000,
  peakSlot: 20,
  overWh: 0,
  overSlots: 0,
  unservedWh: 0,
  shortCars: 0,
  worstPct: 100,
};

function answer(change: Partial<WhatIfAnswer> = {}): WhatIfAnswer {
  const load = (slot: number) => Float64Array.from({ length: 96 }, (_, at) => (at === slot ? 10_000 : 0));
  return {
    settings: WHAT_IF_DEFAULTS,
    fromAt: FROM_AT,
    timeZone: 'Europe/Amsterdam',
    isSynthetic: true,
    priceTicks: Int32Array.from({ length: 96 }, (_, at) => (at >= 40 && at < 56 ? 2_000 : 10_000)),
    beforeWh: load(20),
    afterWh: load(44),
    limitWh: null,
    cars: 10,
    steeredCars: 8,
    before: side,
    after: { ...side, costExact: 20_000 * 5_000, peakSlot: 44 },
    payout: { driverMicro: 4_000_000, mspMicro: 1, cpoMicro: 2, platformMicro: 3, paidCars: 5 },
    oneMoreKw: null,
    ...change,
  };
}

describe('prepareWhatIf', () => {
  it('shows mean power of each quarter in W and the four cheapest hours as one band', () => {
    const prepared = prepareWhatIf(answer());
    expect(prepared.points[20]).toEqual({
      at: FROM_AT + 20 * 900,
      beforeW: 40_000,
      afterW: 0,
      priceTicks: 10_000,
    });
    expect(prepared.valleys).toEqual([{ fromAt: FROM_AT + 36_000, toAt: FROM_AT + 50_400 }]);
    expect(prepared.largest).toEqual({ at: FROM_AT + 20 * 900, downW: 40_000 });
    expect(prepared.toAt).toBe(FROM_AT + 86_400);
  });

  it.each([
    ['NO_CARS', { cars: 0, steeredCars: 0 }],
    ['NOBODY', { steeredCars: 0 }],
    ['OTHERS_OVER', { after: { ...side, overWh: 7 } }],
    ['KEEPS_LIMIT', { before: { ...side, overWh: 7 }, limitWh: 5_000 }],
    ['NEW_PEAK', { after: { ...side, peakWh: 10_300 } }],
    ['SHAPES', { after: { ...side, peakWh: 10_100 } }],
  ] as const)('finds %s', (key, change) => {
    expect(prepareWhatIf(answer(change)).finding.key).toBe(key);
  });

  it('compares the price of a kWh, not the bill: who gets less pays less anyhow', () => {
    const half = { ...side, energyWh: 10_000, costExact: 10_000 * 10_000 };
    expect(prepareWhatIf(answer({ after: half })).finding).toMatchObject({ savedPct: 0 });
    expect(prepareWhatIf(answer()).finding).toMatchObject({ savedPct: 50 });
    const free = { ...side, costExact: 0 };
    expect(prepareWhatIf(answer({ before: free })).finding).toMatchObject({ savedPct: null });
  });

  it('says nothing about a limit where there is none, and tells hours above one', () => {
    const { before } = prepareWhatIf(answer());
    expect([before.overWh, before.overSeconds]).toEqual([null, null]);
    const over = { ...side, overWh: 5_000, overSlots: 3 };
    const limited = prepareWhatIf(answer({ before: over, limitWh: 5_000 }));
    expect(limited.limitW).toBe(20_000);
    expect([limited.before.overWh, limited.before.overSeconds]).toEqual([5_000, 2_700]);
  });

  it('does not press the loads flat for a limit far above them', () => {
    expect(prepareWhatIf(answer({ limitWh: 250_000 })).power.max).toBe(40_000);
    expect(prepareWhatIf(answer({ limitWh: 12_500 })).power.max).toBeGreaterThanOrEqual(50_000);
  });

  it('lets the limit’s slider reach what is set and beyond the peak', () => {
    expect(prepareWhatIf(answer()).limitSliderKw).toBe(50);
    expect(prepareWhatIf(answer({ limitWh: 250_000 })).limitSliderKw).toBe(1_000);
  });

  it('gives money in EUR, and the share of a steered car', () => {
    const { before, payout, oneMoreKw } = prepareWhatIf(
      answer({ oneMoreKw: { worthExact: 8_000_000, servingSlots: 2 } }),
    );
    expect(before.costEur).toBe(2);
    expect(before.meanTicks).toBe(10_000);
    expect(payout).toMatchObject({ driverEur: 4, perCarEur: 0.5, paidCars: 5 });
    expect(oneMoreKw).toEqual({ eur: 0.08, servingSeconds: 1_800 });
  });
});
