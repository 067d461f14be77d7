import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import type { FleetPlan, FleetProblem, LexValue } from './fleet.ts';
import { highs, solveByHighs } from './highs.test-support.ts';
import { nodesAbove, powerOf, randomFleet, sketch, slotLoad } from './random-fleet.test-support.ts';
import { createWorkspace, solveFleet } from './solve-fleet.ts';
import { createTreeWorkspace, solveTree } from './solve-tree.ts';

const one = sketch({ min: 1, max: 1 });
const many = sketch({ min: 0, max: 7 });
const workspace = createWorkspace();
const guessing = createWorkspace(1);
const trees = createTreeWorkspace();
const bySingle = (problem: FleetProblem) => solveFleet(problem, workspace);
const byTree = (problem: FleetProblem) => solveTree(problem, trees);
const solvers = [
  { name: 'one limit', sketches: one, solve: bySingle },
  { name: 'one limit with a guess', sketches: one, solve: (problem: FleetProblem) => solveFleet(problem, guessing) },
  { name: 'a tree', sketches: many, solve: byTree },
];
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const energies = (plan: FleetPlan) => [plan.energy.offset, plan.energy.slot, plan.energy.energyWh].map((part) => [...part]);

function check<T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, law), { numRuns: lawRuns() });
}

function isNoWorse(a: LexValue, b: LexValue): boolean {
  return a.unservedWh < b.unservedWh || (a.unservedWh === b.unservedWh && a.cost <= b.cost);
}

/** The same problem with every slot's power spelt out. */
function spelt(problem: FleetProblem, copies = 1, factor = 1): FleetProblem {
  const { sessions: n, slots, from, until, limits } = problem;
  const offset = new Int32Array(n + 1);
  const capWh: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let slot = from[i] ?? 0; slot < (until[i] ?? 0); slot++) {
      for (let copy = 0; copy < copies; copy++) capWh.push(powerOf(problem, i, slot) * factor);
    }
    offset[i + 1] = capWh.length;
  }
  const stretch = (values: Int32Array, by: number) => Int32Array.from({ length: slots * copies }, (_, k) => (values[Math.floor(k / copies)] ?? 0) * by);
  return {
    ...problem, slots: slots * copies, priceTicks: stretch(problem.priceTicks, 1),
    from: from.map((at) => at * copies), until: until.map((at) => at * copies), power: { kind: 'perSlot', offset, capWh: Int32Array.from(capWh) },
    limits: { ...limits, capWh: limits.capWh.map((caps) => caps && stretch(caps, factor)) },
  };
}

describe.each(solvers)('planning below $name', ({ sketches, solve }) => {
  test('conserves every Wh, within windows, power and every limit above', () => {
    check(sketches, (drawn) => {
      const problem = randomFleet(drawn);
      const plan = solve(problem);
      const { offset, slot, energyWh } = plan.energy;
      for (let i = 0; i < problem.sessions; i++) {
        const range = [offset[i] ?? 0, offset[i + 1] ?? 0] as const;
        expect(sum(energyWh.subarray(...range))).toBe(plan.servedWh[i]);
        expect((plan.servedWh[i] ?? 0) + (plan.unservedWh[i] ?? 0)).toBe(problem.needWh[i]);
        expect((plan.reason[i] ?? 0) > 0).toBe((plan.unservedWh[i] ?? 0) > 0);
        const slots = [...slot.subarray(...range)];
        expect(slots).toEqual([...new Set(slots)].sort((a, b) => a - b));
        const isWithin = (at: number, wh: number) => wh > 0 && wh <= powerOf(problem, i, at);
        expect(slots.filter((at, k) => !isWithin(at, energyWh[range[0] + k] ?? 0))).toEqual([]);
      }
      problem.limits.capWh.forEach((caps, node) => {
        const load = slotLoad(plan, problem.slots, (i) => nodesAbove(problem.limits, i).includes(node));
        expect(load.filter((wh, at) => caps !== null && wh > Math.max(0, caps[at] ?? 0))).toEqual([]);
      });
    });
  });

  test('serves as much and costs as little as HiGHS finds', async () => {
    const solver = await highs();
    check(sketches, (drawn) => {
      // HiGHS takes most of the time of this law: nine of ten instances are small, so that many can be run.
      const slots = drawn.seed % 10 === 0 ? drawn.slots : Math.min(drawn.slots, 12);
      const problem = randomFleet({ ...drawn, slots });
      const plan = solve(problem);
      expect({ unservedWh: sum(plan.unservedWh), cost: plan.cost }).toEqual(solveByHighs(solver, problem));
      expect(plan.certificate.gap).toBe(0n);
      expect(plan.certificate.dual).toEqual(plan.certificate.primal);
    });
  });

  test('gives the same plan for the same facts, and planning again changes nothing', () => {
    check(sketches, (drawn) => {
      const problem = randomFleet(drawn);
      const plan = solve(problem);
      expect(energies(solve(problem))).toEqual(energies(plan));
      expect(energies(solve({ ...problem, previous: plan.energy }))).toEqual(energies(plan));
    });
  });

  test('keeps the rest of the plan when time has passed and nothing else happened', () => {
    check(fc.tuple(sketches, fc.nat()), ([drawn, draw]) => {
      const problem = spelt(randomFleet(drawn));
      const { offset, slot, energyWh } = solve(problem).energy;
      const previous = { offset, slot, energyWh };
      const now = draw % (problem.slots + 1);
      const got = Int32Array.from({ length: problem.sessions }, (_, i) =>
        sum([...energyWh.subarray(offset[i], offset[i + 1])].filter((_, k) => (slot[(offset[i] ?? 0) + k] ?? 0) < now)));
      const kept = { offset: new Int32Array(problem.sessions + 1), slot: [] as number[], energyWh: [] as number[] };
      const power = { kind: 'perSlot' as const, offset: new Int32Array(problem.sessions + 1), capWh: problem.power.kind === 'perSlot' ? problem.power.capWh : new Int32Array(0) };
      for (let i = 0; i < problem.sessions; i++) {
        for (let k = offset[i] ?? 0; k < (offset[i + 1] ?? 0); k++) {
          if ((slot[k] ?? 0) < now) continue;
          kept.slot.push(slot[k] ?? 0);
          kept.energyWh.push(energyWh[k] ?? 0);
        }
        kept.offset[i + 1] = kept.slot.length;
        const passed = Math.max(0, now - (problem.from[i] ?? 0));
        power.offset[i] = ((problem.power.kind === 'perSlot' ? problem.power.offset[i] : 0) ?? 0) + passed;
      }
      const later = {
        ...problem, power, previous, from: problem.from.map((at) => Math.max(at, now)),
        needWh: problem.needWh.map((need, i) => need - (got[i] ?? 0)),
        minWh: (problem.minWh ?? got).map((min, i) => Math.max(0, min - (got[i] ?? 0))),
        receivedWh: (problem.receivedWh ?? got).map((wh, i) => wh + (got[i] ?? 0)),
      };
      expect(energies(solve(later))).toEqual([kept.offset, kept.slot, kept.energyWh].map((part) => [...part]));
    });
  });

  test('costs no more with any previous plan, however strange', () => {
    check(fc.tuple(sketches, fc.nat()), ([drawn, seed]) => {
      const problem = randomFleet(drawn);
      const other = solve(randomFleet({ ...drawn, seed }));
      const plan = solve(problem);
      expect(solve({ ...problem, previous: other.energy }).certificate.primal).toEqual(plan.certificate.primal);
    });
  });

  test('never gets worse when a limit is relaxed', () => {
    check(fc.tuple(sketches, fc.nat(), fc.integer({ min: 1, max: 5_000 })), ([drawn, draw, moreWh]) => {
      const problem = randomFleet(drawn);
      const { limits } = problem;
      const node = draw % Math.max(1, limits.capWh.length);
      const capWh = limits.capWh.map((caps, k) => (k === node && caps !== null ? caps.map((wh) => wh + moreWh) : caps));
      const relaxed = solve({ ...problem, limits: { ...limits, capWh } }).certificate.primal;
      expect(isNoWorse(relaxed, solve(problem).certificate.primal)).toBe(true);
    });
  });

  test('does not care whether a slot is cut into two equal ones', () => {
    check(sketches, (drawn) => {
      const problem = randomFleet({ ...drawn, slots: Math.min(drawn.slots, 100) });
      const [whole, halves] = [solve(spelt(problem, 1, 2)), solve(spelt(problem, 2, 1))];
      expect(halves.certificate.primal).toEqual(whole.certificate.primal);
      const load = slotLoad(halves, problem.slots * 2);
      expect(slotLoad(whole, problem.slots)).toEqual(Array.from({ length: problem.slots }, (_, k) => (load[2 * k] ?? 0) + (load[2 * k + 1] ?? 0)));
    });
  });

  test('puts the same load into each slot in whatever order the stays come', () => {
    check(sketches, (drawn) => {
      const problem = spelt(randomFleet(drawn));
      const back = (values: Int32Array) => values.subarray(0, problem.sessions).toReversed();
      const { power, limits } = problem;
      const turned = {
        ...problem, from: back(problem.from), until: back(problem.until), needWh: back(problem.needWh),
        minWh: back(problem.minWh ?? problem.needWh), receivedWh: back(problem.receivedWh ?? problem.needWh),
        power: power.kind === 'perSlot' ? { ...power, offset: back(power.offset) } : power,
        limits: { ...limits, nodeOf: back(limits.nodeOf) },
      };
      const [a, b] = [solve(problem), solve(turned)];
      expect(slotLoad(b, problem.slots)).toEqual(slotLoad(a, problem.slots));
      expect(b.servedWh.toReversed().every((wh, i) => Math.abs(wh - (a.servedWh[i] ?? 0)) <= 1)).toBe(true);
    });
  });

  test('shares a shortage: minimum energy first, and nobody could get a Wh of one who has two more', () => {
    check(sketches, (drawn) => {
      const problem = randomFleet({ ...drawn, sessions: Math.min(drawn.sessions, 6), slots: Math.min(drawn.slots, 12) });
      const plan = solve(problem);
      const { minWh = new Int32Array(0), receivedWh = new Int32Array(0), sessions } = problem;
      const missing = (served: Int32Array) => sum(served.map((wh, i) => Math.max(0, (minWh[i] ?? 0) - wh)));
      const floor = byTree({ ...problem, needWh: minWh });
      expect(missing(plan.servedWh)).toBe(missing(floor.servedWh));
      const has = (i: number) => (plan.servedWh[i] ?? 0) + (receivedWh[i] ?? 0);
      const isBelow = (i: number) => (plan.servedWh[i] ?? 0) < (minWh[i] ?? 0);
      for (let i = 0; i < sessions; i++) for (let j = 0; j < sessions; j++) {
        if ((plan.unservedWh[i] ?? 0) === 0 || has(j) < has(i) + 2 || isBelow(j)) continue;
        // A Wh of j's minimum may only go to one who lacks minimum as well.
        if (plan.servedWh[j] === minWh[j] && !isBelow(i)) continue;
        const needWh = plan.servedWh.map((wh, k) => wh + (k === i ? 1 : 0) - (k === j ? 1 : 0));
        expect(sum(byTree({ ...problem, needWh }).unservedWh)).toBeGreaterThan(0);
      }
    });
  }, 600_000);

  test('prices limits: nothing where there is room, never less than nothing', () => {
    check(sketches, (drawn) => {
      const problem = randomFleet(drawn);
      const plan = solve(problem);
      problem.limits.capWh.forEach((caps, node) => {
        const load = slotLoad(plan, problem.slots, (i) => nodesAbove(problem.limits, i).includes(node));
        // One expectation per node: thousands of them would take most of the time.
        const wrong = load.filter((wh, slot) => {
          const [ticks, serves] = [plan.duals.ticks[node * problem.slots + slot] ?? 0, plan.duals.serves[node * problem.slots + slot] ?? 0];
          const hasRoom = caps === null || wh < (caps[slot] ?? 0);
          return (serves === 0 && ticks < 0) || (hasRoom && (ticks !== 0 || serves !== 0));
        });
        expect(wrong).toEqual([]);
      });
    });
  });
});

describe('planning below one limit', () => {
  test('equals a tree with one node', () => {
    check(one, (drawn) => {
      const problem = randomFleet(drawn);
      const [single, tree] = [bySingle(problem), byTree(problem)];
      expect(tree.certificate).toEqual(single.certificate);
      expect(slotLoad(tree, problem.slots)).toEqual(slotLoad(single, problem.slots));
      expect(tree.duals).toEqual(single.duals);
    });
  });

  test('prices a limit at exactly what one more Wh changes', () => {
    check(fc.tuple(one, fc.nat()), ([drawn, draw]) => {
      const problem = randomFleet(drawn);
      const [caps] = problem.limits.capWh;
      fc.pre(caps !== null && caps !== undefined);
      const slot = draw % problem.slots;
      const before = bySingle(problem);
      const capWh = [caps?.map((wh, k) => (k === slot ? Math.max(0, wh) + 1 : wh)) ?? null];
      const { primal } = bySingle({ ...problem, limits: { ...problem.limits, capWh } }).certificate;
      expect(primal.unservedWh).toBe(before.certificate.primal.unservedWh - (before.duals.serves[slot] ?? 0));
      expect(primal.cost).toBe(before.certificate.primal.cost - BigInt(before.duals.ticks[slot] ?? 0));
    });
  });

  test('without a limit no stay charges longer than it must, but for one slot', () => {
    check(one, (drawn) => {
      const problem = { ...randomFleet(drawn), limits: { parent: new Int32Array(0), capWh: [], nodeOf: new Int32Array(9).fill(-1) } };
      const { offset, slot, energyWh } = bySingle(problem).energy;
      for (let i = 0; i < problem.sessions; i++) {
        let partly = 0;
        for (let k = offset[i] ?? 0; k < (offset[i + 1] ?? 0); k++) {
          if ((energyWh[k] ?? 0) < powerOf(problem, i, slot[k] ?? 0)) partly += 1;
        }
        expect(partly).toBeLessThanOrEqual(1);
      }
    });
  });
});
