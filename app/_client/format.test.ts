import { describe, expect, it } from 'vitest';
import { clockTime, duration, eur, eurExact, eurFull, pricePerKwh, whenTime } from './format.ts';

const zone = 'Europe/Amsterdam';
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('money and prices', () => {
  it('say that they are unknown, never 0', () => {
    expect(eur(null)).toBe('unknown');
    expect(pricePerKwh(null)).toBe('price unknown');
  });
  it('show cents, micro-euro and negative amounts', () => {
    expect(eur('1234567')).toBe('€1.23');
    expect(eur('-120000')).toBe('−€0.12');
    expect(eurFull('-1234567')).toBe('−€1.234567');
    expect(eurFull('5')).toBe('€0.000005');
    expect(eurExact('160674200001', 6)).toBe('€1.606742');
    expect(pricePerKwh(-1_250)).toBe('−1.3 ct/kWh');
  });
});

describe('times', () => {
  const now = seconds('2026-11-23T21:00:00+01:00');
  it('are in the site’s zone', () => {
    expect(clockTime(seconds('2026-11-23T05:40:00Z'), zone)).toBe('06:40');
  });
  it('name the day where it is not today', () => {
    expect(whenTime(seconds('2026-11-23T23:15:00+01:00'), now, zone)).toBe('23:15');
    expect(whenTime(seconds('2026-11-24T03:15:00+01:00'), now, zone)).toBe('tomorrow 03:15');
    expect(whenTime(seconds('2026-11-26T03:15:00+01:00'), now, zone)).toBe('Thu 26 Nov, 03:15');
  });
  it('tell durations in units people use', () => {
    expect([40, 720, 7_200, 7_500].map(duration)).toEqual(['40 s', '12 min', '2 h', '2 h 05 min']);
  });
});
