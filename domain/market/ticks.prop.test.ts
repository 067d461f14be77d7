import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { decimalFromTicks, MAX_PRICE_TICKS, ticksFromDecimal } from './ticks.ts';

it('reads back exactly what it wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: -MAX_PRICE_TICKS, max: MAX_PRICE_TICKS }), (ticks) => {
      expect(ticksFromDecimal(decimalFromTicks(ticks))).toBe(ticks);
    }),
    { numRuns: lawRuns() },
  );
});
