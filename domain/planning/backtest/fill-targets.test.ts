import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planUnsure } from '../departure/plan-unsure.ts';
import { fillTargets } from './fill-targets.ts';
import type { SlotView } from './fill-plan.ts';

const KWH = 1_000_000;
const slotsOf = (prices: readonly number[]): SlotView[] => prices.map((priceTicks, k) => ({
  capacityMilliWh: 2 * KWH, priceTicks, afterS: k * 900, seconds: 900,
}));
const sure = (slots: readonly SlotView[]) => slots.map(() => 1);

describe('a stay of which nobody knows how much it takes', () => {
  test('is planned for the target, and anew from where the car has taken it', () => {
    const slots = slotsOf([9_000, 100, 8_000, 300, 200, 7_000]);
    const plan = new Float64Array(slots.length);
    const args = { slots, survival: sure(slots), firstMilliWh: 0, missTicks: 50_000 };
    const got = fillTargets(plan, { ...args, takesMilliWh: 5 * KWH, targetsMilliWh: [2 * KWH, 9 * KWH] });
    // The first target takes the cheapest slot; from there on nearly all is needed for the second.
    expect([...plan]).toEqual([0, 2 * KWH, 1 * KWH, 2 * KWH, 0, 0]);
    expect(got).toBe(5 * KWH);
  });

  test('with its energy as the only target is the plan of a known need', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2_000, max: 30_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 100 * KWH }),
        fc.integer({ min: 0, max: 10 * KWH }),
        (prices, energyMilliWh, firstMilliWh) => {
          const slots = slotsOf(prices);
          const survival = slots.map((_, k) => 0.97 ** k);
          const plan = new Float64Array(slots.length);
          fillTargets(plan, {
            slots, survival, takesMilliWh: energyMilliWh, targetsMilliWh: [energyMilliWh],
            firstMilliWh, missTicks: 50_000,
          });
          const wish = {
            needMilliWh: energyMilliWh, minimumMilliWh: firstMilliWh, missTicks: 50_000,
            deadlineSlot: slots.length,
          };
          expect([...plan]).toEqual(planUnsure({ slots, survival, wish }).energies);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('gets no more than it takes nor than its slots hold, all of it where they do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2_000, max: 30_000 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 100 * KWH }),
        fc.uniqueArray(fc.integer({ min: KWH, max: 90 * KWH }), { minLength: 1, maxLength: 6 }),
        (prices, takesMilliWh, targets) => {
          const slots = slotsOf(prices);
          const plan = new Float64Array(slots.length);
          const got = fillTargets(plan, {
            slots, survival: sure(slots), takesMilliWh, firstMilliWh: 3 * KWH, missTicks: 50_000,
            targetsMilliWh: targets.toSorted((a, b) => a - b),
          });
          expect(got).toBe([...plan].reduce((sum, one) => sum + one, 0));
          expect(got).toBeLessThanOrEqual(takesMilliWh);
          for (const one of plan) expect(one).toBeLessThanOrEqual(2 * KWH);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
