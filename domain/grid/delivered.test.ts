import { expect, test } from 'vitest';
import { QUARTER_S } from '../time/instant.ts';
import { deliveredAgainst, limitAt, type LimitSpan } from './delivered.ts';

const T = 1_772_409_600;
const quarter = (index: number) => T + index * QUARTER_S;
/** Milli-Wh of a quarter at so many watts. */
const at = (powerW: number) => (powerW * QUARTER_S) / 3.6;
const base: LimitSpan = { limitW: 50_000, fromAt: T - 1, toAt: null };

test('of limits that overlap the lowest holds, and none before the first', () => {
  const evening: LimitSpan = { limitW: 20_000, fromAt: quarter(2), toAt: quarter(4) };
  expect(limitAt([base, evening], T - 2)).toBeNull();
  expect(limitAt([base, evening], quarter(1))).toBe(50_000);
  expect(limitAt([base, evening], quarter(2))).toBe(20_000);
  expect(limitAt([base, evening], quarter(4))).toBe(50_000);
});

test('a quarter counts as above its limit only where the limit held all through it', () => {
  const energy = new Map([[quarter(0), at(40_000)], [quarter(1), at(60_000)], [quarter(2), at(30_000)]]);
  const late: LimitSpan = { limitW: 10_000, fromAt: quarter(2) + 60, toAt: null };
  expect(deliveredAgainst({ energy, told: new Set(energy.keys()), limits: [base, late] })).toEqual({
    highest: { startAt: quarter(1), powerW: 60_000 }, isWithheld: false, over: 1,
  });
  expect(deliveredAgainst({ energy, told: new Set(), limits: [late] }).over).toBe(0);
  expect(deliveredAgainst({ energy: new Map([[quarter(3), at(11_000)]]), told: new Set(), limits: [late] }).over).toBe(1);
});

test('nothing delivered has no highest quarter', () => {
  expect(deliveredAgainst({ energy: new Map(), told: new Set(), limits: [base] })).toEqual({ highest: null, isWithheld: false, over: 0 });
});

test('a quarter in which too few cars were there is never the highest, but counts as above its limit', () => {
  const energy = new Map([[quarter(0), at(40_000)], [quarter(1), at(60_000)]]);
  expect(deliveredAgainst({ energy, told: new Set([quarter(0)]), limits: [base] })).toEqual({
    highest: { startAt: quarter(0), powerW: 40_000 }, isWithheld: true, over: 1,
  });
});
