import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import type { PriceInterval } from '../../market/price.ts';
import type { LimitInForce, RegisterReading } from '../../settlement/facts.ts';
import { settle } from '../../settlement/settle.ts';
import { QUARTER_S, quarterStart } from '../../time/instant.ts';
import { BACKTEST_SALE_PRICE_MICRO_PER_KWH, BACKTEST_TERMS, PROBED_AFTER_S, settledSaving } from './payout.ts';
import { energyBefore, pieceOf, type Piece } from './placement.ts';
import { quarterSeries } from './quarter-series.ts';
import { SlotSolver } from './slot-solver.ts';

const ORIGIN = 1_700_000_100;
const QUARTERS = 160;
const ticksOf = fc.array(fc.integer({ min: -20_000, max: 90_000 }), { minLength: QUARTERS, maxLength: QUARTERS });
const stayOf = fc.record({
  from: fc.integer({ min: 0, max: 3_600 }),
  seconds: fc.integer({ min: 900, max: 38 * 3_600 }),
  powerW: fc.integer({ min: 1_400, max: 22_000 }),
  need: fc.integer({ min: 1_000_000, max: 60_000_000 }),
});
/**
 * A meter is read at whole seconds, so the probe's and the last slot's part charge up to a second
 * longer than their energy needs, and floors to the milli-Wh fall at different edges.
 */
const toleranceExact = (powerW: number) => (3 * (powerW / 3.6) + 2 * QUARTERS) * 110_000;

function meterOf(pieces: readonly Piece[], fromAt: number, toAt: number): RegisterReading[] {
  const at = new Set([fromAt, fromAt + PROBED_AFTER_S, toAt]);
  for (let quarter = quarterStart(fromAt) + QUARTER_S; quarter < toAt; quarter += QUARTER_S) at.add(quarter);
  for (const { fromAt: start, seconds } of pieces) at.add(start).add(start + seconds);
  return [...at].filter((instant) => instant <= toAt).sort((a, b) => a - b).map((instant) => ({
    at: instant, receivedAt: instant, powerW: null,
    registerMilliWh: pieces.reduce((sum, piece) => sum + energyBefore(piece, instant), 0),
  }));
}

function holdsBetween(pieces: readonly Piece[], fromAt: number, toAt: number): LimitInForce[] {
  const holds: LimitInForce[] = [];
  let at = fromAt;
  for (const piece of pieces.toSorted((a, b) => a.fromAt - b.fromAt)) {
    if (piece.fromAt > at) holds.push({ fromAt: at, toAt: piece.fromAt, limitW: 0 });
    at = Math.max(at, piece.fromAt + piece.seconds);
  }
  return at < toAt ? [...holds, { fromAt: at, toAt, limitW: 0 }] : holds;
}

test('the closed form of what is credited equals the settlement of metered readings', () => {
  fc.assert(
    fc.property(ticksOf, stayOf, (ticks, stay) => {
      const plugInAt = ORIGIN + stay.from;
      const plugOutAt = Math.min(plugInAt + stay.seconds, ORIGIN + QUARTERS * QUARTER_S);
      const series = quarterSeries(ticks.map((value, i) => ({ startAt: ORIGIN + i * 900, seconds: 900, value })));
      const solver = new SlotSolver(series, 900);
      solver.open({ fromAt: plugInAt, toAt: plugOutAt, powerW: stay.powerW, pricedUntilAt: plugOutAt });
      const energies = new Float64Array(solver.count);
      const left = solver.fillFirst(energies, stay.need, plugInAt + PROBED_AFTER_S);
      solver.fillCheapest(energies, left, plugOutAt);
      const pieces = Array.from({ length: solver.count }, (_, i) => pieceOf(solver, energies, { i, untilAt: plugOutAt }))
        .filter((piece) => piece !== null);
      const scratch = new Float64Array(solver.count);
      const credited = settledSaving(solver, { energies, scratch, plugInAt, untilAt: plugOutAt });
      const prices = ticks.map((priceTicks, i): PriceInterval =>
        ({ startAt: ORIGIN + i * 900, seconds: 900, priceTicks, kind: 'published' }));
      const readings = meterOf(pieces, plugInAt, plugOutAt);
      const result = settle({
        sessionId: 'x', plugInAt, plugOutAt, ratedPowerW: 22_080, prices, programme: BACKTEST_TERMS,
        salePriceMicroPerKwh: BACKTEST_SALE_PRICE_MICRO_PER_KWH, probeSeconds: 300,
        transactions: [{ id: 1, startedAt: plugInAt, stoppedAt: plugOutAt, readings }],
        limits: holdsBetween(pieces, plugInAt + PROBED_AFTER_S, plugOutAt),
      });
      if (result.kind !== 'settled') throw new Error(result.reason);
      expect(Math.abs(Number(result.savingExact) - credited)).toBeLessThanOrEqual(toleranceExact(stay.powerW));
    }),
    { numRuns: lawRuns() },
  );
});
