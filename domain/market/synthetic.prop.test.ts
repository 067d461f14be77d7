import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { DAY_S, HOUR_S, QUARTER_S } from '../time/instant.ts';
import { syntheticSessions } from './synthetic-sessions.ts';
import { syntheticPrices } from './synthetic.ts';

const localOffsetS = (at: number) => (at % (50 * DAY_S) < 25 * DAY_S ? 3_600 : 7_200);
const instantArbitrary = fc.integer({ min: 0, max: 2_500_000_000 });
const spanArbitrary = fc.record({
  seed: fc.integer(),
  at: instantArbitrary,
  lengths: fc.tuple(
    fc.nat({ max: 2 * DAY_S }),
    fc.nat({ max: 2 * DAY_S }),
    fc.nat({ max: 2 * DAY_S }),
  ),
});

it('prices asked for later or for longer repeat the overlap exactly', () => {
  fc.assert(
    fc.property(spanArbitrary, ({ seed, at, lengths: [before, within, after] }) => {
      const fromAt = at + before;
      const toAt = fromAt + within;
      const short = syntheticPrices({ seed, fromAt, toAt, localOffsetS });
      const long = syntheticPrices({ seed, fromAt: at, toAt: toAt + after, localOffsetS });
      expect(long.filter((p) => p.startAt >= fromAt && p.startAt < toAt)).toEqual(short);
      expect(short.every((p) => p.startAt % QUARTER_S === 0)).toBe(true);
    }),
    { numRuns: lawRuns() },
  );
});

it('sessions asked for later or for longer repeat the overlap exactly', () => {
  fc.assert(
    fc.property(spanArbitrary, ({ seed, at, lengths: [before, within, after] }) => {
      const fromAt = at + before;
      const toAt = fromAt + within;
      const some = { seed, evseCount: 2, localOffsetS };
      const short = syntheticSessions({ ...some, fromAt, toAt });
      const long = syntheticSessions({ ...some, fromAt: at, toAt: toAt + after });
      expect(long.filter((s) => s.plugInAt >= fromAt && s.plugInAt < toAt)).toEqual(short);
    }),
    { numRuns: lawRuns() },
  );
});

it('no two cars stand at one EVSE and each energy fits into its stay', () => {
  fc.assert(
    fc.property(fc.integer(), instantArbitrary, (seed, fromAt) => {
      const span = { fromAt, toAt: fromAt + 5 * DAY_S };
      const sessions = syntheticSessions({ seed, ...span, evseCount: 1, localOffsetS });
      for (const [index, session] of sessions.entries()) {
        const seconds = session.plugOutAt - session.plugInAt;
        expect(session.plugInAt).toBeGreaterThan(sessions[index - 1]?.plugOutAt ?? 0);
        expect(session.energyMilliWh).toBeGreaterThan(0);
        expect(session.energyMilliWh * 3.6).toBeLessThanOrEqual(session.powerW * seconds);
        expect(session.energyMilliWh).toBeLessThan(session.batteryMilliWh);
        expect(seconds).toBeLessThan(24 * HOUR_S);
      }
    }),
    { numRuns: lawRuns() },
  );
});
