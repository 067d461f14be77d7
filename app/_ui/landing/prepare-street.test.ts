import { describe, expect, it } from 'vitest';
import { prepareStreet } from './prepare-street.ts';

const quarter = (index: number, more: Partial<{ afterW: number; beforeW: number; isPlanned: boolean; priceTicks: number | null }> = {}) =>
  ({ startAt: index * 900, afterW: 0, beforeW: 0, isPlanned: index > 1, priceTicks: 5_000, ...more });

describe('the chart of the street', () => {
  it('ends what was metered at now and plans from the next quarter on', () => {
    const street = prepareStreet({ nowAt: 1_000, quarters: [quarter(0, { afterW: 4_000 }), quarter(1, { afterW: 8_000 }), quarter(2, { afterW: 2_000 })] });
    expect(street.measured).toEqual([{ fromAt: 0, toAt: 900, powerW: 4_000 }, { fromAt: 900, toAt: 1_000, powerW: 8_000 }]);
    expect(street.planned).toEqual([{ fromAt: 1_800, toAt: 2_700, powerW: 2_000 }]);
    expect(street.power.max).toBe(8_000);
  });

  it('says how much less is drawn in the dearest hours', () => {
    const quarters = Array.from({ length: 32 }, (_, index) =>
      quarter(index, index < 16 ? { priceTicks: 20_000, afterW: 1_000, beforeW: 10_000 } : { afterW: 9_000 }));
    expect(prepareStreet({ nowAt: 0, quarters }).finding).toEqual({ key: 'LESS', peakW: 1_000, withoutW: 10_000 });
  });

  it('claims nothing where nothing moved or nothing is known', () => {
    expect(prepareStreet({ nowAt: 0, quarters: [quarter(0, { afterW: 5_000, beforeW: 5_000 })] }).finding).toEqual({ key: 'CALM' });
    expect(prepareStreet({ nowAt: 0, quarters: [] }).finding).toEqual({ key: 'CALM' });
  });
});
