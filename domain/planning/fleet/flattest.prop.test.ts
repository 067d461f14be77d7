import fc from 'fast-check';
import loadHighs from 'highs';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import type { FleetProblem, SparseEnergy } from './fleet.ts';
import { balanceOf, flattestLoad, type FlattestProblem } from './flattest.ts';
import { powerOf, randomFleet, sketch } from './random-fleet.test-support.ts';
import { createWorkspace, solveFleet } from './solve-fleet.ts';


/** With each stay's slots spelled out: stay i owns arcs offset[i] ≤ a < offset[i + 1]. */
type Drawn = FlattestProblem & { offset: Int32Array; slot: Int32Array; capWh: Int32Array };

/** Stays in windows of a few slots; small enough to hold against a quadratic program. */
const drawn = (slots: number, most: number): fc.Arbitrary<Drawn> =>
  fc
    .record({
      stays: fc.array(
        fc.record({
          from: fc.nat(slots - 1),
          length: fc.integer({ min: 1, max: slots }),
          need: fc.nat(most * 3),
          caps: fc.array(fc.nat(most), { minLength: slots, maxLength: slots }),
        }),
        { maxLength: 6 },
      ),
      base: fc.array(fc.integer({ min: -most, max: most * 3 }), {
        minLength: slots,
        maxLength: slots,
      }),
      price: fc.array(fc.integer({ min: -9, max: 30 }), { minLength: slots, maxLength: slots }),
      limit: fc.option(fc.array(fc.nat(most * 4), { minLength: slots, maxLength: slots })),
      weight: fc.constantFrom(0, 0.25, 0.5, 1),
      ticksPerWh: fc.constantFrom(1, 0.5, 2),
    })
    .map(({ stays, base, price, limit, weight, ticksPerWh }) => {
      const offset = [0];
      const [slot, cap]: [number[], number[]] = [[], []];
      for (const stay of stays) {
        for (let at = stay.from; at < Math.min(slots, stay.from + stay.length); at += 1) {
          slot.push(at);
          cap.push(stay.caps[at] ?? 0);
        }
        offset.push(slot.length);
      }
      return {
        slots,
        sessions: stays.length,
        from: Int32Array.from(stays, (stay) => stay.from),
        until: Int32Array.from(stays, (stay) => Math.min(slots, stay.from + stay.length)),
        needWh: Int32Array.from(stays, (stay) => stay.need),
        power: {
          kind: 'perSlot' as const,
          offset: Int32Array.from(offset),
          capWh: Int32Array.from(cap),
        },
        offset: Int32Array.from(offset),
        slot: Int32Array.from(slot),
        capWh: Int32Array.from(cap),
        baseWh: Int32Array.from(base),
        limitWh: limit === null ? null : Int32Array.from(limit),
        priceTicks: Int32Array.from(price),
        weight,
        ticksPerWh,
      };
    });

/** The objective, times two: whole numbers for the weights and rates above but for a factor. */
const objective = (problem: FlattestProblem, load: ArrayLike<number>): number =>
  Array.from({ length: problem.slots }, (_, slot) => {
    const [wh, base] = [load[slot] ?? 0, problem.baseWh[slot] ?? 0];
    return (
      (1 - problem.weight) * (problem.priceTicks[slot] ?? 0) * wh +
      (problem.weight * problem.ticksPerWh * ((base + wh) * (base + wh + 1) - base * (base + 1))) /
        2
    );
  }).reduce((sum, part) => sum + part, 0);

/** All loads that serve the most, by trying every energy of every stay. */
function bestByTrying(problem: Drawn): { served: number; value: number } {
  let best = { served: -1, value: Infinity };
  const load = Array.from({ length: problem.slots }, () => 0);
  const walk = (stay: number, arc: number, left: number, served: number): void => {
    if (stay === problem.needWh.length) {
      const value = objective(problem, load);
      if (served > best.served || (served === best.served && value < best.value))
        best = { served, value };
      return;
    }
    if (arc === problem.offset[stay + 1]) {
      walk(stay + 1, arc, problem.needWh[stay + 1] ?? 0, served);
      return;
    }
    const slot = problem.slot[arc] ?? 0;
    const room = (problem.limitWh?.[slot] ?? Infinity) - (load[slot] ?? 0);
    for (let wh = 0; wh <= Math.min(left, problem.capWh[arc] ?? 0, room); wh += 1) {
      load[slot] = (load[slot] ?? 0) + wh;
      walk(stay, arc + 1, left - wh, served + wh);
      load[slot] = (load[slot] ?? 0) - wh;
    }
  };
  walk(0, 0, problem.needWh[0] ?? 0, 0);
  return best;
}

describe('the flattest load and the blend with price', () => {
  const tiny = drawn(3, 2).filter((problem) => problem.needWh.length <= 3);

  test('is what trying every load finds', () => {
    fc.assert(
      fc.property(tiny, (problem) => {
        const plan = flattestLoad(problem);
        const best = bestByTrying(problem);
        expect(plan.loadWh.reduce((sum, wh) => sum + wh, 0)).toBe(best.served);
        expect(objective(problem, plan.loadWh)).toBeCloseTo(best.value, 9);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('keeps each need, each cap and each limit, and proves itself', () => {
    fc.assert(
      fc.property(drawn(12, 40), (problem) => {
        const plan = flattestLoad(problem);
        const load = new Float64Array(problem.slots);
        for (const [stay, need] of problem.needWh.entries()) {
          let served = 0;
          const caps = new Map<number, number>();
          for (
            let arc = problem.offset[stay] ?? 0;
            arc < (problem.offset[stay + 1] ?? 0);
            arc += 1
          ) {
            caps.set(problem.slot[arc] ?? 0, problem.capWh[arc] ?? 0);
          }
          for (
            let at = plan.energy.offset[stay] ?? 0;
            at < (plan.energy.offset[stay + 1] ?? 0);
            at += 1
          ) {
            const [slot, wh] = [plan.energy.slot[at] ?? 0, plan.energy.energyWh[at] ?? 0];
            expect(wh > 0 && wh <= (caps.get(slot) ?? 0)).toBe(true);
            served += wh;
            load[slot] = (load[slot] ?? 0) + wh;
          }
          expect(served + (plan.unservedWh[stay] ?? 0)).toBe(need);
        }
        expect(plan.loadWh).toEqual(load);
        load.forEach((wh, slot) =>
          expect(wh).toBeLessThanOrEqual(problem.limitWh?.[slot] ?? Infinity),
        );
      }),
      { numRuns: lawRuns() },
    );
  });

  test('at flatness only has the lowest possible peak, as the linear program says', async () => {
    const highs = await loadHighs();
    const some = drawn(6, 30).filter(
      (problem) => problem.needWh.length > 0 && problem.slot.length > 0,
    );
    fc.assert(
      fc.property(some, (problem) => {
        const flat = { ...problem, weight: 1, limitWh: null };
        const plan = flattestLoad(flat);
        const rows: string[] = [];
        for (const [stay, need] of flat.needWh.entries()) {
          const arcs = Array.from(
            { length: (flat.offset[stay + 1] ?? 0) - (flat.offset[stay] ?? 0) },
            (_, index) => `x${(flat.offset[stay] ?? 0) + index}`,
          );
          rows.push(`${arcs.join(' + ')} = ${need - (plan.unservedWh[stay] ?? 0)}`);
        }
        for (let slot = 0; slot < flat.slots; slot += 1) {
          const arcs = [...flat.slot].flatMap((at, arc) => (at === slot ? [`- x${arc}`] : []));
          rows.push(`peak ${arcs.join(' ')} >= ${flat.baseWh[slot]}`);
        }
        const text = [
          'Minimize',
          ' obj: peak',
          'Subject To',
          ...rows.map((row, i) => ` r${i}: ${row}`),
          'Bounds',
          ' peak free',
          ...[...flat.capWh].map((cap, arc) => ` 0 <= x${arc} <= ${cap}`),
          'End',
        ].join('\n');
        const solution = highs.solve(text, { output_flag: false });
        expect(solution.Status).toBe('Optimal');
        // Whole watt-hours: the linear program may cut one.
        expect(plan.peakWh).toBe(Math.ceil(solution.ObjectiveValue - 1e-6) + 0);
      }),
      { numRuns: lawRuns(2_000) },
    );
  });

  test('moving the slider from price to flatness never lowers the cost and never raises the squares', () => {
    fc.assert(
      fc.property(drawn(8, 30), (problem) => {
        const at = (weight: number) =>
          flattestLoad({ ...problem, weight, ticksPerWh: balanceOf(problem) });
        const squares = (load: Float64Array) =>
          load.reduce((sum, wh, slot) => {
            const total = wh + (problem.baseWh[slot] ?? 0);
            return sum + total * (total + 1);
          }, 0);
        const plans = [0, 0.2, 0.5, 0.8, 1].map(at);
        for (const [index, plan] of plans.entries()) {
          const next = plans[index + 1];
          if (next === undefined) continue;
          if (index > 0) expect(squares(next.loadWh)).toBeLessThanOrEqual(squares(plan.loadWh));
          if (index < 3) expect(next.cost).toBeGreaterThanOrEqual(plan.cost);
        }
      }),
      { numRuns: lawRuns() },
    );
  });

  test('at price only costs the least of all', () => {
    fc.assert(
      fc.property(drawn(8, 30), (problem) => {
        const cheapest = flattestLoad({ ...problem, weight: 0 });
        expect(cheapest.cost).toBeLessThanOrEqual(flattestLoad({ ...problem, weight: 1 }).cost);
        expect(cheapest.cost).toBeLessThanOrEqual(flattestLoad({ ...problem, weight: 0.5 }).cost);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('serves as much as the planner by price, in one workspace after the other, and at price only costs the same', () => {
    const workspace = createWorkspace();
    const limited = sketch({ min: 1, max: 1 });
    const weights = fc.constantFrom(0, 0.01, 0.5, 1);
    fc.assert(
      fc.property(limited, weights, fc.integer({ min: -9_000, max: 9_000 }), (drawn, weight, base) => {
        const fleet = randomFleet(drawn);
        const byPrice = solveFleet(fleet);
        const plan = flattestLoad(
          {
            ...fleet,
            limitWh: fleet.limits.capWh[0] ?? null,
            // Waves: some slots stand out by more than the cars can level, some by less.
            baseWh: Int32Array.from({ length: fleet.slots }, (_, slot) => base * (slot % 3)),
            weight,
            ticksPerWh: 1,
          },
          workspace,
        );
        expect(sumOf(plan.loadWh)).toBe(sumOf(byPrice.servedWh));
        expect(sumOf(plan.unservedWh)).toBe(sumOf(byPrice.unservedWh));
        if (weight === 0) expect(plan.cost).toBe(byPrice.cost);
        expectWithinPower(fleet, plan.energy);
        plan.loadWh.forEach((wh, slot) => {
          expect(wh).toBeLessThanOrEqual(fleet.limits.capWh[0]?.[slot] ?? Infinity);
        });
      }),
      { numRuns: lawRuns() },
    );
  });
});

const sumOf = (values: ArrayLike<number> & Iterable<number>): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};

function expectWithinPower(fleet: FleetProblem, { offset, slot, energyWh }: SparseEnergy): void {
  for (let stay = 0; stay < fleet.sessions; stay += 1) {
    for (let at = offset[stay] ?? 0; at < (offset[stay + 1] ?? 0); at += 1) {
      expect(energyWh[at]).toBeLessThanOrEqual(powerOf(fleet, stay, slot[at] ?? 0));
    }
  }
}
