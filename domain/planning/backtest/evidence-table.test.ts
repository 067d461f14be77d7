import { expect, test } from 'vitest';
import { Backtester } from './backtester.ts';
import { evidenceTable } from './evidence-table.ts';
import { backtestFigures } from './figures.ts';
import { neighbourhoodOf } from './neighbourhood.ts';
import { quarterSeries } from './quarter-series.ts';
import type { BacktestStay } from './stay.ts';
import { WallClock } from './wall-clock.ts';

const START = Date.parse('2025-01-06T17:00:00+01:00') / 1000;
// EUR 100/MWh until midnight, EUR 50/MWh after.
const prices = quarterSeries(Array.from({ length: 24 }, (_, i) =>
  ({ startAt: START + i * 3_600, seconds: 3_600, value: i < 7 ? 10_000 : 5_000 })));
const evening = new Uint8Array(prices.values.length).fill(1, 0, 16);
const settings = { hasCo2: false, hasLimit: false, isDepartureKnown: true };
const night: BacktestStay = {
  plugInAt: START, plugOutAt: START + 14 * 3_600, energyMilliWh: 10_000_000, powerW: 10_000, highestPowerW: 10_000,
  chargingS: 3_600, declared: null, driver: '', station: '', seed: 1,
};

function figuresOf(stays: readonly BacktestStay[]) {
  const policy = { departure: 'known' as const, isSimulated: false, missTicks: 0 };
  const backtester = new Backtester({ prices, stepS: 3_600, evening, co2: null }, new WallClock('Europe/Amsterdam'), policy);
  for (const stay of stays) backtester.add(stay);
  return backtestFigures([backtester.data()], settings);
}

test('a night of 10 kWh saves half, all of it moved out of the evening, and the rule pays 90 %', () => {
  const { overnight } = figuresOf([night]);
  expect(overnight).toMatchObject({
    sessions: 1, skipped: 0, energyKwh: 10, baselineEur: 1, plannedEur: 0.5, savingPct: 50, movedPct: 100,
    connectedOverCharging: 14, shareAtLeast020Pct: 100, shareWithin020To10Pct: 100,
    peakHours: { atOnceKwh: 10, plannedKwh: 0, atOncePct: 100, plannedPct: 0 },
    evPeakKw: { atOnce: 10, planned: 10 }, eurPerSession: { mean: 0.5, max: 0.5 }, co2: null, limit: null, departure: null,
  });
  // A minute of the hour is the probe's: 1/60 of the energy stays at the dear price.
  const { settlement } = overnight;
  expect(settlement.savingEur).toBeCloseTo(0.5 * (59 / 60), 5);
  expect(settlement.paidEur).toBeCloseTo(settlement.savingEur * 0.9, 5);
  expect(settlement.driverEur + settlement.mspEur + settlement.cpoEur + settlement.platformEur).toBeCloseTo(settlement.paidEur, 5);
});

test('groups hold what belongs to them, and what cannot be priced or has no energy is counted', () => {
  const short = { ...night, plugOutAt: START + 3_700 };
  const late = { ...night, plugInAt: START + 20 * 3_600, plugOutAt: START + 30 * 3_600 };
  const { all, slack2h, overnight } = figuresOf([night, short, late, { ...night, energyMilliWh: 0 }]);
  expect([all.sessions, slack2h.sessions, overnight.sessions]).toEqual([2, 1, 1]);
  expect(all.skippedBecause).toEqual({ priceMissing: 1, unusable: 1 });
});

test('the table has every figure once, each with what it is a share of', () => {
  const loads = Float64Array.from([0, 30_000_000, 10_000_000, 0]);
  const neighbourhood = neighbourhoodOf({
    limitW: 100_000, homes: 10, from: 0, to: 4, base: new Float64Array(4), atOnce: loads,
    priceOnly: loads.map((load) => load * 0.9), priceAndLimit: loads.map((load) => Math.min(load, 25_000_000)),
  });
  expect(neighbourhood.atOnce).toEqual({ overloadKwh: 5, hoursOver: 0.25, peakKw: 120 });
  expect(neighbourhood.overloadDownPct).toEqual({ priceOnly: 60, priceAndLimit: 100 });
  const table = evidenceTable({ ...figuresOf([night]), neighbourhood });
  expect(table.columns.map(({ label }) => label)).toEqual([
    'all sessions', 'slack ≥ 2 h (100.0 % of all)', 'overnight (100.0 % of all)',
  ]);
  expect(new Set(table.rows.map(({ label }) => label)).size).toBe(table.rows.length);
  expect(table.rows.every(({ note }) => note !== '')).toBe(true);
  expect(table.rows.find(({ label }) => label === 'saving')?.cells.all).toBe('50.0 %');
  expect(evidenceTable({ ...figuresOf([]), neighbourhood: null }).rows.find(({ label }) => label === 'saving')?.cells.all).toBe('–');
});
