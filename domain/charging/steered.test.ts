import { describe, expect, it } from 'vitest';
import { steeredSeconds } from './steered.ts';

const measured = [
  { fromAt: 0, toAt: 600, powerW: 11_000 },
  { fromAt: 600, toAt: 4_200, powerW: 0 },
  { fromAt: 4_200, toAt: 6_000, powerW: 11_000 },
  { fromAt: 6_000, toAt: 9_000, powerW: 20 },
];
const limits = [
  { fromAt: 300, toAt: 4_000, limitW: 0 },
  { fromAt: 4_000, toAt: 6_000, limitW: 11_000 },
  { fromAt: 6_000, toAt: 99_000, limitW: 0 },
];

describe('steered time', () => {
  it('is held time in which the meter shows nothing, up to the last reading', () => {
    expect(steeredSeconds({ limits, measured, isDone: false })).toBe(3_400 + 3_000);
  });
  it('leaves out a hold of a car that wants nothing more', () => {
    expect(steeredSeconds({ limits, measured, isDone: true })).toBe(3_400);
  });
  it('is nothing where no hold was accepted, whatever the car does', () => {
    expect(steeredSeconds({ limits: [], measured, isDone: false })).toBe(0);
  });
});
