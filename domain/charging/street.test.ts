import { describe, expect, it } from 'vitest';
import { streetQuarters } from './street.ts';

const nothing = { measured: [], planned: [], stays: [], prices: [] };

describe('the street in quarters', () => {
  it('shows what was metered until now and what is planned after', () => {
    const quarters = streetQuarters({
      ...nothing, now: 1_350, fromAt: 0, toAt: 2_700,
      measured: [{ startAt: 0, energyMilliWh: 1_000_000 }, { startAt: 900, energyMilliWh: 1_000_000 }],
      planned: [{ startAt: 900, energyMilliWh: 9_000_000 }, { startAt: 1_800, energyMilliWh: 2_000_000 }],
    });
    expect(quarters.map(({ afterW, isPlanned }) => [afterW, isPlanned])).toEqual([[4_000, false], [8_000, false], [8_000, true]]);
  });

  it('lets a stay that charges at once begin at its plug-in and end with its energy', () => {
    const quarters = streetQuarters({
      ...nothing, now: 0, fromAt: 0, toAt: 3_600, stays: [{ plugInAt: 450, energyMilliWh: 3_000_000, powerW: 8_000 }],
    });
    expect(quarters.map(({ beforeW }) => beforeW)).toEqual([4_000, 8_000, 0, 0]);
  });

  it('leaves an unknown price unknown and a stay without power out', () => {
    const quarters = streetQuarters({
      ...nothing, now: 0, fromAt: 0, toAt: 1_800, stays: [{ plugInAt: 0, energyMilliWh: 5, powerW: 0 }],
      prices: [{ startAt: 900, seconds: 900, priceTicks: -50, kind: 'published' }],
    });
    expect(quarters.map(({ priceTicks, beforeW }) => [priceTicks, beforeW])).toEqual([[null, 0], [-50, 0]]);
  });
});
