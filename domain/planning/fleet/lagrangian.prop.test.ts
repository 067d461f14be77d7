import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lawRuns } from '../../law-runs.test-support.ts';
import { plainCar, Q, smallCase, type SmallCase } from '../charger-dp.test-support.ts';
import { planCharger, quantumOf } from '../charger-dp.ts';
import { planRealFleet, type LagrangianOptions, type RealFleetPlan } from './lagrangian.ts';
import { pathsOf, type RealFleet } from './real-fleet.ts';
import { street } from './scenario.test-support.ts';
import { solvePriced } from './solve-priced.ts';

const options: LagrangianOptions = { duals: null, rounds: 6, goodGap: 0, shouldStop: () => false };

/**
 * Up to three small stays from slot 0 under a site's limit, some of them under a group's as well.
 */
const smallFleet: fc.Arbitrary<RealFleet> = fc
  .record({
    cases: fc.array(smallCase(4, 3), { minLength: 1, maxLength: 3 }),
    site: fc.array(fc.option(fc.nat(8)), { minLength: 4, maxLength: 4 }),
    group: fc.array(fc.option(fc.nat(5)), { minLength: 4, maxLength: 4 }),
    nodes: fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ cases, site, group, nodes }) => ({
    slots: 4,
    stays: cases.map(({ slots, car }, index) => ({
      fromSlot: 0,
      slots,
      car,
      node: nodes[index] ?? 0,
    })),
    limits: {
      parent: Int32Array.of(-1, 0),
      capMilliWh: [...site, ...group].map((steps) => (steps === null ? null : steps * Q)),
    },
  }));

/** All plans of one stay that keep the rules, by trying, as the energies and the cost. */
function allPlans({
  slots,
  car,
}: SmallCase): { energies: number[]; served: number; cost: number }[] {
  const found: { energies: number[]; served: number; cost: number }[] = [];
  const need = car.needMilliWh / Q;
  const walk = (
    energies: number[],
    state: { left: number; run: number; starts: number; cost: number },
  ): void => {
    const slot = slots[energies.length];
    const { left, run, starts, cost } = state;
    if (left === 0 || slot === undefined) {
      found.push({ energies, served: need - left, cost });
      return;
    }
    if (run === 0 || run >= car.leastOnSlots) walk([...energies, 0], { ...state, run: 0 });
    const isStart = run === 0;
    const [room, least] = [slot.capacityMilliWh / Q, slot.leastMilliWh / Q];
    if ((isStart && starts >= car.mostStarts) || room < least) return;
    for (let x = Math.min(least, left); x <= Math.min(room, left); x += 1) {
      walk([...energies, x], {
        left: left - x,
        run: run + 1,
        starts: starts + (isStart ? 1 : 0),
        cost: cost + x * slot.priceTicks + (isStart ? car.startCostExact / Q : 0),
      });
    }
  };
  walk([], { left: need, run: car.isOn ? car.leastOnSlots : 0, starts: 0, cost: 0 });
  return found;
}

/**
 * The least cost of serving all that each stay could have alone; null where the limits forbid it.
 */
function bestTogether(fleet: RealFleet): number | null {
  const paths = pathsOf(fleet);
  const lists = fleet.stays.map((stay) => {
    const plans = allPlans({ slots: [...stay.slots], car: stay.car });
    const most = Math.max(...plans.map((plan) => plan.served));
    return plans.filter((plan) => plan.served === most);
  });
  let best: number | null = null;
  const load = new Float64Array(fleet.limits.capMilliWh.length);
  const add = (index: number, energies: readonly number[], sign: number): void => {
    for (const node of paths[index] ?? []) {
      energies.forEach((x, slot) => {
        load[node * 4 + slot] = (load[node * 4 + slot] ?? 0) + sign * x * Q;
      });
    }
  };
  const fits = () =>
    fleet.limits.capMilliWh.every((cap, point) => cap === null || (load[point] ?? 0) <= cap);
  const walk = (index: number, cost: number): void => {
    if (!fits()) return;
    if (index === fleet.stays.length) {
      best = Math.min(best ?? Infinity, cost);
      return;
    }
    for (const plan of lists[index] ?? []) {
      add(index, plan.energies, 1);
      walk(index + 1, cost + plan.cost);
      add(index, plan.energies, -1);
    }
  };
  walk(0, 0);
  return best;
}

function expectWithinLimits(fleet: RealFleet, plan: RealFleetPlan): void {
  const load = new Map<number, number>();
  pathsOf(fleet).forEach((path, index) => {
    plan.energies[index]?.forEach((energy, at) => {
      expect(energy).toBeLessThanOrEqual(fleet.stays[index]?.slots[at]?.capacityMilliWh ?? 0);
      for (const node of path) {
        const point = node * fleet.slots + (fleet.stays[index]?.fromSlot ?? 0) + at;
        load.set(point, (load.get(point) ?? 0) + energy);
      }
    });
  });
  for (const [point, energy] of load) {
    expect(energy).toBeLessThanOrEqual(fleet.limits.capMilliWh[point] ?? Number.POSITIVE_INFINITY);
  }
}

/**
 * A street of stays in whole energy steps under one limit, and the duals of its linear relaxation.
 */
function streetFleet(
  sessions: number,
  starts: number,
  share: number,
): { fleet: RealFleet; duals: Float64Array } {
  const instance = street({ sessions, slots: 96, seed: 7, tariff: 'quarterly' });
  const q = quantumOf(3);
  const stays = Array.from({ length: sessions }, (_, index) => {
    const fromSlot = instance.from[index] ?? 0;
    const length = (instance.until[index] ?? 0) - fromSlot;
    return {
      fromSlot,
      node: 0,
      slots: Array.from({ length }, (_, at) => ({
        seconds: 900,
        capacityMilliWh: 16 * q,
        leastMilliWh: 6 * q,
        priceTicks: instance.priceTicks[fromSlot + at] ?? 0,
      })),
      car: {
        ...plainCar,
        quantumMilliWh: q,
        mostStarts: starts,
        needMilliWh:
          Math.min(Math.floor((instance.needWh[index] ?? 0) / 172.5), 16 * length - 16) * q,
      },
    };
  });
  const load = new Float64Array(96);
  for (const stay of stays) {
    planCharger(stay.slots, stay.car).energies.forEach((energy, at) => {
      load[stay.fromSlot + at] = (load[stay.fromSlot + at] ?? 0) + energy;
    });
  }
  const cap = Math.round(Math.max(...load) * share);
  const arcs = stays.flatMap((stay) =>
    stay.slots.map((slot, at) => ({ slot: stay.fromSlot + at, price: slot.priceTicks })),
  );
  const linear = solvePriced({
    slots: 96,
    needWh: Int32Array.from(stays, (stay) => stay.car.needMilliWh / 1_000),
    offset: Int32Array.from([
      0,
      ...stays.map((_, index) =>
        stays.slice(0, index + 1).reduce((sum, stay) => sum + stay.slots.length, 0),
      ),
    ]),
    slot: Int32Array.from(arcs, (arc) => arc.slot),
    capWh: new Int32Array(arcs.length).fill((16 * q) / 1_000),
    priceTicks: Int32Array.from(arcs, (arc) => arc.price),
    limits: {
      parent: Int32Array.of(-1),
      capWh: [new Int32Array(96).fill(Math.floor(cap / 1_000))],
      nodeOf: new Int32Array(sessions),
    },
  });
  return {
    duals: linear.dualTicks,
    fleet: {
      slots: 96,
      stays,
      limits: { parent: Int32Array.of(-1), capMilliWh: Array.from({ length: 96 }, () => cap) },
    },
  };
}

describe('a fleet of real chargers', () => {
  test('has its true optimum between the bound and the plan', () => {
    fc.assert(
      fc.property(smallFleet, (fleet) => {
        const plan = planRealFleet(fleet, options);
        expectWithinLimits(fleet, plan);
        const best = bestTogether(fleet);
        if (best === null) expect(plan.gap).toBeNull();
        else {
          expect(plan.lowerBound).toBeLessThanOrEqual(BigInt(best * Q));
          if (plan.gap !== null) expect(plan.cost).toBeGreaterThanOrEqual(BigInt(best * Q));
        }
      }),
      { numRuns: lawRuns() },
    );
  });

  test('without limits is exact: the gap is 0', () => {
    fc.assert(
      fc.property(smallFleet, (fleet) => {
        const free = {
          ...fleet,
          limits: { ...fleet.limits, capMilliWh: fleet.limits.capMilliWh.map(() => null) },
        };
        expect(planRealFleet(free, options).gap).toBe(0n);
      }),
      { numRuns: lawRuns() },
    );
  });

  test('served under a limit that binds, is proven within half a percent with the linear duals', () => {
    const { fleet, duals } = streetFleet(60, 3, 0.4);
    const plan = planRealFleet(fleet, { ...options, duals, rounds: 3 });
    expectWithinLimits(fleet, plan);
    expect(plan.unservedMilliWh.every((missing) => missing === 0)).toBe(true);
    expect(Number(plan.gap) / Number(plan.lowerBound)).toBeLessThan(0.005);
    expect(
      plan.energies.every((energies) =>
        energies.every(
          (energy, slot) =>
            energy === 0 ||
            energy >= 6 * quantumOf(3) ||
            energies.slice(slot + 1).every((later) => later === 0),
        ),
      ),
    ).toBe(true);
  });

  test('more rounds never make the plan dearer nor the bound weaker', () => {
    const { fleet, duals } = streetFleet(20, 2, 0.4);
    const few = planRealFleet(fleet, { ...options, duals, rounds: 1 });
    const more = planRealFleet(fleet, { ...options, duals, rounds: 4 });
    expect(more.cost).toBeLessThanOrEqual(few.cost);
    expect(more.lowerBound).toBeGreaterThanOrEqual(few.lowerBound);
  });

  test('stopped at once still gives a whole plan within the limits', () => {
    const { fleet, duals } = streetFleet(20, 2, 0.4);
    const plan = planRealFleet(fleet, { ...options, duals, shouldStop: () => true });
    expectWithinLimits(fleet, plan);
    expect(plan.energies).toHaveLength(20);
    expect(plan.rounds).toBe(1);
  });
});
