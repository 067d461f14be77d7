import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { energyFromPower } from '../../units/energy.ts';
import { limitAt } from '../periods.ts';
import { outlineOf, planSession } from '../plan-session.ts';
import { plannedBy } from '../replan.ts';
import { planTogether } from './plan-together.ts';
import { BUDGET, exceededAt, planned, sketches, T0, treeOf, type Sketch } from './random-tree.test-support.ts';
import type { LimitTree } from './tree.ts';

const holds = (law: (sketch: Sketch) => void, kinds?: Parameters<typeof sketches>[0]) =>
  fc.assert(fc.property(sketches(kinds), law), { numRuns: lawRuns() });

/** The same sessions later, each with what its plan says was drawn by then. */
function later(tree: LimitTree, seconds: number): LimitTree {
  const { plans } = planned(tree);
  return { ...tree, isNews: false, sessions: tree.sessions.map((session, index) => {
    const previous = plans[index];
    if (previous === undefined) throw new Error('no plan');
    const now = session.facts.now + seconds;
    return { ...session, facts: { ...session.facts, now, previous, measuredAt: now, deliveredMilliWh: plannedBy(previous, now), drawingW: session.facts.isObserved ? session.facts.drawingW : 0 } };
  }) };
}

describe('sessions planned together', () => {
  test('never exceed a limit, at any node and any instant, in plans and in tails', () => {
    holds((sketch) => {
      const tree = treeOf(sketch);
      expect(exceededAt(tree, planned(tree).plans)).toBe(null);
    });
  });

  test('conserve energy, and are told 0 or at least 6 A and at least what they draw', () => {
    holds((sketch) => {
      const tree = treeOf(sketch);
      for (const [index, plan] of planned(tree).plans.entries()) {
        const facts = tree.sessions[index]?.facts;
        if (facts === undefined || facts.isObserved) continue;
        expect(plan.plannedMilliWh + plan.unservedMilliWh).toBe(outlineOf(facts).need);
        expect(plan.slots.reduce((sum, slot) => sum + slot.energyMilliWh, 0)).toBe(plan.plannedMilliWh);
        expect(plan.unservedMilliWh > 0).toBe(plan.unservedReason !== null);
        for (const slot of plan.slots) {
          expect(slot.energyMilliWh * 36).toBeLessThanOrEqual(slot.chargeSeconds * slot.powerW * 10);
          expect(slot.chargeSeconds).toBeLessThanOrEqual(slot.seconds);
          if (slot.energyMilliWh > 0) expect(limitAt(plan.periods, slot.chargeFromAt)).toBeGreaterThanOrEqual(slot.powerW);
        }
        if (plan.isShared === true) for (const { limitW } of plan.periods) expect(limitW === 0 || limitW >= 1_380 * facts.phases).toBe(true);
      }
    });
  });

  test('serve minimum energy before anybody’s further energy', () => {
    holds((sketch) => {
      const tree = treeOf(sketch);
      const onlyLeast = treeOf({ ...sketch, cars: sketch.cars.map((car) => ({ ...car, kWh: Math.min(car.kWh, car.minKWh) })) });
      const [all, least] = [planned(tree).plans, planned(onlyLeast).plans];
      for (const [index, plan] of least.entries()) {
        const kind = sketch.cars[index]?.kind;
        if (plan.isShared !== true || all[index]?.isShared !== true || kind !== 'smart') continue;
        // Others' deadlines may cut the slots elsewhere, and where a limit rises within five minutes of
        // such a cut the rest of that slot keeps the lower limit: less than a slot of twenty minutes.
        expect(all[index]?.plannedMilliWh ?? 0).toBeGreaterThanOrEqual(plan.plannedMilliWh - energyFromPower(plan.powerW, 1_200));
      }
    }, ['smart', 'now', 'late']);
  });

  test('do not depend on the order in which they are given', () => {
    holds((sketch) => {
      const tree = treeOf(sketch);
      const turned = { ...tree, sessions: tree.sessions.toReversed() };
      expect(planned(turned).plans.toReversed()).toEqual(planned(tree).plans);
    });
  });

  test('are planned as if alone where no limit can bind', () => {
    holds((sketch) => {
      const tree = treeOf({ ...sketch, limits: sketch.limits.map((limit) => ({ ...limit, watt: 400_000, changes: [] })) });
      const alone = tree.sessions.map(({ facts }) => planSession(facts, 'PLUG_IN'));
      expect(planTogether(tree, BUDGET)).toEqual({ plans: alone, solve: null });
    });
  });

  test('keep every plan while nothing is new, then and later', () => {
    holds((sketch) => {
      const tree = treeOf({ ...sketch, offsetS: 0 });
      const firstAt = Math.min(...tree.sessions.map(({ facts }) => facts.wish.readyByAt ?? 0));
      for (const part of [0, 0.1, 0.5, 0.95]) {
        const after = later(tree, Math.floor((firstAt - T0) * part));
        expect(planTogether(after, BUDGET)).toEqual({ plans: tree.sessions.map(() => null), solve: null });
      }
    }, ['smart']);
  });

  test('keep every limit when one of them wants something else later', () => {
    holds((sketch) => {
      const after = later(treeOf({ ...sketch, offsetS: 0 }), 60);
      const [first, ...others] = after.sessions;
      if (first === undefined) return;
      const wish = { ...first.facts.wish, energyMilliWh: (first.facts.wish.energyMilliWh ?? 0) + 1_500_000 };
      const tree = { ...after, sessions: [{ ...first, facts: { ...first.facts, wish } }, ...others] };
      expect(exceededAt(tree, planned(tree).plans)).toBe(null);
    });
  });

  test('cost no more below a higher limit than the proven gap', () => {
    holds((sketch) => {
      const free = { ...sketch, offsetS: 0, cars: sketch.cars.map((car) => ({ ...car, minKWh: 0 })) };
      const [tight, loose] = [planned(treeOf(free)), planned(treeOf(free, 1.5))];
      if (tight.solve === null || loose.solve === null || loose.solve.gapExact === null) return;
      if (tight.solve.unservedMilliWh > 0 || loose.solve.unservedMilliWh > 0) return;
      // The gap is proven at each slot's mean price; a car that uses a joined slot in part pays the price
      // of its part of it, which lasts less than five minutes, and steps of the energy grid are rounded up.
      const spread = BigInt(Math.max(0, ...free.ticks) - Math.min(0, ...free.ticks));
      const rounding = free.cars.reduce((sum, car) => sum + 1_000n * 40_000n * 2n + spread * BigInt(energyFromPower(car.amperes * 690, 300)), 0n);
      expect(BigInt(loose.solve.costExact) <= BigInt(tight.solve.costExact) + BigInt(loose.solve.gapExact) + rounding).toBe(true);
    }, ['smart']);
  });

  test('share a shortage: of cars that are alike nobody has a turn and a slot more than another', () => {
    holds((sketch) => {
      const [first, limit] = [sketch.cars[0], sketch.limits[0]];
      if (first === undefined || limit === undefined) return;
      const alike = { ...first, node: 0, hours: 2, kWh: 30, minKWh: 0, ownW: null, deliveredKWh: 0 };
      const tree = treeOf({ ...sketch, offsetS: 0, cars: [alike, alike, alike], limits: [{ ...limit, parent: -1, changes: [] }] });
      const energies = planned(tree).plans.map((plan) => plan.plannedMilliWh);
      // A step of load, and 6 A for a part of a slot that could not be had.
      expect(Math.max(...energies) - Math.min(...energies)).toBeLessThanOrEqual(2_500_000);
    }, ['smart']);
  });

  test('give charge now its max-min share before the others', () => {
    holds((sketch) => {
      const cars = sketch.cars.map((car, index) => ({ ...car, kind: index < 2 ? 'now' as const : 'smart' as const, node: 0, minKWh: 0, ownW: null, kWh: 9 }));
      const tree = treeOf({ ...sketch, offsetS: 0, cars, limits: sketch.limits.slice(0, 1).map((limit) => ({ ...limit, changes: [] })) });
      const { plans } = planned(tree);
      const hasty = plans.flatMap((plan, index) => (cars[index]?.kind === 'now' && plan.isShared === true ? [{ plan, phases: plan.phases }] : []));
      const limitW = tree.nodes[0]?.caps[0]?.limitW ?? 0;
      const share = Math.floor(limitW / hasty.length / 690) * 690;
      const loads = hasty.map(({ plan, phases }) => (limitAt(plan.periods, T0) ?? 0) * (phases === 1 ? 3 : 1));
      const fairW = hasty.map(({ plan, phases }) => (share < 4_140 ? 0 : Math.min(share, mostLoad(plan.powerW, phases))));
      expect(loads.filter((watt, index) => watt < (fairW[index] ?? 0))).toEqual([]);
    }, ['smart']);
  });
});

/** Whole amperes that a car of this power can use, as load; a car below 7.6 kW may be on one phase. */
function mostLoad(powerW: number, phases: 1 | 3): number {
  const perAmpere = phases === 1 || powerW <= 7_600 ? 230 : 690;
  return Math.floor(powerW / perAmpere) * 690;
}
