import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { LimitFleet, type FleetStay } from './limit-fleet.ts';
import { quarterSeries } from './quarter-series.ts';
import { SlotSolver } from './slot-solver.ts';

const ORIGIN = 1_700_000_100;
const SLOTS = 7;
const ticksOf = fc.array(fc.integer({ min: -4, max: 9 }), { minLength: SLOTS, maxLength: SLOTS });
const freeOf = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: SLOTS, maxLength: SLOTS });
// All plug in at the start of the first quarter, so that all of the plan can still change.
const stayOf = fc.record({
  quarters: fc.integer({ min: 1, max: SLOTS }),
  powerW: fc.integer({ min: 1, max: 4 }).map((step) => step * 4),
  energyMilliWh: fc.integer({ min: 0, max: 9_000 }),
});
type Car = FleetStay & { name: number };

function carsOf(stays: readonly { quarters: number; powerW: number; energyMilliWh: number }[]): Car[] {
  return stays.map(({ quarters, powerW, energyMilliWh }, name) => ({
    name, powerW, energyMilliWh, plugInAt: ORIGIN, plugOutAt: ORIGIN + quarters * 900,
  }));
}

function plan(ticks: readonly number[], free: readonly number[], cars: readonly Car[]) {
  const prices = quarterSeries(ticks.map((value, i) => ({ startAt: ORIGIN + i * 900, seconds: 900, value })));
  const left = Float64Array.from(free);
  const fleet = new LimitFleet<Car>(prices, left);
  for (const car of cars) fleet.add(car);
  const answers = fleet.rest();
  return { prices, left, answers };
}

/** Least cost of the most energy by successive shortest paths with Bellman–Ford: slow and plain. */
function bestOf(ticks: readonly number[], free: readonly number[], cars: readonly Car[]) {
  const sink = 1 + cars.length + SLOTS;
  const edges: { from: number; to: number; room: number; cost: number }[] = [];
  const link = (from: number, to: number, [room, cost]: [number, number]) => {
    edges.push({ from, to, room, cost }, { from: to, to: from, room: 0, cost: -cost });
  };
  cars.forEach((car, c) => {
    link(0, 1 + c, [car.energyMilliWh, 0]);
    for (let t = 0; t < (car.plugOutAt - ORIGIN) / 900; t += 1) {
      link(1 + c, 1 + cars.length + t, [Math.floor((car.powerW * 900 * 10) / 36), 0]);
    }
  });
  ticks.forEach((cost, t) => link(1 + cars.length + t, sink, [free[t] ?? 0, cost]));
  let [flow, cost] = [0, 0];
  for (;;) {
    const far = Array.from({ length: sink + 1 }, () => Number.POSITIVE_INFINITY);
    const by: number[] = [];
    far[0] = 0;
    for (let round = 0; round <= sink; round += 1) {
      edges.forEach(({ from, to, room, cost: step }, e) => {
        const via = (far[from] ?? 0) + step;
        if (room > 0 && via < (far[to] ?? 0)) [far[to], by[to]] = [via, e];
      });
    }
    const total = far[sink] ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(total)) return { flow, cost };
    const path: number[] = [];
    for (let node = sink; node !== 0; node = edges[by[node] ?? 0]?.from ?? 0) path.push(by[node] ?? 0);
    const amount = Math.min(...path.map((e) => edges[e]?.room ?? 0));
    for (const e of path) {
      const [edge, back] = [edges[e], edges[e ^ 1]];
      if (edge !== undefined) edge.room -= amount;
      if (back !== undefined) back.room += amount;
    }
    flow += amount;
    cost += amount * total;
  }
}

test('cars under one limit get the most energy at the least cost that any plan could', () => {
  fc.assert(
    fc.property(ticksOf, freeOf, fc.array(stayOf, { maxLength: 5 }), (ticks, free, stays) => {
      const cars = carsOf(stays);
      // The quarter of the plug-in counts as past for cars that came before: leave it out.
      const freeLater = free.map((room, i) => (i === 0 ? 0 : room));
      const { left, answers } = plan(ticks, freeLater, cars);
      const served = answers.reduce((sum, it) => sum + it.servedMilliWh, 0);
      const cost = answers.reduce((sum, it) => sum + it.costExact, 0);
      expect({ flow: served, cost }).toEqual(bestOf(ticks, freeLater, cars));
      expect(left.every((room) => room >= 0)).toBe(true);
      const used = freeLater.reduce((sum, room, i) => sum + room - (left[i] ?? 0), 0);
      expect(used).toBe(served);
    }),
    { numRuns: lawRuns() },
  );
});

test('where the limit never binds, each car pays what it would pay alone', () => {
  fc.assert(
    fc.property(ticksOf, fc.array(stayOf, { maxLength: 5 }), (ticks, stays) => {
      const cars = carsOf(stays);
      const { prices, answers } = plan(ticks, ticks.map(() => 1e9), cars);
      const solver = new SlotSolver(prices, 900);
      for (const { stay, costExact } of answers) {
        const { plugInAt, plugOutAt, powerW } = stay;
        solver.open({ fromAt: plugInAt, toAt: plugOutAt, powerW, pricedUntilAt: plugOutAt });
        const alone = new Float64Array(solver.count);
        solver.fillCheapest(alone, stay.energyMilliWh, plugOutAt);
        expect(costExact).toBe(solver.costExact(alone));
      }
    }),
    { numRuns: lawRuns() },
  );
});

test('what was charged before a car comes is not moved', () => {
  const cars: Car[] = [
    { name: 0, powerW: 4_000, energyMilliWh: 1_000_000, plugInAt: ORIGIN, plugOutAt: ORIGIN + 3_600 },
    { name: 1, powerW: 4_000, energyMilliWh: 1_000_000, plugInAt: ORIGIN + 1_000, plugOutAt: ORIGIN + 1_800 },
  ];
  const { answers } = plan([5, 1, 9, 9, 9, 9, 9], Array.from({ length: SLOTS }, () => 1_000_000), cars);
  const costs = new Map(answers.map(({ stay, costExact }) => [stay.name, costExact]));
  // The first car holds the quarter at price 1, which has begun when the second comes.
  expect(costs.get(0)).toBe(1_000_000);
  expect(answers.find(({ stay }) => stay.name === 1)?.servedMilliWh).toBe(0);
});
