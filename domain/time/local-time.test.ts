import { describe, expect, it } from 'vitest';
import { localInstant } from './local-time.ts';

const zone = 'Europe/Amsterdam';
const seconds = (iso: string) => Date.parse(iso) / 1000;

describe('localInstant', () => {
  it('moves a time that the clocks skip to after the change', () => {
    const now = seconds('2026-03-29T00:30:00+01:00');
    expect(localInstant({ now, daysAhead: 0, minutes: 150, zone })).toBe(
      seconds('2026-03-29T03:30:00+02:00'),
    );
  });
  it('takes the first of a time that comes twice', () => {
    const now = seconds('2026-10-25T00:30:00+02:00');
    expect(localInstant({ now, daysAhead: 0, minutes: 150, zone })).toBe(
      seconds('2026-10-25T02:30:00+02:00'),
    );
  });
  it('counts days by the wall clock, not by 24 h', () => {
    const now = seconds('2026-10-24T23:30:00+02:00');
    expect(localInstant({ now, daysAhead: 1, minutes: 1_410, zone })).toBe(
      seconds('2026-10-25T23:30:00+01:00'),
    );
  });
});
