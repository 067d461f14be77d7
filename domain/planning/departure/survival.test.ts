import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_S } from '../../time/instant.ts';
import { emptyHistory, type Arrival, type DepartureHistory, type ObservedStay } from './counts.ts';
import {
  observeDeparture,
  quantileAge,
  slotSurvival,
  stayCurve,
  sureCurve,
} from './survival.ts';

const evening: Arrival = { localMinute: 18 * 60, isWorkday: true };
const learn = (stays: readonly ObservedStay[], from: DepartureHistory = emptyHistory()) =>
  stays.reduce(observeDeparture, from);
const repeat = (count: number, stay: (index: number) => ObservedStay) =>
  Array.from({ length: count }, (_, index) => stay(index));
const hoursUntilHalf = (
  history: DepartureHistory,
  arrival: Arrival,
  declaredS: number | null = null,
) => quantileAge(stayCurve(history, arrival, declaredS), 0, 0.5) / HOUR_S;

const anyStay: fc.Arbitrary<ObservedStay> = fc.record({
  arrival: fc.record({ localMinute: fc.integer({ min: 0, max: 1_439 }), isWorkday: fc.boolean() }),
  connectedS: fc.integer({ min: 0, max: 200_000 }),
  declaredS: fc.option(fc.integer({ min: 0, max: 100_000 })),
});

describe('the curve of a stay', () => {
  test('starts at one, never rises and never becomes negative, whatever was learned', () => {
    fc.assert(
      fc.property(fc.array(anyStay, { maxLength: 40 }), anyStay, (past, next) => {
        const curve = stayCurve(learn(past), next.arrival, next.declaredS);
        let before = 1 + 1e-9;
        for (let age = 0; age < 300_000; age += 1_700) {
          const alive = curve(age);
          expect(alive).toBeLessThanOrEqual(before + 1e-9);
          expect(alive).toBeGreaterThan(-1e-9);
          before = alive;
        }
        expect(curve(0)).toBeCloseTo(1, 6);
      }),
      { numRuns: 200 },
    );
  });

  test('of a driver without history is the prior: a night in the evening, an errand at noon', () => {
    const history = emptyHistory();
    expect(stayCurve(history, evening)(10 * HOUR_S)).toBeGreaterThan(0.35);
    expect(hoursUntilHalf(history, { localMinute: 720, isWorkday: true })).toBeLessThan(4);
  });

  test('follows a driver who leaves at half past seven, whenever he came', () => {
    const stays = repeat(12, (index) => ({
      arrival: { localMinute: 17 * 60 + index * 15, isWorkday: true },
      connectedS: (14.5 - index * 0.25) * HOUR_S,
      declaredS: null,
    }));
    const history = learn(stays);
    expect(hoursUntilHalf(history, { localMinute: 22 * 60, isWorkday: true })).toBeCloseTo(9.5, 0);
    expect(
      stayCurve(history, { localMinute: 22 * 60, isWorkday: true })(8 * HOUR_S),
    ).toBeGreaterThan(0.8);
  });

  test('lets the station speak for a driver it has not seen', () => {
    const stays = repeat(30, () => ({ arrival: evening, connectedS: 2 * HOUR_S, declaredS: null }));
    const seen = learn(stays);
    const stranger = { ...seen, driver: emptyHistory().driver };
    expect(stayCurve(stranger, evening)(4 * HOUR_S)).toBeLessThan(0.25);
    expect(stayCurve(emptyHistory(), evening)(4 * HOUR_S)).toBeGreaterThan(0.5);
  });

  test('is centred on what the driver declares, and shifts by what he is usually off', () => {
    const declaredS = 6 * HOUR_S;
    expect(hoursUntilHalf(emptyHistory(), evening, declaredS)).toBeCloseTo(6, 0);
    const early = repeat(20, () => ({ arrival: evening, connectedS: 5 * HOUR_S, declaredS }));
    // Errors are counted in half hours: a stay of exactly 5 h counts for 5 to 5½ h.
    expect(Math.abs(hoursUntilHalf(learn(early), evening, declaredS) - 5)).toBeLessThan(0.3);
  });

  test('grows sharper around the declarations of a driver who keeps them', () => {
    const declaredS = 6 * HOUR_S;
    const kept = learn(repeat(20, () => ({ arrival: evening, connectedS: declaredS, declaredS })));
    expect(stayCurve(kept, evening, declaredS)(5.25 * HOUR_S)).toBeGreaterThan(
      stayCurve(emptyHistory(), evening, declaredS)(5.25 * HOUR_S) + 0.1,
    );
    expect(stayCurve(kept, evening, declaredS)(7 * HOUR_S)).toBeLessThan(0.1);
  });

  test('turns to habit when declarations turn out worthless', () => {
    const stays = repeat(30, () => ({
      arrival: evening,
      connectedS: 13 * HOUR_S,
      declaredS: HOUR_S,
    }));
    expect(stayCurve(learn(stays), evening, HOUR_S)(12 * HOUR_S)).toBeGreaterThan(0.6);
  });

  test('falls back on habit once the declared time has passed and the car is still there', () => {
    const survival = slotSurvival(stayCurve(emptyHistory(), evening, 2 * HOUR_S), 5 * HOUR_S, [
      { afterS: 0, seconds: 900 },
      { afterS: 6 * HOUR_S, seconds: 900 },
    ]);
    expect(survival[0]).toBeGreaterThan(0.9);
    expect(survival[1]).toBeGreaterThan(0.4);
  });
});

describe('learning', () => {
  test('survives JSON and changes nothing in place', () => {
    const stay = { arrival: evening, connectedS: 40_000, declaredS: 41_000 };
    const before = emptyHistory();
    const once = observeDeparture(before, stay);
    expect(before).toEqual(emptyHistory());
    const parsed: DepartureHistory = JSON.parse(JSON.stringify(once));
    expect(observeDeparture(parsed, stay)).toEqual(observeDeparture(once, stay));
  });

  test('forgets: a new habit outweighs years of an old one', () => {
    const old = repeat(500, () => ({ arrival: evening, connectedS: 13 * HOUR_S, declaredS: null }));
    const recent = repeat(60, () => ({
      arrival: evening,
      connectedS: 3 * HOUR_S,
      declaredS: null,
    }));
    const history = learn(recent, learn(old));
    const bins = history.driver.stays['3'] ?? [];
    expect(bins.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(400);
    expect(stayCurve(history, evening)(6 * HOUR_S)).toBeLessThan(
      stayCurve(learn(old), evening)(6 * HOUR_S) - 0.1,
    );
  });
});

describe('survival per slot and quantiles', () => {
  test('a sure departure is one before and nothing after', () => {
    const slots = [0, 900, 1_800].map((afterS) => ({ afterS, seconds: 900 }));
    expect(slotSurvival(sureCurve(3_600), 1_800, slots)).toEqual([1, 1, 0]);
    expect(slotSurvival(sureCurve(3_600), 3_600, slots)).toEqual([0, 0, 0]);
    expect(quantileAge(sureCurve(3_600), 0, 0.1)).toBe(3_600);
  });
});
