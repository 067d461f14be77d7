import { describe, expect, it } from 'vitest';
import { instantOfDay, localDay } from '../../time/local-time.ts';
import { movedBy, WallClock } from './wall-clock.ts';

const clock = new WallClock('Europe/Amsterdam');
const seconds = (iso: string) => Date.parse(iso) / 1000;
const moved = (iso: string, days: number) =>
  new Date(movedBy(seconds(iso), days, { from: clock, to: clock }) * 1000).toISOString();

describe('the wall clock', () => {
  it('knows the offset to the second on the days on which clocks change', () => {
    expect(clock.offsetS(seconds('2026-03-29T00:59:59Z'))).toBe(3_600);
    expect(clock.offsetS(seconds('2026-03-29T01:00:00Z'))).toBe(7_200);
    expect(clock.offsetS(seconds('2026-10-25T00:59:59Z'))).toBe(7_200);
    expect(clock.offsetS(seconds('2026-10-25T01:00:00Z'))).toBe(3_600);
  });

  it('agrees with instantOfDay on every quarter of the days around a change', () => {
    for (const day of ['2026-03-28', '2026-10-24']) {
      const now = seconds(`${day}T12:00:00Z`);
      for (let minutes = 0; minutes < 1_440; minutes += 15) {
        const wall = Math.floor(clock.wallS(now) / 86_400 + 1) * 86_400 + minutes * 60;
        const zone = 'Europe/Amsterdam';
        const tomorrow = localDay(now, zone) + 1;
        expect(clock.instantOf(wall)).toBe(instantOfDay({ day: tomorrow, minutes, zone }));
      }
    }
  });

  it('moves by days that keep the hour on the wall, in summer and in winter', () => {
    expect(moved('2019-01-01T00:30:08Z', 2_191)).toBe('2024-12-31T00:30:08.000Z');
    // Summer time began on 31 March 2019 and on 30 March 2025.
    expect(moved('2019-03-31T12:00:00Z', 2_191)).toBe('2025-03-30T12:00:00.000Z');
    expect(moved('2019-03-30T12:00:00Z', 2_192)).toBe('2025-03-30T11:00:00.000Z');
  });

  it('puts the wall clock of one zone on another', () => {
    const from = new WallClock('America/Los_Angeles');
    const at = movedBy(seconds('2019-06-03T16:00:00Z'), 0, { from, to: clock });
    expect(new Date(at * 1000).toISOString()).toBe('2019-06-03T07:00:00.000Z');
  });
});
