import fc from 'fast-check';
import type { FleetLimits, FleetPlan, FleetPower, FleetProblem } from './fleet.ts';
import { seeded } from './scenario.test-support.ts';

/** Runs of each law: `npm run laws -- --runs N` sets it. */

/** Slots of a short day, days of a clock change and a common one in hours and quarters, two days. */
const SLOTS = [1, 2, 5, 8, 12, 24, 33, 92, 96, 100, 192];

export type Sketch = { seed: number; sessions: number; slots: number; nodes: number; tightness: number };

/** Sketches of fleets; they shrink to few stays, few slots and few limits. */
export const sketch = (nodes: { min: number; max: number }): fc.Arbitrary<Sketch> => fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  sessions: fc.integer({ min: 0, max: 9 }),
  slots: fc.constantFrom(...SLOTS),
  nodes: fc.integer(nodes),
  tightness: fc.constantFrom(0, 0.3, 0.6, 1, 2),
});

type Pick = (min: number, max: number) => number;

function randomPower(pick: Pick, { sessions: n, from, until }: { sessions: number; from: Int32Array; until: Int32Array }): FleetPower {
  const most = pick(0, 1) === 0 ? 7 : 5_520;
  const wh = () => (pick(0, 9) === 0 ? 0 : pick(1, most));
  if (pick(0, 1) === 0) {
    const make = () => Int32Array.from({ length: n }, wh);
    return { kind: 'constant', wholeWh: make(), firstWh: make(), lastWh: make() };
  }
  const offset = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) offset[i + 1] = (offset[i] ?? 0) + Math.max(0, (until[i] ?? 0) - (from[i] ?? 0));
  return { kind: 'perSlot', offset, capWh: Int32Array.from({ length: offset[n] ?? 0 }, wh) };
}

function randomLimits(pick: Pick, { sessions, slots, nodes, tightness }: Sketch): FleetLimits {
  // Each node's parent comes before it, or nothing does; shuffled ends would only rename them.
  const parent = Int32Array.from({ length: nodes }, (_, node) => (node === 0 || pick(0, 9) === 0 ? -1 : pick(0, node - 1)));
  const capWh = Array.from({ length: nodes }, () => {
    if (pick(0, 5) === 0) return null;
    const level = Math.round(3_000 * Math.max(1, sessions) * tightness * (pick(1, 10) / 10));
    const kind = pick(0, 2);
    return Int32Array.from({ length: slots }, () => (pick(0, 12) === 0 ? 0 : kind === 0 ? level : pick(0, level)));
  });
  return { parent, capWh, nodeOf: Int32Array.from({ length: sessions }, () => (nodes === 0 || (nodes > 1 && pick(0, 15) === 0) ? -1 : pick(0, nodes - 1))) };
}

/** A small fleet with everything that goes wrong: ties, negative prices, zero windows, zero limits. */
export function randomFleet(sketch: Sketch): FleetProblem {
  const { seed, sessions: n, slots } = sketch;
  const next = seeded(seed);
  const pick: Pick = (min, max) => min + Math.floor(next() * (max - min + 1));
  const [low, high] = [[-3, 3], [5, 5], [-50_000, 400_000], [0, 12_000]][pick(0, 3)] as [number, number];
  const priceTicks = Int32Array.from({ length: slots }, () => pick(low, high));
  const from = Int32Array.from({ length: n }, () => pick(0, slots));
  const until = from.map((start) => Math.min(slots, Math.max(0, start + pick(-1, pick(0, 1) === 0 ? 4 : slots))));
  const power = randomPower(pick, { sessions: n, from, until });
  const most = pick(1, 3) * 6_000;
  const needWh = Int32Array.from({ length: n }, () => (pick(0, 9) === 0 ? 0 : pick(0, pick(0, 1) === 0 ? 40 : most)));
  const minWh = needWh.map((need) => (pick(0, 1) === 0 ? 0 : pick(0, need)));
  const receivedWh = needWh.map(() => (pick(0, 2) === 0 ? pick(0, 500) : 0));
  return { slots, priceTicks, sessions: n, from, until, needWh, minWh, receivedWh, power, limits: randomLimits(pick, sketch) };
}

/** Wh that a plan puts into each slot, of the stays for which `isIn` holds. */
export function slotLoad(plan: FleetPlan, slots: number, isIn: (i: number) => boolean = () => true): number[] {
  const load = Array.from({ length: slots }, () => 0);
  const { offset, slot, energyWh } = plan.energy;
  for (let i = 0; i + 1 < offset.length; i++) {
    if (!isIn(i)) continue;
    for (let k = offset[i] ?? 0; k < (offset[i + 1] ?? 0); k++) load[slot[k] ?? 0] = (load[slot[k] ?? 0] ?? 0) + (energyWh[k] ?? 0);
  }
  return load;
}

/** The nodes above a stay, nearest first. */
export function nodesAbove({ parent, nodeOf }: FleetLimits, i: number): number[] {
  const above: number[] = [];
  for (let node = nodeOf[i] ?? -1; node >= 0; node = parent[node] ?? -1) above.push(node);
  return above;
}

/** What a stay's slot holds at most. */
export function powerOf({ power, from, until }: FleetProblem, i: number, slot: number): number {
  const start = from[i] ?? 0;
  if (slot < start || slot >= (until[i] ?? 0)) return 0;
  if (power.kind === 'perSlot') return power.capWh[(power.offset[i] ?? 0) + slot - start] ?? 0;
  if (slot === start) return power.firstWh[i] ?? 0;
  return (slot + 1 === until[i] ? power.lastWh[i] : power.wholeWh[i]) ?? 0;
}
