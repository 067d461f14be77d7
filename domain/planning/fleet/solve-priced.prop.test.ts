import fc from 'fast-check';
import loadHighs, { type Highs } from 'highs';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { solvePriced, type PricedPlan, type PricedProblem } from './solve-priced.ts';


type Drawn = {
  slots: number;
  needs: number[];
  caps: number[];
  prices: number[];
  limits: number[];
  parents: number[];
  leaves: number[];
};

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    slots: fc.integer({ min: 1, max: 6 }),
    sessions: fc.integer({ min: 0, max: 6 }),
    nodes: fc.integer({ min: 0, max: 4 }),
  })
  .chain(({ slots, sessions, nodes }) =>
    fc.record({
      slots: fc.constant(slots),
      needs: fc.array(fc.integer({ min: 0, max: 40 }), {
        minLength: sessions,
        maxLength: sessions,
      }),
      caps: fc.array(fc.integer({ min: 0, max: 12 }), {
        minLength: sessions * slots,
        maxLength: sessions * slots,
      }),
      prices: fc.array(fc.integer({ min: -9, max: 20 }), {
        minLength: sessions * slots,
        maxLength: sessions * slots,
      }),
      limits: fc.array(fc.integer({ min: -5, max: 30 }), {
        minLength: nodes * slots,
        maxLength: nodes * slots,
      }),
      parents: fc.array(fc.nat(5), { minLength: nodes, maxLength: nodes }),
      leaves: fc.array(fc.nat(5), { minLength: sessions, maxLength: sessions }),
    }),
  );

/** A negative limit below −2 stands for a node without one: null for the whole node. */
function problemOf({ slots, needs, caps, prices, limits, parents, leaves }: Drawn): PricedProblem {
  const nodes = parents.length;
  const rows = parents.map((_, node) => limits.slice(node * slots, (node + 1) * slots));
  return {
    slots,
    needWh: Int32Array.from(needs),
    offset: Int32Array.from({ length: needs.length + 1 }, (_, session) => session * slots),
    slot: Int32Array.from({ length: needs.length * slots }, (_, arc) => arc % slots),
    capWh: Int32Array.from(caps),
    priceTicks: Int32Array.from(prices),
    limits: {
      // A parent has a lower number than its child, or none.
      parent: Int32Array.from(parents, (parent, node) => (parent < node ? parent : -1)),
      capWh: rows.map((row) =>
        (row[0] ?? 0) < -2 ? null : Int32Array.from(row, (wh) => Math.max(0, wh)),
      ),
      nodeOf: Int32Array.from(leaves, (leaf) => (leaf < nodes ? leaf : -1)),
    },
  };
}

const ancestors = (problem: PricedProblem, session: number): number[] => {
  const path: number[] = [];
  for (
    let node = problem.limits.nodeOf[session] ?? -1;
    node >= 0;
    node = problem.limits.parent[node] ?? -1
  )
    path.push(node);
  return path;
};

function solveByHighs(highs: Highs, problem: PricedProblem): { unserved: number; cost: number } {
  const sessions = problem.needWh.length;
  const name = (session: number, slot: number) => `x${session}_${slot}`;
  const rows: string[] = [];
  const terms: string[] = [];
  const bounds: string[] = [];
  for (let session = 0; session < sessions; session += 1) {
    const parts = Array.from({ length: problem.slots }, (_, slot) => name(session, slot));
    rows.push(`${parts.join(' + ')} + u${session} = ${problem.needWh[session]}`);
    terms.push(`+ 100000 u${session}`);
    for (const [slot, part] of parts.entries()) {
      const arc = session * problem.slots + slot;
      const price = problem.priceTicks[arc] ?? 0;
      terms.push(`${price < 0 ? '-' : '+'} ${Math.abs(price)} ${part}`);
      bounds.push(`0 <= ${part} <= ${problem.capWh[arc]}`);
    }
  }
  for (const [node, cap] of problem.limits.capWh.entries()) {
    for (let slot = 0; cap !== null && slot < problem.slots; slot += 1) {
      const below = Array.from({ length: sessions }, (_, session) => session)
        .filter((session) => ancestors(problem, session).includes(node))
        .map((session) => name(session, slot));
      if (below.length > 0) rows.push(`${below.join(' + ')} <= ${cap[slot]}`);
    }
  }
  if (sessions === 0) return { unserved: 0, cost: 0 };
  const text = [
    'Minimize',
    ` obj: ${terms.join(' ')}`,
    'Subject To',
    ...rows.map((row, i) => ` r${i}: ${row}`),
    'Bounds',
    ...bounds.map((row) => ` ${row}`),
    'End',
  ].join('\n');
  const solution = highs.solve(text, { output_flag: false });
  expect(solution.Status).toBe('Optimal');
  const missing = problem.needWh.reduce((sum, _, session) => {
    const column = solution.Columns[`u${session}`];
    return sum + (column !== undefined && 'Primal' in column ? column.Primal : Number.NaN);
  }, 0);
  const unserved = Math.abs(Math.round(missing));
  return { unserved, cost: Math.round(solution.ObjectiveValue) - 100_000 * unserved };
}

function expectFeasible(problem: PricedProblem, plan: PricedPlan): void {
  const load = new Map<string, number>();
  problem.needWh.forEach((need, session) => {
    let served = 0;
    for (
      let at = plan.energy.offset[session] ?? 0;
      at < (plan.energy.offset[session + 1] ?? 0);
      at += 1
    ) {
      const [slot, energy] = [plan.energy.slot[at] ?? 0, plan.energy.energyWh[at] ?? 0];
      served += energy;
      expect(energy > 0 && energy <= (problem.capWh[session * problem.slots + slot] ?? 0)).toBe(
        true,
      );
      for (const node of ancestors(problem, session))
        load.set(`${node} ${slot}`, (load.get(`${node} ${slot}`) ?? 0) + energy);
    }
    expect(served + (plan.unservedWh[session] ?? 0)).toBe(need);
  });
  for (const [key, wh] of load) {
    const [node = 0, slot = 0] = key.split(' ').map(Number);
    expect(wh).toBeLessThanOrEqual(problem.limits.capWh[node]?.[slot] ?? Number.POSITIVE_INFINITY);
  }
}

describe('stays with prices of their own under shared limits', () => {
  test('serve as much and cost the same as the linear program', async () => {
    const highs = await loadHighs();
    fc.assert(
      fc.property(drawn, (draw) => {
        const problem = problemOf(draw);
        const plan = solvePriced(problem);
        const lp = solveByHighs(highs, problem);
        expect([plan.certificate.primal.unservedWh, plan.cost]).toEqual([
          lp.unserved,
          BigInt(lp.cost),
        ]);
        expectFeasible(problem, plan);
      }),
      { numRuns: lawRuns(5_000) },
    );
  });

  test('prove themselves: primal and dual agree, whatever the instance', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 40_000 }), (draw, scale) => {
        const problem = problemOf({
          ...draw,
          prices: draw.prices.map((price) => price * scale),
          needs: draw.needs.map((need) => need * 7),
        });
        const plan = solvePriced(problem);
        expect(plan.certificate.gap).toBe(0n);
        expectFeasible(problem, plan);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('say what one more Wh of a full limit is worth: no more than it saves, no less when lowered', () => {
    fc.assert(
      fc.property(drawn, fc.nat(100), (draw, pick) => {
        const problem = problemOf(draw);
        const plan = solvePriced(problem);
        const open = problem.limits.capWh.flatMap((cap, node) =>
          cap === null
            ? []
            : Array.from(cap, (wh, slot) => ({ node, slot, wh })).filter(({ wh }) => wh > 1),
        );
        const at = open[pick % Math.max(1, open.length)];
        if (at === undefined) return;
        const moved = (by: number) =>
          solvePriced({
            ...problem,
            limits: {
              ...problem.limits,
              capWh: problem.limits.capWh.map((cap, node) =>
                node !== at.node || cap === null ? cap : cap.with(at.slot, at.wh + by),
              ),
            },
          });
        const point = at.node * problem.slots + at.slot;
        const value = (solved: PricedPlan) =>
          1e6 * solved.certificate.primal.unservedWh + Number(solved.cost);
        const worth = 1e6 * (plan.dualServes[point] ?? 0) + (plan.dualTicks[point] ?? 0);
        expect(value(plan) - value(moved(1))).toBeLessThanOrEqual(worth);
        expect(value(moved(-1)) - value(plan)).toBeGreaterThanOrEqual(worth);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('plan nothing where a limit of zero stands above, and say what is missing', () => {
    const plan = solvePriced(
      problemOf({
        slots: 2,
        needs: [10],
        caps: [9, 9],
        prices: [1, 2],
        limits: [0, 5],
        parents: [9],
        leaves: [0],
      }),
    );
    expect([Array.from(plan.energy.energyWh), Array.from(plan.unservedWh)]).toEqual([[5], [5]]);
  });
});
