import { describe, expect, it } from 'vitest';
import { axisFor, roundStep } from './axis-steps.ts';

describe('axisFor', () => {
  it('holds all values between round numbers, zero among them', () => {
    expect(axisFor([976_100, 500_000], 1_000)).toEqual({
      min: 0,
      max: 1_000_000,
      ticks: [0, 200_000, 400_000, 600_000, 800_000, 1_000_000],
    });
  });
  it('goes below zero for negative prices', () => {
    const { min, max, ticks } = axisFor([-6_200, 12_000], 1_000);
    expect([min, max]).toEqual([-10_000, 15_000]);
    expect(ticks).toContain(0);
  });
  it('has a range where every value is zero', () => {
    expect(axisFor([0], 1_000)).toEqual({ min: 0, max: 200, ticks: [0, 200] });
    expect(axisFor([], 1_000).max).toBeGreaterThan(0);
  });
});

describe('roundStep', () => {
  it('is the next of 1, 2, 2.5 and 5', () => {
    expect([0.9, 1, 1.1, 2.1, 2.6, 7, 240].map(roundStep)).toEqual([1, 1, 2, 2.5, 5, 10, 250]);
  });
});
