import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { HOUR_S, QUARTER_S } from '../time/instant.ts';
import { contractCurve, gapsIn, priceAt } from './curve.ts';
import type { PriceInterval } from './price.ts';

const T0 = 1_767_571_200;
const HOURS = 12;

const intervalsArbitrary: fc.Arbitrary<PriceInterval[]> = fc
  .array(
    fc.record({
      isHour: fc.boolean(),
      slot: fc.nat({ max: HOURS * 4 - 1 }),
      priceTicks: fc.integer({ min: -6_000, max: 40_000 }),
      kind: fc.constantFrom('published' as const, 'expected' as const),
    }),
    { maxLength: 60 },
  )
  .map((rows) => {
    const byKey = new Map<string, PriceInterval>();
    for (const { isHour, slot, priceTicks, kind } of rows) {
      const seconds = isHour ? HOUR_S : QUARTER_S;
      const startAt = T0 + (isHour ? Math.floor(slot / 4) * HOUR_S : slot * QUARTER_S);
      byKey.set(`${startAt}/${seconds}/${kind}`, { startAt, seconds, priceTicks, kind });
    }
    return [...byKey.values()];
  });
const mtuArbitrary = fc.constantFrom(900 as const, 3600 as const);

it('makes ascending quarters that do not overlap, whatever the order of the prices', () => {
  fc.assert(
    fc.property(intervalsArbitrary, mtuArbitrary, fc.nat(), (intervals, mtuSeconds, turn) => {
      const curve = contractCurve(intervals, mtuSeconds);
      const at = intervals.length === 0 ? 0 : turn % intervals.length;
      const turned = [...intervals.slice(at), ...intervals.slice(0, at)];
      expect(contractCurve(turned, mtuSeconds)).toEqual(curve);
      for (const [index, interval] of curve.entries()) {
        expect(interval.seconds).toBe(QUARTER_S);
        expect(interval.startAt).toBeGreaterThan(curve[index - 1]?.startAt ?? 0);
      }
    }),
    { numRuns: lawRuns() },
  );
});

it('brought to quarters once, stays as it is', () => {
  fc.assert(
    fc.property(intervalsArbitrary, mtuArbitrary, (intervals, mtuSeconds) => {
      const curve = contractCurve(intervals, mtuSeconds);
      expect(contractCurve(curve, mtuSeconds)).toEqual(curve);
    }),
    { numRuns: lawRuns() },
  );
});

it('every second has a price or lies in a gap, never both', () => {
  const instant = fc.integer({ min: T0 - HOUR_S, max: T0 + (HOURS + 1) * HOUR_S });
  fc.assert(
    fc.property(intervalsArbitrary, instant, instant, (intervals, one, other) => {
      const curve = contractCurve(intervals, 900);
      const fromAt = Math.min(one, other);
      const toAt = Math.max(one, other);
      const gaps = gapsIn(curve, fromAt, toAt);
      for (let at = fromAt; at < toAt; at += 317) {
        const inGap = gaps.some((gap) => gap.fromAt <= at && at < gap.toAt);
        expect(priceAt(curve, at) === null).toBe(inGap);
      }
    }),
    { numRuns: lawRuns() },
  );
});
