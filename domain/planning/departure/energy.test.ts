import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emptyEnergy, energySteps, ENERGY_STEPS, expectedEnergy, observeEnergy, type TakenEnergy,
} from './energy.ts';

const KWH = 1_000_000;
const learned = (taken: readonly TakenEnergy[]) => taken.reduce(observeEnergy, emptyEnergy());
const whole = (kWh: number, times: number): TakenEnergy[] =>
  Array.from({ length: times }, () => ({ energyMilliWh: kWh * KWH, isCut: false }));

const anyTaken = fc.array(
  fc.record({ energyMilliWh: fc.nat(130 * KWH), isCut: fc.boolean() }), { maxLength: 60 },
);

describe('what a stay is expected to take', () => {
  test('is 30 kWh, ten of them first, where nobody has a history', () => {
    const { firstMilliWh, targetsMilliWh } = expectedEnergy(energySteps(emptyEnergy()));
    expect([firstMilliWh, targetsMilliWh[0]]).toEqual([10 * KWH, 30 * KWH]);
  });

  test('follows the driver within a few stays, and leans on the station until then', () => {
    const station = learned(whole(8, 200));
    const stranger = { ...station, driver: emptyEnergy().driver };
    const known = whole(45, 12).reduce(observeEnergy, stranger);
    const [of, ofKnown] = [stranger, known].map((it) => expectedEnergy(energySteps(it)));
    expect(of?.targetsMilliWh[0]).toBeLessThanOrEqual(12 * KWH);
    expect(of?.firstMilliWh).toBeLessThanOrEqual(8 * KWH);
    expect(ofKnown?.targetsMilliWh[0]).toBeGreaterThanOrEqual(45 * KWH);
    expect(ofKnown?.targetsMilliWh[0]).toBeLessThan(50 * KWH);
  });

  test('is not made smaller by stays that were cut short', () => {
    const before = energySteps(learned(whole(40, 30)));
    const cut = Array.from({ length: 10 }, () => ({ energyMilliWh: 2 * KWH, isCut: true }));
    const after = energySteps(learned([...whole(40, 30), ...cut]));
    expect(after[38]).toBeGreaterThan((before[38] ?? 1) - 0.05);
    const taken = energySteps(learned([...whole(40, 30), ...whole(2, 10)]));
    expect(taken[38]).toBeLessThan((before[38] ?? 0) - 0.1);
  });

  test('takes no notice of a stay that took nothing', () => {
    const history = learned(whole(9, 3));
    expect(observeEnergy(history, { energyMilliWh: 20_000, isCut: false })).toBe(history);
  });

  test('never rises with more energy, and its targets do, up to the last', () => {
    fc.assert(
      fc.property(anyTaken, (taken) => {
        const steps = energySteps(learned(taken));
        expect(steps).toHaveLength(ENERGY_STEPS + 1);
        expect(steps[0]).toBe(1);
        steps.forEach((chance, k) => {
          expect(chance).toBeLessThanOrEqual(steps[k - 1] ?? 1);
          expect(chance).toBeGreaterThanOrEqual(0);
        });
        const { firstMilliWh, targetsMilliWh } = expectedEnergy(steps);
        expect(targetsMilliWh.at(-1)).toBe(ENERGY_STEPS * KWH);
        expect(firstMilliWh).toBeLessThanOrEqual(Math.min(10 * KWH, targetsMilliWh[0] ?? 0));
        targetsMilliWh.forEach((target, index) => {
          expect(target).toBeGreaterThan(targetsMilliWh[index - 1] ?? 0);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('counts each stay once, whatever it took', () => {
    fc.assert(
      fc.property(anyTaken, (taken) => {
        const charged = taken.filter(({ energyMilliWh }) => energyMilliWh >= 100_000).length;
        const { everybody } = learned(taken);
        expect(everybody.reduce((all, one) => all + one, 0)).toBeCloseTo(charged, 2);
      }),
      { numRuns: 300 },
    );
  });
});
