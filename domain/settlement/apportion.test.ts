import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floorShare, spread, US_PER_S } from './apportion.ts';

describe('apportioning energy', () => {
  it('floors exactly, also where the product is beyond 2^53', () => {
    const whole = fc.integer({ min: 1, max: 2 ** 40 });
    fc.assert(
      fc.property(fc.nat(2 ** 36), whole, fc.nat(1_000), (total, length, perMille) => {
        const part = Math.floor((length * perMille) / 1_000);
        const exact = Number((BigInt(total) * BigInt(part)) / BigInt(length));
        expect(floorShare(total, part, length)).toBe(exact);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not take the float that rounds up', () => {
    expect(floorShare(68_719_476_735, 68_719_206_156, 68_719_206_157)).toBe(68_719_476_733);
  });

  it('cuts at quarters by cumulative floor', () => {
    const quarters = new Float64Array(3);
    spread(quarters, { startUs: 600 * US_PER_S, lengthUs: 1_800 * US_PER_S }, 1_000);
    expect([...quarters]).toEqual([166, 500, 334]);
  });

  it('an end on the quarter stays before it, no length stays in one quarter', () => {
    const quarters = new Float64Array(2);
    spread(quarters, { startUs: 0, lengthUs: 900 * US_PER_S }, 7);
    spread(quarters, { startUs: 900 * US_PER_S, lengthUs: 0 }, 5);
    expect([...quarters]).toEqual([7, 5]);
  });
});
