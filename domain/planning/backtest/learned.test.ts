import { expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '../../time/instant.ts';
import { LearnedDepartures } from './learned.ts';
import type { BacktestStay } from './stay.ts';
import { WallClock } from './wall-clock.ts';

const MONDAY = Date.parse('2025-01-06T00:00:00+01:00') / 1000;

function stayOf(day: number, hours: number): BacktestStay {
  const plugInAt = MONDAY + day * DAY_S + 9 * HOUR_S;
  return {
    plugInAt, plugOutAt: plugInAt + hours * HOUR_S, energyMilliWh: 5_000_000, powerW: 11_000,
    highestPowerW: 11_000, chargingS: null, declared: null, driver: 'd', station: 's', seed: 1,
  };
}

test('a curve knows the stays that have ended by plug-in, and no later one', () => {
  const learned = new LearnedDepartures(new WallClock('Europe/Amsterdam'));
  const before = learned.curveOf(stayOf(0, 3));
  for (let day = 0; day < 30; day += 1) learned.learn(stayOf(day, 3));
  // Nothing has ended at the first plug-in: what was handed over later must not be seen.
  expect(learned.curveOf(stayOf(0, 3))(4 * HOUR_S)).toBe(before(4 * HOUR_S));
  const after = learned.curveOf(stayOf(30, 3));
  expect(after(2 * HOUR_S)).toBeGreaterThan(0.9);
  expect(after(4 * HOUR_S)).toBeLessThan(0.2);
});

test('a declaration counts when it was said at plug-in', () => {
  const learned = new LearnedDepartures(new WallClock('Europe/Amsterdam'));
  const stay = stayOf(0, 8);
  const departureAt = stay.plugInAt + 8 * HOUR_S;
  const told = learned.curveOf({ ...stay, declared: { departureAt, saidAt: stay.plugInAt } });
  const late = learned.curveOf({ ...stay, declared: { departureAt, saidAt: stay.plugInAt + HOUR_S } });
  const silent = learned.curveOf(stay);
  const fallFrom7To9 = (curve: typeof told) => curve(7 * HOUR_S) - curve(9 * HOUR_S);
  expect(fallFrom7To9(told)).toBeGreaterThan(fallFrom7To9(silent) + 0.1);
  expect(late(6 * HOUR_S)).toBe(learned.curveOf(stay)(6 * HOUR_S));
});
