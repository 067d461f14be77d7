import { expect, test } from 'vitest';
import { HOUR_S, QUARTER_S } from '../time/instant.ts';
import { cityDay, type CityStay } from './city-day.ts';

/** 2026-03-02T00:00:00Z. */
const T = 1_772_409_600;
const now = T + 22 * HOUR_S;
const fromAt = now - 24 * HOUR_S;
/** 11 kW for two hours from 17:00. */
const stay = (card: string, more: Partial<CityStay> = {}): CityStay => ({
  card, plugInAt: T + 17 * HOUR_S, plugOutAt: null, energyMilliWh: 22_000_000, powerW: 11_000, meteredW: 0, cashbackMicro: null, ...more,
});
const day = (stays: readonly CityStay[], energyMilliWh = 0) => cityDay({
  now, fromAt, stays, prices: [], localOffsetS: () => 0,
  measured: [{ startAt: T + 18 * HOUR_S, energyMilliWh }, { startAt: T + 21 * HOUR_S, energyMilliWh: 1_000_000 }],
});
const cards = ['A', 'B', 'C', 'D', 'E'];

test('nothing is told of fewer than five drivers, however many stays they have', () => {
  expect(day(['A', 'B', 'C', 'D'].map((card) => stay(card)))).toBeNull();
  expect(day(['A', 'B', 'C', 'D', 'A', 'B'].map((card) => stay(card)))).toBeNull();
  expect(day(cards.map((card) => stay(card)))).toMatchObject({ drivers: 5, stays: 5, plugged: 5 });
});

test('energy between 17 and 21 h is told as it was and as charging at once would have made it', () => {
  const told = day(cards.map((card) => stay(card)), 3_000_000);
  expect(told?.evening).toEqual({ beforeMilliWh: 5 * 22_000_000, afterMilliWh: 3_000_000 });
});

test('an evening with fewer than five drivers is not told, and quarters with fewer are not in its sum', () => {
  const later = { plugInAt: T + 21 * HOUR_S };
  expect(day([stay('A'), ...cards.slice(1).map((card) => stay(card, later))], 3_000_000)?.evening).toBeNull();
  const left = { plugOutAt: T + 18 * HOUR_S };
  expect(day(cards.map((card, index) => stay(card, index === 0 ? left : {})), 3_000_000)?.evening)
    .toEqual({ beforeMilliWh: 5 * 11_000_000, afterMilliWh: 0 });
});

test('the load now, quarters and cashback each need five drivers of their own', () => {
  const gone = { plugOutAt: T + 19 * HOUR_S, cashbackMicro: 500_000n, meteredW: null };
  const told = day(cards.map((card, index) => stay(card, index === 0 ? gone : { meteredW: 11_000 })));
  expect(told).toMatchObject({ plugged: null, loadW: null, cashback: null });
  const shown = told?.quarters.map(({ startAt }) => startAt) ?? [];
  expect([shown[0], shown.at(-1)]).toEqual([T + 17 * HOUR_S, T + 19 * HOUR_S - QUARTER_S]);
  expect(day(cards.map((card) => stay(card, gone)))?.cashback).toEqual({ stays: 5, micro: 2_500_000n });
});
