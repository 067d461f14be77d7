import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { localDay, weekdayOf } from '../time/local-time.ts';
import { chooseWish, readyByOf } from './wish.ts';

const RUNS = { numRuns: lawRuns() };
const zones = fc.constantFrom('Europe/Amsterdam', 'Europe/Lisbon', 'UTC', 'Asia/Kolkata');
const instants = fc.integer({ min: 1_700_000_000, max: 1_900_000_000 });
const weeklies = fc.uniqueArray(
  fc.record({
    weekday: fc.integer({ min: 1, max: 7 }),
    readyByMinutes: fc.integer({ min: 0, max: 1_439 }),
    energyMilliWh: fc.option(fc.integer({ min: 0, max: 100_000_000 })),
  }),
  { selector: ({ weekday }) => weekday, maxLength: 7 },
);

it('a time of day always finds an instant within the next two days', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 0, max: 1_439 }), zones, (now, minutes, zone) => {
      const two = (value: number) => String(value).padStart(2, '0');
      const time = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
      const at = readyByOf({ day: null, time }, now, zone) ?? 0;
      expect(at - now).toBeGreaterThanOrEqual(300);
      // A day has 25 hours at most.
      expect(at - now).toBeLessThanOrEqual(25 * 3_600 + 300);
    }),
    RUNS,
  );
});

it('a weekly wish is ahead of plug-in, within 18 h, and of that weekday', () => {
  fc.assert(
    fc.property(instants, zones, weeklies, (plugInAt, zone, weekly) => {
      const chosen = chooseWish({ plugInAt, zone, weekly, stated: null, learned: null });
      if (chosen === null) return;
      const at = chosen.readyByAt ?? 0;
      expect(at).toBeGreaterThan(plugInAt);
      expect(at).toBeLessThanOrEqual(plugInAt + 18 * 3_600);
      const own = weekly.find(({ weekday }) => weekday === weekdayOf(localDay(at, zone)));
      expect(own?.energyMilliWh).toBe(chosen.energyMilliWh);
    }),
    RUNS,
  );
});
