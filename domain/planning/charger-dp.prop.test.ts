import fc from 'fast-check';
import loadHighs from 'highs';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { bestByTrying, plainCar, Q, smallCase, solveMilp } from './charger-dp.test-support.ts';
import { planCharger, quantumOf, type ChargerCar, type ChargerSlot } from './charger-dp.ts';

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const free = (_: ChargerSlot, left: number) => left;

describe('the real charger', () => {
  test('costs what the mixed-integer program costs, and serves as much', async () => {
    const highs = await loadHighs();
    fc.assert(
      fc.property(smallCase(8, 6), (small) => {
        const plan = planCharger(small.slots, small.car);
        const milp = solveMilp(highs, small);
        expect([plan.unservedMilliWh, plan.cost]).toEqual([
          milp.unserved * Q,
          BigInt(milp.cost * Q),
        ]);
      }),
      { numRuns: lawRuns(3_000) },
    );
  });

  test('is what trying every plan finds', () => {
    fc.assert(
      fc.property(smallCase(5, 4), (small) => {
        const plan = planCharger(small.slots, small.car);
        const best = bestByTrying(small, free);
        expect([plan.unservedMilliWh, plan.cost]).toEqual([
          best.unserved * Q,
          BigInt(best.cost * Q),
        ]);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('is what trying every plan finds when power falls near full', () => {
    fc.assert(
      fc.property(smallCase(5, 4), fc.nat(8), fc.nat(3), (small, below, beyond) => {
        const taper = {
          belowMilliWh: (below + 4) * Q,
          endShare: 0.25,
          beyondTargetMilliWh: beyond * Q,
        };
        const car = { ...small.car, taper };
        const plan = planCharger(small.slots, car);
        const best = bestByTrying({ ...small, car }, (slot, left) => {
          const toFull = left * Q + taper.beyondTargetMilliWh;
          const share =
            toFull >= taper.belowMilliWh ? 1 : 0.25 + (0.75 * toFull) / taper.belowMilliWh;
          return Math.max(1, Math.floor((share * slot.capacityMilliWh) / Q));
        });
        expect([plan.unservedMilliWh, plan.cost]).toEqual([
          best.unserved * Q,
          BigInt(best.cost * Q),
        ]);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('counts what holding after the target costs', () => {
    fc.assert(
      fc.property(smallCase(5, 4), fc.integer({ min: 1, max: 2 }), (small, steps) => {
        // holdW such that a quarter holds whole steps.
        const car = { ...small.car, holdW: (steps * Q * 36) / (900 * 10) };
        const plan = planCharger(small.slots, car);
        const best = bestByTrying({ ...small, car }, free);
        expect([plan.unservedMilliWh, plan.cost]).toEqual([
          best.unserved * Q,
          BigInt(best.cost * Q),
        ]);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('finishes in the last slots where that is asked and possible', () => {
    fc.assert(
      fc.property(smallCase(5, 4), fc.integer({ min: 1, max: 2 }), (small, finishLateSlots) => {
        const car = { ...small.car, finishLateSlots };
        const plan = planCharger(small.slots, car);
        const late = plan.finishedLateSlots;
        if (late > 0) {
          expect(plan.energies.slice(-late).every((energy) => energy > 0)).toBe(true);
          const best = bestByTrying({ ...small, car: { ...car, finishLateSlots: late } }, free);
          expect([plan.unservedMilliWh, plan.cost]).toEqual([
            best.unserved * Q,
            BigInt(best.cost * Q),
          ]);
        }
        expect(plan.unservedMilliWh).toBe(planCharger(small.slots, small.car).unservedMilliWh);
      }),
      { numRuns: lawRuns() },
    );
  });

  const day = fc
    .array(fc.integer({ min: -5_000, max: 40_000 }), { minLength: 24, maxLength: 100 })
    .map((prices) =>
      prices.map((priceTicks): ChargerSlot => ({
        seconds: 900,
        priceTicks,
        capacityMilliWh: 2_760_000,
        leastMilliWh: 1_035_000,
      })),
    );
  const car11: ChargerCar = { ...plainCar, quantumMilliWh: quantumOf(3), needMilliWh: 20_000_000 };

  test('serves a need that is no whole number of steps to the milli-watt-hour', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60_000_000 }), (slots, needMilliWh) => {
        const plan = planCharger(slots, { ...car11, needMilliWh });
        expect(plan.servedMilliWh).toBe(
          Math.min(needMilliWh, total(slots.map((slot) => slot.capacityMilliWh))),
        );
        expect(plan.cost).toBeGreaterThanOrEqual(plan.lowerBound);
      }),
      { numRuns: lawRuns(200) },
    );
  });

  test('planning the rest while it is followed costs what was promised', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 12 }), (slots, passed) => {
        const plan = planCharger(slots, car11);
        const gone = plan.energies.slice(0, passed);
        const used = new Set(
          plan.energies.flatMap((energy, slot) =>
            energy > 0 && slot >= passed ? [slot - passed] : [],
          ),
        );
        const isOn = (gone.at(-1) ?? 0) > 0;
        const begun = gone.filter(
          (energy, slot) => energy > 0 && (gone[slot - 1] ?? 0) === 0,
        ).length;
        const later = planCharger(slots.slice(passed), {
          ...car11,
          needMilliWh: car11.needMilliWh - total(gone),
          mostStarts: 3 - begun,
          isOn,
          previous: used,
        });
        const cost = (energies: readonly number[], from: number) =>
          energies.reduce(
            (sum, energy, slot) => sum + energy * (slots[from + slot]?.priceTicks ?? 0),
            0,
          );
        // The cut of the last step may move to another slot: less than one step at the dearest
        // price.
        expect(
          Math.abs(cost(later.energies, passed) - cost(plan.energies.slice(passed), passed)),
        ).toBeLessThan(quantumOf(3) * 45_000);
      }),
      { numRuns: lawRuns(200) },
    );
  });
});

describe('its edges', () => {
  const slot: ChargerSlot = { seconds: 900, capacityMilliWh: 60, leastMilliWh: 30, priceTicks: 5 };
  test('nothing needed, nothing planned', () => {
    const plan = planCharger([slot], plainCar);
    expect([plan.energies, plan.cost, plan.unservedMilliWh]).toEqual([[0], 0n, 0]);
  });
  test('no slots, no starts and a limit of zero leave everything unserved', () => {
    const car = { ...plainCar, needMilliWh: 50 };
    expect(planCharger([], car).unservedMilliWh).toBe(50);
    expect(planCharger([slot], { ...car, mostStarts: 0 }).unservedMilliWh).toBe(50);
    expect(planCharger([{ ...slot, capacityMilliWh: 0 }], car).unservedMilliWh).toBe(50);
    expect(planCharger([{ ...slot, capacityMilliWh: 20 }], car).unservedMilliWh).toBe(50);
  });
  test('a car that cannot pause charges in one block, not in the two cheapest slots', () => {
    const slots = [1, 9, 9, 2, 3].map((priceTicks) => ({ ...slot, priceTicks }));
    const car = { ...plainCar, needMilliWh: 120 };
    expect(planCharger(slots, { ...car, mostStarts: 1 }).energies).toEqual([0, 0, 0, 60, 60]);
    expect(planCharger(slots, car).energies).toEqual([60, 0, 0, 60, 0]);
  });
  test('among equal plans it keeps the one in force, else the earliest', () => {
    const slots = [5, 5, 5, 5].map((priceTicks) => ({ ...slot, priceTicks }));
    const car = { ...plainCar, needMilliWh: 120 };
    expect(planCharger(slots, car).energies).toEqual([60, 60, 0, 0]);
    expect(planCharger(slots, { ...car, previous: new Set([2, 3]) }).energies).toEqual([
      0, 0, 60, 60,
    ]);
  });
});
