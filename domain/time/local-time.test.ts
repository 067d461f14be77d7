import { describe, expect, it } from 'vitest';
import { instantOfDay, localDay, weekdayOf } from './local-time.ts';

const zone = 'Europe/Amsterdam';
const seconds = (iso: string) => Date.parse(iso) / 1000;

const on = (iso: string, minutes: number) =>
  instantOfDay({ day: localDay(seconds(iso), zone), minutes, zone });

describe('instantOfDay', () => {
  it('moves a time that the clocks skip to after the change', () => {
    expect(on('2026-03-29T00:30:00+01:00', 150)).toBe(
      seconds('2026-03-29T03:30:00+02:00'),
    );
  });
  it('takes the first of a time that comes twice', () => {
    expect(on('2026-10-25T00:30:00+02:00', 150)).toBe(
      seconds('2026-10-25T02:30:00+02:00'),
    );
  });
  it('counts days by the wall clock, not by 24 h', () => {
    const day = localDay(seconds('2026-10-24T23:30:00+02:00'), zone) + 1;
    expect(instantOfDay({ day, minutes: 1_410, zone })).toBe(
      seconds('2026-10-25T23:30:00+01:00'),
    );
  });
});

describe('weekdayOf', () => {
  it('counts from Monday, in the zone where the day is', () => {
    expect(weekdayOf(localDay(seconds('2026-11-22T23:30:00+01:00'), zone))).toBe(7);
    expect(weekdayOf(localDay(seconds('2026-11-23T00:30:00+01:00'), zone))).toBe(1);
    expect(weekdayOf(localDay(seconds('2026-11-23T00:30:00+01:00'), 'UTC'))).toBe(7);
  });
});
