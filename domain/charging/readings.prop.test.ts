import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { plausibleReadings, type RegisterReading } from './readings.ts';

/** A busy machine must not fail a law. */
const SLOW = { timeout: 60_000 };
const RATED_W = 11_000;
const START_AT = 1_772_409_600;

const steps = fc.array(
  fc.record({ seconds: fc.integer({ min: 1, max: 900 }), powerW: fc.nat(RATED_W) }),
  { minLength: 2, maxLength: 40 },
);

/** An honest trace of the given powers. */
function traceOf(spans: { seconds: number; powerW: number }[]): RegisterReading[] {
  let at = START_AT;
  let registerMilliWh = 5_000_000;
  return spans.map(({ seconds, powerW }) => {
    at += seconds;
    registerMilliWh += Math.floor((powerW * seconds) / 3.6);
    return { at, receivedAt: at + 2, registerMilliWh, powerW: null };
  });
}

function accept(readings: RegisterReading[]) {
  return plausibleReadings({ readings, ratedPowerW: RATED_W, clockToleranceS: 60 });
}

function sortBy(readings: RegisterReading[], ranks: number[]): RegisterReading[] {
  return readings
    .map((reading, i) => ({ reading, rank: ranks[i % ranks.length] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ reading }) => reading);
}

describe('laws of plausible readings', SLOW, () => {
  it('an honest trace is accepted whole', () => {
    fc.assert(
      fc.property(steps, (spans) => {
        const trace = traceOf(spans);
        expect(accept(trace)).toEqual({ accepted: trace, flagged: [] });
      }),
      { numRuns: lawRuns() },
    );
  });

  it('one absurd register costs itself and no honest reading', () => {
    const absurd = fc.record({ place: fc.nat(39), milliWh: fc.constantFrom(0, 5_000, 9e11) });
    fc.assert(
      fc.property(steps, absurd, (spans, { place, milliWh }) => {
        const honest = traceOf(spans);
        fc.pre(honest.length > 4);
        const trace = honest.map((reading, i) =>
          i === place % honest.length ? { ...reading, registerMilliWh: milliWh } : reading,
        );
        const { accepted, flagged } = accept(trace);
        expect(accepted).toEqual(honest.filter((_, i) => i !== place % honest.length));
        expect(flagged.map((f) => f.reading.registerMilliWh)).toEqual([milliWh]);
      }),
      { numRuns: lawRuns() },
    );
  });

  it('any order of arbitrary readings gives the same answer, a plausible chain', () => {
    const arbitrary = fc.array(
      fc.record({
        at: fc.integer({ min: START_AT, max: START_AT + 3_600 }),
        receivedAt: fc.integer({ min: START_AT - 100, max: START_AT + 7_200 }),
        registerMilliWh: fc.nat(12_000_000),
        powerW: fc.option(fc.nat(RATED_W)),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(arbitrary, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (all, ranks) => {
        const result = accept(all);
        expect(accept(sortBy(all, ranks))).toEqual(result);
        result.accepted.slice(1).forEach((reading, i) => {
          const before = result.accepted[i];
          const seconds = reading.at - (before?.at ?? 0);
          const rise = reading.registerMilliWh - (before?.registerMilliWh ?? 0);
          expect(seconds).toBeGreaterThan(0);
          expect(rise).toBeGreaterThanOrEqual(0);
          expect(rise * 36).toBeLessThanOrEqual(11 * RATED_W * (seconds + 1));
        });
      }),
      { numRuns: lawRuns() },
    );
  });

  it('no plausible chain is longer than the accepted one', () => {
    const points = fc.uniqueArray(
      fc.record({ minute: fc.nat(60), registerWh: fc.integer({ min: 0, max: 9 }) }),
      { selector: (point) => point.minute, maxLength: 20 },
    );
    fc.assert(
      fc.property(points, (drawn) => {
        const trace = drawn.map(({ minute, registerWh }) => {
          const at = START_AT + minute * 60;
          return { at, receivedAt: at, registerMilliWh: registerWh * 1_000_000, powerW: null };
        });
        expect(accept(trace).accepted.length).toBeGreaterThanOrEqual(longestByPairs(trace));
      }),
      { numRuns: lawRuns() },
    );
  });
});

/** The longest chain by comparing all pairs, without the second for floored times. */
function longestByPairs(trace: RegisterReading[]): number {
  const sorted = [...trace].sort((a, b) => a.at - b.at);
  const lengths: number[] = [];
  sorted.forEach((reading, j) => {
    const before = sorted.slice(0, j).map((earlier, i) => {
      const rise = reading.registerMilliWh - earlier.registerMilliWh;
      const fits = rise >= 0 && rise * 36 <= 11 * RATED_W * (reading.at - earlier.at);
      return fits ? (lengths[i] ?? 0) : 0;
    });
    lengths.push(1 + Math.max(0, ...before));
  });
  return Math.max(0, ...lengths);
}
