import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '../../time/instant.ts';
import { usualDeparture, type WallStay } from './usual-departure.ts';

const MINUTES = 60;
/** Monday 23 November 2026, midnight on the wall. */
const MONDAY_S = Date.UTC(2026, 10, 23) / 1000;
const EVENING_S = MONDAY_S + 18 * HOUR_S;

/** Evenings before tonight, one for each end (minutes after midnight of the morning after). */
const nights = (ends: readonly number[], daysBefore: (index: number) => number): WallStay[] =>
  ends.map((end, index) => {
    const day = MONDAY_S - daysBefore(index) * DAY_S;
    return { inS: day + 18 * HOUR_S + index * 5 * MINUTES, outS: day + DAY_S + end * MINUTES };
  });
const weekly = (index: number) => 7 * (index + 1);
const tuesdayAt = (hour: number, minute: number) => MONDAY_S + DAY_S + hour * HOUR_S + minute * MINUTES;

describe('the usual departure', () => {
  test('is the time until which four of five such stays lasted, to five minutes', () => {
    const past = nights([462, 455, 470, 468, 463], weekly);
    expect(usualDeparture(past, EVENING_S)).toBe(tuesdayAt(7, 35));
  });

  test('is not moved by one stay in five that ended at another time altogether', () => {
    const early = nights([450, 450, 450, 450, 19 * 60 - 1440], weekly);
    expect(usualDeparture(early, EVENING_S)).toBe(tuesdayAt(7, 30));
    expect(usualDeparture(nights([450, 450, 450, 450, 900], weekly), EVENING_S)).toBe(tuesdayAt(7, 30));
  });

  test('of the weekday counts before that of working days in general', () => {
    const mondays = nights([462, 465, 470, 468, 463], weekly);
    const otherDays = nights([540, 540, 540, 540, 540, 540], (index) => 5 + 7 * index);
    expect(usualDeparture([...otherDays, ...mondays], EVENING_S)).toBe(tuesdayAt(7, 40));
    expect(usualDeparture(otherDays, EVENING_S)).toBe(tuesdayAt(9, 0));
  });

  test('is unknown with fewer than five such stays, whatever the others were', () => {
    const four = nights([460, 460, 460, 460], weekly);
    const mornings = four.map(({ inS }) => ({ inS: inS - 10 * HOUR_S, outS: inS - 2 * HOUR_S }));
    const freeDays = nights([460, 460], (index) => 3 + 7 * index);
    expect(usualDeparture([...four, ...mornings, ...freeDays], EVENING_S)).toBeNull();
    expect(usualDeparture([], EVENING_S)).toBeNull();
  });

  test('is unknown where fewer than four of five end within an hour of the middle', () => {
    expect(usualDeparture(nights([460, 460, 460, 460, 700], weekly), EVENING_S)).not.toBeNull();
    expect(usualDeparture(nights([460, 460, 460, 200, 700], weekly), EVENING_S)).toBeNull();
  });

  test('of who comes after midnight is that of the evening before', () => {
    const past = nights([460, 460, 460, 460, 460], weekly);
    expect(usualDeparture(past, MONDAY_S + DAY_S + 600)).toBeNull();
    const late = past.map(({ inS, outS }) => ({ inS: inS + 5.5 * HOUR_S, outS }));
    expect(usualDeparture(late, MONDAY_S + DAY_S + 600)).toBe(tuesdayAt(7, 40));
  });

  test('lies ahead, whatever the past was', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(1439), fc.nat(2 * 1440)), { maxLength: 60 }),
        fc.nat(1439),
        (stays, minute) => {
          const past = stays.map(([days, from, length]) => {
            const inS = MONDAY_S - days * DAY_S + from * MINUTES;
            return { inS, outS: inS + length * MINUTES };
          });
          const inS = MONDAY_S + minute * MINUTES;
          expect(usualDeparture(past, inS) ?? Infinity).toBeGreaterThan(inS);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
