import { describe, expect, it } from 'vitest';
import { SUM, Tally } from './tally.ts';

const COUNT = 5_000;
const values = Array.from({ length: COUNT }, (_, i) => ((i * 7_919) % COUNT) * 900_000_000_001);

describe('a tally', () => {
  it('adds beyond 2⁵³ without losing a unit, in any order and cut between threads', () => {
    const exact = values.reduce((sum, value) => sum + BigInt(value), 0n);
    const [one, left, right] = [new Tally(), new Tally(), new Tally()];
    values.forEach((value, i) => {
      one.add(SUM.baselineExact, value);
      (i % 3 === 0 ? left : right).add(SUM.baselineExact, value);
    });
    expect(exact > 2n ** 53n).toBe(true);
    expect(one.sum('baselineExact')).toBe(exact);
    expect(right.absorb(left.data()).sum('baselineExact')).toBe(exact);
  });

  it('finds quantiles to half a bin, and the largest exactly', () => {
    const tally = new Tally();
    for (let i = 1; i <= 1_000; i += 1) tally.addSaving(i * 1e9);
    expect(tally.savingQuantile(0.5)).toBeCloseTo(5, 3);
    expect(tally.savingQuantile(0.95)).toBeCloseTo(9.5, 3);
    expect(tally.largestSavingExact).toBe(1e12);
  });

  it('keeps what lies beyond the bins in the outermost ones', () => {
    const tally = new Tally();
    tally.addSaving(-90e11);
    tally.addSaving(900e11);
    expect(tally.savingQuantile(0)).toBeCloseTo(-10, 3);
    expect(tally.savingQuantile(1)).toBeCloseTo(50, 3);
  });

  it('says nothing about no sessions', () => {
    expect([new Tally().savingQuantile(0.5), new Tally().largestSavingExact]).toEqual([null, null]);
  });
});
