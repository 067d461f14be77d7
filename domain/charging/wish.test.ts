import { describe, expect, it } from 'vitest';
import { energyFromPercent, nextLocalTime } from './wish.ts';

const zone = 'Europe/Amsterdam';
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('nextLocalTime', () => {
  it('is today where the time is still ahead', () => {
    expect(nextLocalTime('21:30', seconds('2026-11-23T18:00:00+01:00'), zone)).toBe(
      seconds('2026-11-23T21:30:00+01:00'),
    );
  });
  it('is tomorrow where it has passed or is a minute away', () => {
    expect(nextLocalTime('07:00', seconds('2026-11-23T18:00:00+01:00'), zone)).toBe(
      seconds('2026-11-24T07:00:00+01:00'),
    );
    expect(nextLocalTime('18:01', seconds('2026-11-23T18:00:00+01:00'), zone)).toBe(
      seconds('2026-11-24T18:01:00+01:00'),
    );
  });
  it('keeps the wall clock over a change of the clocks', () => {
    expect(nextLocalTime('07:00', seconds('2026-03-28T22:00:00+01:00'), zone)).toBe(
      seconds('2026-03-29T07:00:00+02:00'),
    );
    expect(nextLocalTime('07:00', seconds('2026-10-24T22:00:00+02:00'), zone)).toBe(
      seconds('2026-10-25T07:00:00+01:00'),
    );
  });
  it('refuses what is no time of day', () => {
    expect(nextLocalTime('24:00', 0, zone)).toBeNull();
    expect(nextLocalTime('7 uur', 0, zone)).toBeNull();
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
