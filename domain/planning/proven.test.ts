import { expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import { isProven } from './proven.ts';

const AT = 1_772_409_600;
/** Free for 10 min, held for an hour, free again. */
const PLAN = { periods: [{ fromAt: AT, limitW: 11_040 }, { fromAt: AT + 600, limitW: 0 }, { fromAt: AT + 4_200, limitW: 11_040 }] } as Plan;
const proven = (...readings: [minutes: number, powerW: number][]) =>
  isProven(PLAN, AT + 5, readings.map(([minutes, powerW]) => ({ at: AT + minutes * 60, powerW })));

test('two quiet readings well inside a hold prove that the station applies it', () => {
  expect(proven([15, 0], [16, 40])).toBe(true);
});

test('one reading, or readings outside the hold and at its edge, prove nothing', () => {
  expect(proven()).toBe(false);
  expect(proven([15, 0])).toBe(false);
  expect(proven([5, 0], [11, 0], [75, 0])).toBe(false);
});

test('a car that draws in the hold disproves it', () => {
  expect(proven([15, 0], [16, 0], [17, 300])).toBe(false);
});

test('what was before the station accepted counts for nothing', () => {
  expect(isProven(PLAN, AT + 16 * 60, [{ at: AT + 15 * 60, powerW: 0 }, { at: AT + 16 * 60, powerW: 0 }])).toBe(false);
});
