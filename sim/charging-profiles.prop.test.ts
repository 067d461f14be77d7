import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  type LimitContext,
  type StoredProfile,
  compositeSchedule,
  nextBoundaryMs,
  offeredMilliA,
} from './charging-profiles.ts';
import { lawRuns } from '#domain/law-runs.test-support.ts';

// A second alone, more on a machine that runs other suites beside it.
vi.setConfig({ testTimeout: 30_000 });
const RUNS = { numRuns: lawRuns() };
const BASE = Date.parse('2026-03-02T00:00:00Z');
const DAY_S = 86_400;

const context: LimitContext = {
  evseId: 1,
  phases: 3,
  hardwareMilliA: 32_000,
  transaction: { id: 'tx', startedAtMs: BASE + 7_000 },
  sharers: 1,
};

const periods = fc
  .uniqueArray(fc.integer({ min: 1, max: 2 * DAY_S }), { maxLength: 8 })
  .chain((starts) =>
    fc
      .array(fc.integer({ min: 0, max: 400 }), {
        minLength: starts.length + 1,
        maxLength: starts.length + 1,
      })
      .map((limits) =>
        [0, ...starts.toSorted((a, b) => a - b)].map((startS, index) => ({
          startS,
          limit: (limits[index] ?? 0) / 10,
          phases: 3 as const,
        })),
      ),
  );
const instant = fc.integer({ min: -DAY_S, max: DAY_S }).map((s) => BASE + s * 1_000);
const profile: fc.Arbitrary<StoredProfile> = fc.record({
  id: fc.integer({ min: 1, max: 9 }),
  evseId: fc.constantFrom(0, 1),
  stackLevel: fc.integer({ min: 0, max: 3 }),
  purpose: fc.constantFrom('StationMax', 'TxDefault', 'Tx'),
  kind: fc.constantFrom('Absolute', 'Relative', 'Recurring'),
  recurrency: fc.constant('Daily'),
  validFromMs: fc.option(instant),
  validToMs: fc.option(instant),
  transactionId: fc.constantFrom(null, 'tx', 'other'),
  schedule: fc.record({
    startMs: fc.option(instant),
    durationS: fc.option(fc.integer({ min: 1, max: DAY_S })),
    unit: fc.constant('A' as const),
    periods,
  }),
});
const profiles = fc.array(profile, { maxLength: 5 });

test('Between two boundaries the offer does not change', () => {
  fc.assert(
    fc.property(profiles, instant, fc.double({ min: 0, max: 1, noNaN: true }), (list, at, part) => {
      const next = Math.min(nextBoundaryMs(list, context, at), at + DAY_S * 1_000);
      const between = at + Math.floor((next - 1 - at) * part);
      expect(offeredMilliA(list, context, between)).toBe(offeredMilliA(list, context, at));
    }),
    RUNS,
  );
});

test('The composite schedule says at every second what is offered at that second', () => {
  fc.assert(
    fc.property(profiles, instant, fc.integer({ min: 0, max: DAY_S - 1 }), (list, from, s) => {
      const found = compositeSchedule(list, context, { fromMs: from, durationS: DAY_S });
      const active = found.filter((period) => period.startS <= s).at(-1);
      expect(found[0]?.startS).toBe(0);
      expect(active?.milliA).toBe(offeredMilliA(list, context, from + s * 1_000));
      for (const [i, period] of found.entries()) {
        if (i > 0) expect(period.milliA).not.toBe(found[i - 1]?.milliA);
      }
    }),
    RUNS,
  );
});

test('The offer is 0 or at least 6 A, never above the hardware or any station maximum', () => {
  fc.assert(
    fc.property(profiles, instant, (list, at) => {
      const offered = offeredMilliA(list, context, at);
      expect(offered === 0 || (offered >= 6_000 && offered <= 32_000)).toBe(true);
      const maxima = list.filter((entry) => entry.purpose === 'StationMax');
      expect(offered).toBeLessThanOrEqual(offeredMilliA(maxima, context, at));
    }),
    RUNS,
  );
});

test('Profiles of another transaction change nothing', () => {
  fc.assert(
    fc.property(profiles, profile, instant, (list, extra, at) => {
      const foreign = { ...extra, purpose: 'Tx' as const, transactionId: 'other' };
      expect(offeredMilliA([...list, foreign], context, at)).toBe(
        offeredMilliA(list, context, at),
      );
    }),
    RUNS,
  );
});
