import { describe, expect, it } from 'vitest';
import { bellAt, hashKeys, integerAt, unitAt } from './random.ts';

const COUNT = 20_000;
const indexes = Array.from({ length: COUNT }, (_, index) => index);

describe('seeded randomness', () => {
  it('gives the same for the same seed and keys and something else for others', () => {
    expect(hashKeys(7, 1, 2)).toBe(hashKeys(7, 1, 2));
    expect(hashKeys(7, 1, 2)).not.toBe(hashKeys(7, 2, 1));
    expect(hashKeys(7, 1, 2)).not.toBe(hashKeys(8, 1, 2));
    expect(hashKeys(7, 1)).not.toBe(hashKeys(7, -1));
  });

  it('never changes: stored demos depend on these very numbers', () => {
    expect([hashKeys(1, 2, 3), hashKeys(0), hashKeys(-5, 20_000)]).toMatchInlineSnapshot(`
      [
        275758149,
        2462723854,
        2836342343,
      ]
    `);
  });

  it('spreads evenly over sixteen bins', () => {
    const bins = Array.from({ length: 16 }, () => 0);
    for (const index of indexes) {
      const bin = Math.floor(unitAt(3, index) * 16);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    for (const bin of bins) expect(Math.abs(bin - COUNT / 16)).toBeLessThan(150);
  });

  it('shows no correlation between neighbouring keys', () => {
    const mean =
      indexes.reduce((sum, i) => sum + (unitAt(9, i) - 0.5) * (unitAt(9, i + 1) - 0.5), 0) / COUNT;
    expect(Math.abs(mean)).toBeLessThan(0.003);
  });

  it('keeps whole numbers within both bounds and reaches them', () => {
    const seen = new Set(indexes.map((index) => integerAt({ min: -2, max: 3 }, 5, index)));
    expect([...seen].toSorted((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
    expect(() => integerAt({ min: 1, max: 0 }, 5)).toThrow(RangeError);
  });

  it('bells around zero', () => {
    const values = indexes.map((index) => bellAt(11, index));
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + value * value, 0) / COUNT;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.sqrt(variance)).toBeCloseTo(1 / 3, 2);
  });
});
