import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { cheapestSlots } from '../cheapest-slots.ts';
import { planUnsure } from './plan-unsure.ts';
import { riskPrices } from './risk-price.ts';

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const price = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -50_000, max: 90_000 }));
const stay = fc.integer({ min: 1, max: 100 }).chain((length) =>
  fc.record({
    slots: fc.array(
      fc.record({ capacityMilliWh: fc.integer({ min: 0, max: 5_000_000 }), priceTicks: price }),
      { minLength: length, maxLength: length },
    ),
    hazards: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: length, maxLength: length }),
    need: fc.integer({ min: 0, max: 100_000_000 }),
  }),
);
/** Hazard per slot in percent of those still there; the first slot is there for sure. */
const survivalOf = (hazards: readonly number[]): number[] => {
  const survival: number[] = [];
  let alive = 1;
  for (const hazard of hazards) {
    survival.push(alive);
    alive *= 1 - hazard / 100;
  }
  return survival;
};
const wish = (needMilliWh: number, missTicks: number, deadlineSlot: number) => ({
  needMilliWh,
  minimumMilliWh: 0,
  missTicks,
  deadlineSlot,
});

describe('planning a stay of unsure length', () => {
  test('with a sure departure it takes the cheapest slots before it', () => {
    fc.assert(
      fc.property(stay, fc.nat(100), ({ slots, need }, leaves) => {
        const survival = slots.map((_, slot) => (slot < leaves ? 1 : 0));
        const before = slots.slice(0, leaves);
        const fits = Math.min(need, total(before.map((slot) => slot.capacityMilliWh)));
        const plan = planUnsure({ slots, survival, wish: wish(fits, 100_000, slots.length) });
        const cheapest = cheapestSlots(before, fits);
        expect(plan.energies.slice(0, leaves)).toEqual(cheapest);
        expect(total(plan.energies.slice(leaves))).toBe(0);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('serves the need or everything the slots hold, within each capacity', () => {
    fc.assert(
      fc.property(
        stay,
        fc.nat(100),
        fc.nat(20_000_000),
        ({ slots, hazards, need }, by, minimum) => {
          const plan = planUnsure({
            slots,
            survival: survivalOf(hazards),
            wish: {
              needMilliWh: need,
              minimumMilliWh: minimum,
              missTicks: 100_000,
              deadlineSlot: by,
            },
          });
          const capacities = slots.map((slot) => slot.capacityMilliWh);
          expect(total(plan.energies)).toBe(Math.min(need, total(capacities)));
          plan.energies.forEach((energy, slot) => {
            expect(energy >= 0 && energy <= (capacities[slot] ?? 0)).toBe(true);
          });
          // The deadline is kept where it can be, and slots past it are used only when it cannot.
          expect(total(plan.energies.slice(0, by))).toBeGreaterThanOrEqual(
            Math.min(need, total(capacities.slice(0, by))),
          );
        },
      ),
      { numRuns: lawRuns() },
    );
  });

  test('brings the minimum first, whatever it costs', () => {
    fc.assert(
      fc.property(stay, fc.nat(20_000_000), ({ slots, hazards, need }, minimum) => {
        const plan = planUnsure({
          slots,
          survival: survivalOf(hazards),
          wish: {
            needMilliWh: need,
            minimumMilliWh: minimum,
            missTicks: 100_000,
            deadlineSlot: slots.length,
          },
        });
        let owed = Math.min(need, minimum);
        for (const [slot, energy] of plan.energies.entries()) {
          const capacity = slots[slot]?.capacityMilliWh ?? 0;
          expect(energy).toBeGreaterThanOrEqual(Math.min(owed, capacity));
          owed = Math.max(0, owed - capacity);
        }
      }),
      { numRuns: lawRuns() },
    );
  });

  test('runs at full power when the slack is gone, and after the deadline until it is done', () => {
    fc.assert(
      fc.property(stay, fc.nat(100), ({ slots, hazards }, by) => {
        const capacities = slots.map((slot) => slot.capacityMilliWh);
        const need = total(capacities.slice(0, by)) + 1;
        const plan = planUnsure({
          slots,
          survival: survivalOf(hazards),
          wish: wish(need, 100_000, by),
        });
        expect(plan.isMustRun).toBe(true);
        expect(plan.energies.slice(0, by)).toEqual(capacities.slice(0, by));
        const next = capacities.findIndex((capacity, slot) => slot >= by && capacity > 0);
        if (next >= 0) expect(plan.energies[next]).toBe(1);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('delivers no less in expectation when missing energy is worth more', () => {
    fc.assert(
      fc.property(stay, fc.nat(400_000), fc.nat(400_000), ({ slots, hazards, need }, a, b) => {
        const survival = survivalOf(hazards);
        const missed = (missTicks: number) =>
          planUnsure({ slots, survival, wish: wish(need, missTicks, slots.length) })
            .expectedMissedMilliWh;
        expect(missed(Math.max(a, b))).toBeLessThanOrEqual(missed(Math.min(a, b)) + need * 1e-9);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('goes on with the same plan while the car stays and nothing is learned', () => {
    fc.assert(
      fc.property(stay, ({ slots, hazards, need }) => {
        // Prices of their own: what an exact tie falls to is the previous plan's business.
        const own = slots.map((slot, index) => ({
          ...slot,
          priceTicks: slot.priceTicks + index / 128,
        }));
        const survival = survivalOf(hazards);
        const plan = planUnsure({ slots: own, survival, wish: wish(need, 100_000, own.length) });
        const alive = survival[1] ?? 1;
        const later = planUnsure({
          slots: own.slice(1),
          survival: survival.slice(1).map((value) => value / alive),
          wish: wish(need - (plan.energies[0] ?? 0), 100_000, own.length),
        });
        expect(later.energies).toEqual(plan.energies.slice(1));
      }),
      { numRuns: lawRuns() },
    );
  });
});

describe('risk prices', () => {
  const tiny = fc.integer({ min: 1, max: 6 }).chain((length) =>
    fc.record({
      slots: fc.array(
        fc.record({ capacityMilliWh: fc.nat(4), priceTicks: fc.integer({ min: -20, max: 50 }) }),
        { minLength: length, maxLength: length },
      ),
      hazards: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: length, maxLength: length }),
      need: fc.nat(12),
    }),
  );

  test('solve the dynamic program: equal to trying every energy in every slot', () => {
    fc.assert(
      fc.property(tiny, fc.integer({ min: 50, max: 90 }), ({ slots, hazards, need }, pi) => {
        const tries = (slot: number, left: number): number => {
          const offer = slots[slot];
          if (offer === undefined) return pi * left;
          const hazard = (hazards[slot] ?? 0) / 100;
          let best = Number.POSITIVE_INFINITY;
          for (let x = 0; x <= Math.min(left, offer.capacityMilliWh); x += 1) {
            const cost =
              offer.priceTicks * x +
              hazard * pi * (left - x) +
              (1 - hazard) * tries(slot + 1, left - x);
            best = Math.min(best, cost);
          }
          return best;
        };
        const survival = survivalOf(hazards);
        const prices = riskPrices(slots, survival, pi);
        const energies = cheapestSlots(
          slots.map((slot, index) => ({ ...slot, priceTicks: prices[index] ?? null })),
          need,
        );
        const expected =
          need * pi -
          total(
            energies.map(
              (energy, index) =>
                energy * (survival[index] ?? 0) * (pi - (slots[index]?.priceTicks ?? 0)),
            ),
          );
        expect(expected).toBeCloseTo(tries(0, need), 6);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('leave an unknown price unknown, never 0', () => {
    expect(riskPrices([{ priceTicks: null }, { priceTicks: 10 }], [1, 0.5], 100)).toEqual([
      null,
      55,
    ]);
  });
});
