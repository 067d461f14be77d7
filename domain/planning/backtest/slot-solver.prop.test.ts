import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { cheapestSlots, firstEnergy, type SlotOffer } from '../cheapest-slots.ts';
import { quarterSeries } from './quarter-series.ts';
import { SlotSolver } from './slot-solver.ts';

const ORIGIN = 1_700_000_000 - (1_700_000_000 % 3_600);
const prices = fc.array(
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -50_000, max: 400_000 })),
  { minLength: 30, maxLength: 60 },
);
const stay = fc.record({
  from: fc.integer({ min: 0, max: 20 * 3_600 }),
  seconds: fc.integer({ min: 1, max: 9 * 3_600 }),
  powerW: fc.integer({ min: 100, max: 50_000 }),
  need: fc.integer({ min: 0, max: 100_000_000 }),
});

test('the fast path puts the same energy into the same slots as cheapestSlots', () => {
  const anyStep = fc.constantFrom(900 as const, 3_600 as const);
  fc.assert(
    fc.property(prices, anyStep, fc.array(stay, { minLength: 1, maxLength: 4 }), (ticks, step, stays) => {
      const series = quarterSeries(
        ticks.map((value, i) => ({ startAt: ORIGIN + i * 3_600, seconds: 3_600, value })),
      );
      // One solver for all: nothing of a stay may reach into the next.
      const solver = new SlotSolver(series, step);
      const [plan, atOnce] = [new Float64Array(1_000).fill(7), new Float64Array(1_000).fill(7)];
      for (const { from, seconds, powerW, need } of stays) {
        const fromAt = ORIGIN + from;
        const toAt = fromAt + seconds;
        expect(solver.open({ fromAt, toAt, powerW, pricedUntilAt: toAt })).toBe(true);
        const offers: SlotOffer[] = Array.from({ length: solver.count }, (_, i) => ({
          capacityMilliWh: solver.capacity(i, toAt),
          priceTicks: ticks[Math.floor(((solver.starts[i] ?? 0) - ORIGIN) / 3_600)] ?? null,
        }));
        plan.fill(0, 0, solver.count);
        solver.fillCheapest(plan, need, toAt);
        solver.fillFirst(atOnce, need, toAt);
        expect([...plan.subarray(0, solver.count)]).toEqual(cheapestSlots(offers, need));
        expect([...atOnce.subarray(0, solver.count)]).toEqual(firstEnergy(offers, need));
      }
    }),
    { numRuns: lawRuns() },
  );
});

test('a price that is missing inside the stay is reported, one after it is not', () => {
  const series = quarterSeries([{ startAt: ORIGIN, seconds: 3_600, value: 5 }]);
  const solver = new SlotSolver(series, 900);
  const ask = (toAt: number, pricedUntilAt: number) =>
    solver.open({ fromAt: ORIGIN, toAt, powerW: 1_000, pricedUntilAt });
  expect(ask(ORIGIN + 3_601, ORIGIN + 3_601)).toBe(false);
  expect(ask(ORIGIN + 3_600, ORIGIN + 3_600)).toBe(true);
  expect(ask(ORIGIN + 7_200, ORIGIN + 3_600)).toBe(true);
  const plan = new Float64Array(solver.count);
  expect(solver.fillCheapest(plan, 1_500_000, ORIGIN + 7_200)).toBe(500_000);
});
