import fc from 'fast-check';
import type { PriceInterval } from '../../market/price.ts';
import { limitAt } from '../periods.ts';
import type { Plan } from '../plan.ts';
import type { PlanningFacts } from '../plan-session.ts';
import { capAt, NEVER_AT, type PowerCap } from '../slots.ts';
import type { JointBudget } from './fleet-layer.ts';
import { planTogether } from './plan-together.ts';
import type { LimitNode, LimitTree, TreeSession } from './tree.ts';

/** 2026-01-01T20:00:00Z. */
export const T0 = 1_767_297_600;
const KWH = 1_000_000;
export const BUDGET: JointBudget = { rounds: 1, goodGap: 0, shouldStop: () => false };

type Car = {
  hours: number; kWh: number; minKWh: number; amperes: number; kind: 'smart' | 'now' | 'late' | 'probe' | 'observed' | 'full';
  phases: 1 | 3; isOnePhaseCar: boolean; node: number; ownW: number | null; deliveredKWh: number;
};
export type Sketch = { cars: Car[]; limits: { parent: number; watt: number; changes: { hour: number; watt: number }[] }[]; ticks: number[]; offsetS: number };

const car = (kinds: readonly Car['kind'][]): fc.Arbitrary<Car> => fc.record({
  hours: fc.integer({ min: 0, max: 9 }).map((quarter) => 0.15 + quarter * 0.4), kWh: fc.integer({ min: 0, max: 12 }),
  minKWh: fc.constantFrom(0, 0, 2, 5), amperes: fc.constantFrom(6, 10, 15.8, 16, 32),
  kind: fc.constantFrom(...kinds), phases: fc.constantFrom(1, 3, 3, 3), isOnePhaseCar: fc.boolean(),
  node: fc.integer({ min: -1, max: 3 }), ownW: fc.constantFrom(null, null, null, 8_000), deliveredKWh: fc.integer({ min: 0, max: 3 }),
});

export const sketches = (kinds: readonly Car['kind'][] = ['smart', 'smart', 'smart', 'now', 'late', 'probe', 'observed', 'full']): fc.Arbitrary<Sketch> => fc.record({
  cars: fc.array(car(kinds), { minLength: 1, maxLength: 5 }),
  limits: fc.array(fc.record({
    parent: fc.integer({ min: -1, max: 2 }), watt: fc.constantFrom(0, 3_000, 6_000, 11_040, 22_080, 30_000),
    changes: fc.array(fc.record({ hour: fc.integer({ min: 0, max: 6 }), watt: fc.integer({ min: 0, max: 40_000 }) }), { maxLength: 2 }),
  }), { minLength: 1, maxLength: 4 }),
  ticks: fc.array(fc.integer({ min: -5_000, max: 40_000 }), { minLength: 4, maxLength: 20 }),
  offsetS: fc.constantFrom(0, 0, 7, 500, 720),
});

export function pricesOf({ ticks }: Sketch): PriceInterval[] {
  return Array.from({ length: 60 }, (_, index) => ({
    startAt: T0 + index * 900, seconds: 900, priceTicks: ticks[index % ticks.length] ?? 0, kind: 'published' as const,
  }));
}

function factsOf(one: Car, sketch: Sketch): PlanningFacts {
  const now = T0 + sketch.offsetS;
  const perAmpere = one.phases === 1 || one.isOnePhaseCar ? 230 : 690;
  const isDrawing = one.kind === 'observed';
  const carPowerW = one.kind === 'probe' ? null : Math.round(one.amperes * perAmpere);
  return {
    now, plugInAt: one.kind === 'probe' ? now : now - 3_600, deliveredMilliWh: one.deliveredKWh * KWH, measuredAt: now,
    drawingW: isDrawing ? carPowerW ?? 0 : 0, hasDrawn: one.kind !== 'probe', wantsMore: true, isFull: one.kind === 'full',
    didNotWake: false, isObserved: one.kind === 'observed',
    wish: {
      readyByAt: one.kind === 'late' ? now - 60 : T0 + Math.round(one.hours * 3_600), energyMilliWh: (one.deliveredKWh + one.kWh) * KWH,
      minEnergyMilliWh: (one.deliveredKWh + Math.min(one.minKWh, one.kWh)) * KWH, priority: one.kind === 'now',
    },
    assumed: { departureAt: now, targetsMilliWh: [30 * KWH], minEnergyMilliWh: 0 },
    ratedPowerW: one.phases === 1 ? 7_360 : 22_080, carPowerW, phases: one.phases,
    caps: one.ownW === null ? [] : [{ fromAt: T0 + 1_000, toAt: T0 + 8_000, limitW: one.ownW }],
    prices: pricesOf(sketch), previous: null,
  };
}

export function treeOf(sketch: Sketch, scale = 1): LimitTree {
  const nodes = sketch.limits.map(({ parent, watt, changes }, index): LimitNode => {
    const steps = [...changes].sort((a, b) => a.hour - b.hour);
    const edges = [T0 - 10_000, ...steps.map(({ hour }) => T0 + hour * 2_000), NEVER_AT];
    const caps = [watt, ...steps.map((step) => step.watt)].map((limitW, at): PowerCap =>
      ({ fromAt: edges[at] ?? 0, toAt: edges[at + 1] ?? NEVER_AT, limitW: Math.round(limitW * scale) }));
    return { parent: parent >= index ? -1 : parent, phases: 3, caps };
  });
  const sessions = sketch.cars.map((one, index): TreeSession => ({
    id: `S${index}`, facts: factsOf(one, sketch), because: null, node: one.node >= nodes.length ? -1 : one.node, isHeld: false,
  }));
  return { nodes, sessions, isNews: true };
}

/** The plans in force after a round: new ones, else those before. */
export function planned(tree: LimitTree): { plans: Plan[]; solve: ReturnType<typeof planTogether>['solve'] } {
  const { plans, solve } = planTogether(tree, BUDGET);
  return { solve, plans: plans.map((plan, index) => {
    const inForce = plan ?? tree.sessions[index]?.facts.previous ?? null;
    if (inForce === null) throw new Error(`session ${index} has no plan`);
    return inForce;
  }) };
}

/** Where the plans exceed a limit at some instant: told watts, one-phase EVSEs three times; null where nowhere. */
export function exceededAt(tree: LimitTree, plans: readonly Plan[]): string | null {
  const now = tree.sessions[0]?.facts.now ?? 0;
  const edges = [now, ...plans.flatMap((plan) => plan.periods.map((period) => period.fromAt)),
    ...tree.nodes.flatMap((node) => node.caps.map((cap) => cap.fromAt))].filter((at) => at >= now);
  for (const at of [...new Set(edges), Math.max(...edges) + 1_000_000]) {
    for (const [index, node] of tree.nodes.entries()) {
      const below = tree.sessions.map((_, one) => one).filter((one) => isBelow(tree, one, index));
      const steered = below.filter((one) => tree.sessions[one]?.facts.isObserved === false);
      const toldW = steered.reduce((sum, one) => sum + loadOf(tree.sessions[one], limitAt(plans[one]?.periods ?? [], at) ?? 0), 0);
      const otherW = below.filter((one) => !steered.includes(one)).reduce((sum, one) => {
        const facts = tree.sessions[one]?.facts;
        return sum + (facts === undefined ? 0 : facts.drawingW * (facts.drawingW <= 7_600 ? 3 : 1));
      }, 0);
      const limitW = capAt(node.caps, at, Number.MAX_SAFE_INTEGER);
      if (toldW > Math.max(0, limitW - otherW)) return `limit ${index} of ${limitW} W carries ${toldW} W + ${otherW} W at ${at - now} s`;
    }
  }
  return null;
}

function loadOf(session: TreeSession | undefined, toldW: number): number {
  return session?.facts.phases === 1 ? toldW * 3 : toldW;
}

function isBelow(tree: LimitTree, session: number, node: number): boolean {
  for (let at = tree.sessions[session]?.node ?? -1; at >= 0; at = tree.nodes[at]?.parent ?? -1) if (at === node) return true;
  return false;
}
