import type { FleetLimits, FleetProblem } from '#domain/planning/fleet/fleet.ts';
import { solveFleet } from '#domain/planning/fleet/solve-fleet.ts';
import { integerAt, unitAt } from '#domain/units/random.ts';

export type Tariff = 'quarterly' | 'hourly' | 'flat' | 'negative';
export type StreetOptions = { sessions: number; slots: number; seed: number; tariff: Tariff };

const POWERS_W = [3_680, 7_360, 11_040, 11_040, 11_040, 22_080];
const FLAT_TICKS = 9_000;

function priceAt(tariff: Tariff, share: number, noise: number): number {
  if (tariff === 'flat') return FLAT_TICKS;
  const day = FLAT_TICKS + 4_000 * Math.sin(share * 4 * Math.PI + 1) + 2_500 * Math.sin(share * 2 * Math.PI);
  const shift = tariff === 'negative' ? 9_500 : 0;
  return Math.round(day - shift + 1_200 * (noise - 0.5));
}

function pricesOf({ slots, seed, tariff }: StreetOptions): Int32Array {
  const step = tariff === 'hourly' ? 4 : 1;
  return Int32Array.from({ length: slots }, (_, slot) => {
    const first = slot - (slot % step);
    return priceAt(tariff, first / slots, unitAt(seed, 1, first));
  });
}

/** Street charging over a day: stays of nine hours, 3.7 to 22 kW, 5 to 50 kWh, partial first and last quarter. */
export function street(options: StreetOptions): FleetProblem {
  const { sessions: n, slots, seed } = options;
  const make = () => new Int32Array(n);
  const [from, until, needWh, wholeWh, firstWh, lastWh] = [make(), make(), make(), make(), make(), make()];
  for (let i = 0; i < n; i += 1) {
    const arrival = (unitAt(seed, 2, i) + unitAt(seed, 3, i) + unitAt(seed, 4, i)) / 3;
    const start = Math.min(slots - 2, Math.floor(slots * Math.min(0.95, Math.max(0, arrival * 1.1 - 0.15))));
    const end = Math.min(slots, start + 2 + Math.floor((unitAt(seed, 5, i) + unitAt(seed, 6, i)) * 36));
    const wh = (POWERS_W[integerAt({ min: 0, max: POWERS_W.length - 1 }, seed, 7, i)] ?? 0) / 4;
    from[i] = start;
    until[i] = end;
    wholeWh[i] = wh;
    firstWh[i] = Math.floor(wh * (0.1 + 0.9 * unitAt(seed, 8, i)));
    lastWh[i] = Math.floor(wh * (0.1 + 0.9 * unitAt(seed, 9, i)));
    needWh[i] = Math.floor(Math.min(5_000 + 45_000 * unitAt(seed, 10, i), (end - start - 2) * wh * 0.9 + 1));
  }
  return {
    slots, priceTicks: pricesOf(options), sessions: n, from, until, needWh,
    power: { kind: 'constant', wholeWh, firstWh, lastWh },
    limits: { parent: new Int32Array(0), capWh: [], nodeOf: new Int32Array(n).fill(-1) },
  };
}

/** Puts limits over the stays, each a share of the peak it would have if all charged at the best price. */
function limited(problem: FleetProblem, tree: Omit<FleetLimits, 'capWh'>, shareOf: (node: number) => number): FleetProblem {
  const { energy } = solveFleet(problem);
  const load = Array.from({ length: tree.parent.length }, () => new Float64Array(problem.slots));
  for (let i = 0; i < problem.sessions; i += 1) {
    for (let node = tree.nodeOf[i] ?? -1; node >= 0; node = tree.parent[node] ?? -1) {
      const loads = load[node] ?? new Float64Array(0);
      for (let k = energy.offset[i] ?? 0; k < (energy.offset[i + 1] ?? 0); k += 1) {
        const slot = energy.slot[k] ?? 0;
        loads[slot] = (loads[slot] ?? 0) + (energy.energyWh[k] ?? 0);
      }
    }
  }
  const capWh = load.map((loads, node) => new Int32Array(problem.slots).fill(Math.floor(Math.max(...loads) * shareOf(node))));
  return { ...problem, limits: { ...tree, capWh } };
}

/** One limit, a share of the peak: at 0.35 it binds in about half of the slots. */
export function underOneLimit(problem: FleetProblem, share = 0.35): FleetProblem {
  return limited(problem, { parent: Int32Array.of(-1), nodeOf: new Int32Array(problem.sessions) }, () => share);
}

const STAYS_PER_SITE = 20;
const SITES_PER_FEEDER = 10;

/** Sites of 20 stays, feeders of 10 sites, one transformer above; every level binds somewhere. */
export function underTree(problem: FleetProblem): FleetProblem {
  const sites = Math.ceil(problem.sessions / STAYS_PER_SITE);
  const feeders = Math.ceil(sites / SITES_PER_FEEDER);
  const parent = Int32Array.from({ length: 1 + feeders + sites }, (_, node) => {
    if (node === 0) return -1;
    return node <= feeders ? 0 : 1 + Math.floor((node - 1 - feeders) / SITES_PER_FEEDER);
  });
  const nodeOf = Int32Array.from({ length: problem.sessions }, (_, i) => 1 + feeders + Math.floor(i / STAYS_PER_SITE));
  return limited(problem, { parent, nodeOf }, (node) => (node === 0 ? 0.6 : node <= feeders ? 0.7 : 0.8));
}
