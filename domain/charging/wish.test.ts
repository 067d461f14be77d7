import { describe, expect, it } from 'vitest';
import { chooseWish, dayChoices, energyFromPercent, readyByOf } from './wish.ts';
import type { StayWish, WeeklyWish } from './wish.ts';

const zone = 'Europe/Amsterdam';
const seconds = (iso: string) => Date.parse(iso) / 1000;

const now = seconds('2026-11-23T18:00:00+01:00');
const [today = 0] = dayChoices(now, zone);
const next = (time: string, at = now) => readyByOf({ day: null, time }, at, zone);

describe('readyByOf without a day', () => {
  it('is today where the time is still ahead', () => {
    expect(next('21:30')).toBe(seconds('2026-11-23T21:30:00+01:00'));
  });
  it('is tomorrow where it has passed or is a minute away', () => {
    expect(next('07:00')).toBe(seconds('2026-11-24T07:00:00+01:00'));
    expect(next('18:01')).toBe(seconds('2026-11-24T18:01:00+01:00'));
  });
  it('keeps the wall clock over a change of the clocks', () => {
    expect(next('07:00', seconds('2026-03-28T22:00:00+01:00'))).toBe(
      seconds('2026-03-29T07:00:00+02:00'),
    );
    expect(next('07:00', seconds('2026-10-24T22:00:00+02:00'))).toBe(
      seconds('2026-10-25T07:00:00+01:00'),
    );
  });
  it('refuses what is no time of day', () => {
    expect(next('24:00')).toBeNull();
    expect(next('7 uur')).toBeNull();
  });
});

describe('readyByOf with a day', () => {
  it('is that day, however many days ahead', () => {
    expect(readyByOf({ day: today + 3, time: '07:15' }, now, zone)).toBe(
      seconds('2026-11-26T07:15:00+01:00'),
    );
  });
  it('refuses what has passed, is a minute away, or lies more than a week ahead', () => {
    expect(readyByOf({ day: today, time: '17:00' }, now, zone)).toBeNull();
    expect(readyByOf({ day: today, time: '18:01' }, now, zone)).toBeNull();
    expect(readyByOf({ day: today + 7, time: '18:00' }, now, zone)).toBe(now + 7 * 86_400);
    expect(readyByOf({ day: today + 7, time: '18:01' }, now, zone)).toBeNull();
  });
});

const HOURS = 3_600;
const workdays: WeeklyWish[] = [1, 2, 3, 4, 5].map((weekday) => ({
  weekday,
  readyByMinutes: 7 * 60 + 30,
  energyMilliWh: 20_000_000,
}));
const ask = { plugInAt: now, zone, stated: null, weekly: workdays, learned: null };
const stated: StayWish = { source: 'DRIVER', readyByAt: now + HOURS, energyMilliWh: null };

describe('chooseWish', () => {
  it('takes what was said for the stay before any habit', () => {
    const learned = { departureAt: now + 5 * HOURS, energyMilliWh: 9 };
    for (const source of ['DRIVER', 'STATION', 'MSP'] as const) {
      const said = { ...stated, source };
      expect(chooseWish({ ...ask, stated: said, learned })).toBe(said);
    }
  });
  it('takes the weekly wish of the next day that has one', () => {
    expect(chooseWish(ask)).toEqual({
      source: 'REPEATING',
      readyByAt: seconds('2026-11-24T07:30:00+01:00'),
      energyMilliWh: 20_000_000,
    });
  });
  it('looks at the weekly wishes anew where only they spoke before', () => {
    const old: StayWish = { ...stated, source: 'REPEATING' };
    expect(chooseWish({ ...ask, stated: old })?.readyByAt).not.toBe(old.readyByAt);
    expect(chooseWish({ ...ask, stated: old, weekly: [] })).toBeNull();
  });
  it('leaves a weekly time beyond 18 h to another stay', () => {
    const atWork = seconds('2026-11-24T09:00:00+01:00');
    expect(chooseWish({ ...ask, plugInAt: atWork })).toBeNull();
    expect(chooseWish({ ...ask, plugInAt: seconds('2026-11-27T18:00:00+01:00') })).toBeNull();
  });
  it('goes by the day of the learned departure, also days ahead', () => {
    const friday = seconds('2026-11-27T18:00:00+01:00');
    const learned = { departureAt: seconds('2026-11-30T08:10:00+01:00'), };
    expect(chooseWish({ ...ask, plugInAt: friday, learned })).toMatchObject({
      source: 'REPEATING',
      readyByAt: seconds('2026-11-30T07:30:00+01:00'),
    });
  });
  it('takes the history where that day has no wish, or its time has passed', () => {
    const saturday = seconds('2026-11-28T09:00:00+01:00');
    const learned = { departureAt: saturday + 6 * HOURS };
    const history = { source: 'HISTORY', readyByAt: learned.departureAt, energyMilliWh: null };
    expect(chooseWish({ ...ask, plugInAt: saturday, learned })).toEqual(history);
    const tuesday = seconds('2026-11-24T09:00:00+01:00');
    const evening = { ...learned, departureAt: tuesday + 8 * HOURS };
    expect(chooseWish({ ...ask, plugInAt: tuesday, learned: evening })?.source).toBe('HISTORY');
  });
});

describe('energyFromPercent', () => {
  it('is the share of the battery', () => {
    expect(energyFromPercent({ batteryWh: 60_000, fromPercent: 30, toPercent: 80 })).toBe(
      30_000_000,
    );
  });
  it('is not usable without a size, out of range or falling', () => {
    expect(energyFromPercent({ batteryWh: null, fromPercent: 30, toPercent: 80 })).toBeUndefined();
    expect(
      energyFromPercent({ batteryWh: 60_000, fromPercent: 80, toPercent: 30 }),
    ).toBeUndefined();
    expect(
      energyFromPercent({ batteryWh: 60_000, fromPercent: 30, toPercent: 101 }),
    ).toBeUndefined();
    expect(
      energyFromPercent({ batteryWh: 60_000, fromPercent: Number.NaN, toPercent: 80 }),
    ).toBeUndefined();
  });
});
