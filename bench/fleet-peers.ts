import loadHighs from 'highs';
import type { FleetProblem } from '#domain/planning/fleet/fleet.ts';
import { solvePriced } from '#domain/planning/fleet/solve-priced.ts';
import type { PricedProblem } from '#domain/planning/fleet/solve-priced.ts';

export type PeerRun = { ms: number; cpuMs: number; cost: number; note: string };

/** CPU that this thread has used, ms: what a busy machine does not add to. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const NOTHING: PeerRun = { ms: Infinity, cpuMs: Infinity, cost: 0, note: '' };

type Timing = { solve: () => number; says: string; between?: () => void };

/** Times `solve` as often as asked: best wall time, mean CPU; gives the better of that and `best`. */
function bestOf(best: PeerRun, runs: number, { solve, says, between }: Timing): PeerRun {
  let [ms, cost, sumCpuMs] = [Infinity, 0, 0];
  for (let run = 0; run < runs; run += 1) {
    between?.();
    const [startedMs, startedCpuMs] = [performance.now(), threadCpuMs()];
    cost = solve();
    ms = Math.min(ms, performance.now() - startedMs);
    sumCpuMs += threadCpuMs() - startedCpuMs;
  }
  // The thread's clock ticks coarsely: a mean over the runs, where a single short one may read 0.
  const cpuMs = sumCpuMs / runs;
  return cpuMs < best.cpuMs ? { ms, cpuMs, cost, note: `${says}${runs} runs` } : best;
}

function capOf({ power, from, until }: FleetProblem, i: number, slot: number): number {
  if (power.kind === 'perSlot') return power.capWh[(power.offset[i] ?? 0) + slot - (from[i] ?? 0)] ?? 0;
  if (slot === from[i]) return power.firstWh[i] ?? 0;
  return (slot + 1 === until[i] ? power.lastWh[i] : power.wholeWh[i]) ?? 0;
}

/** Each stay's slots with what they hold, in compressed rows. */
function cellsOf(problem: FleetProblem): { offset: Int32Array; slot: Int32Array; capWh: Int32Array } {
  const offset = new Int32Array(problem.sessions + 1);
  const [slots, caps]: [number[], number[]] = [[], []];
  for (let i = 0; i < problem.sessions; i += 1) {
    for (let slot = problem.from[i] ?? 0; slot < (problem.until[i] ?? 0); slot += 1) {
      slots.push(slot);
      caps.push(capOf(problem, i, slot));
    }
    offset[i + 1] = slots.length;
  }
  return { offset, slot: Int32Array.from(slots), capWh: Int32Array.from(caps) };
}

function toLinear(problem: FleetProblem) {
  const { sessions, slots, limits, priceTicks, needWh } = problem;
  const cells = cellsOf(problem);
  const [starts, indices]: [number[], number[]] = [[], []];
  for (let i = 0; i < sessions; i += 1) {
    for (let k = cells.offset[i] ?? 0; k < (cells.offset[i + 1] ?? 0); k += 1) {
      starts.push(indices.length);
      indices.push(i);
      for (let node = limits.nodeOf[i] ?? -1; node >= 0; node = limits.parent[node] ?? -1) {
        indices.push(sessions + node * slots + (cells.slot[k] ?? 0));
      }
    }
  }
  starts.push(indices.length);
  const [numCols, numRows] = [cells.slot.length, sessions + limits.parent.length * slots];
  const rowUpper = new Float64Array(numRows).fill(Infinity);
  const rowLower = new Float64Array(numRows).fill(-Infinity);
  rowUpper.set(needWh);
  rowLower.set(needWh);
  limits.capWh.forEach((caps, node) => { if (caps !== null) rowUpper.set(caps, sessions + node * slots); });
  return {
    numCols, numRows, colCost: Float64Array.from(cells.slot, (slot) => priceTicks[slot] ?? 0),
    colLower: new Float64Array(numCols), colUpper: Float64Array.from(cells.capWh), rowLower, rowUpper,
    matrix: {
      format: 'csc' as const, numCols, numRows, starts: Int32Array.from(starts), indices: Int32Array.from(indices),
      values: new Float64Array(indices.length).fill(1),
    },
  };
}

export type HighsRuns = { solvers: readonly string[]; runs: number };

/**
 * HiGHS in this process, loaded and warmed, model built before the clock starts: the best run of its
 * algorithms. `between` runs before each of its runs: who is compared with it meets the same machine.
 */
export async function runHighs(problem: FleetProblem, { solvers, runs }: HighsRuns, between: () => void): Promise<PeerRun> {
  const highs = await loadHighs();
  const model = highs.createModel(toLinear(problem));
  let best = NOTHING;
  try {
    for (const solver of solvers) {
      model.options.set({ output_flag: false, solver });
      const solve = () => {
        model.clearSolver();
        model.run();
        return model.getObjectiveValue();
      };
      best = bestOf(best, runs, { solve, says: `${solver}, `, between });
    }
  } finally {
    model.dispose();
  }
  return best;
}

/** The network simplex that plans stays with different prices, given the same prices for all. */
export function runNetworkSimplex(problem: FleetProblem, runs: number): PeerRun {
  const cells = cellsOf(problem);
  const priced: PricedProblem = {
    slots: problem.slots, needWh: problem.needWh, ...cells, limits: problem.limits,
    priceTicks: Int32Array.from(cells.slot, (slot) => problem.priceTicks[slot] ?? 0),
  };
  return bestOf(NOTHING, runs, { solve: () => Number(solvePriced(priced).cost), says: '' });
}

/** The floor: each stay its cheapest slots, as if there were no limit; nothing is proven. Slots are sorted before. */
export function runGreedy(problem: FleetProblem, runs: number): PeerRun {
  const cells = cellsOf(problem);
  const byPrice = Int32Array.from(problem.priceTicks.keys())
    .sort((a, b) => (problem.priceTicks[a] ?? 0) - (problem.priceTicks[b] ?? 0));
  const energyWh = new Int32Array(cells.slot.length);
  const solve = () => {
    let cost = 0;
    energyWh.fill(0);
    for (let i = 0; i < problem.sessions; i += 1) {
      const [from, until, shift] = [problem.from[i] ?? 0, problem.until[i] ?? 0, (cells.offset[i] ?? 0) - (problem.from[i] ?? 0)];
      let rest = problem.needWh[i] ?? 0;
      for (let k = 0; rest > 0 && k < byPrice.length; k += 1) {
        const slot = byPrice[k] ?? 0;
        if (slot < from || slot >= until) continue;
        const wh = Math.min(rest, cells.capWh[shift + slot] ?? 0);
        energyWh[shift + slot] = wh;
        cost += wh * (problem.priceTicks[slot] ?? 0);
        rest -= wh;
      }
    }
    return cost;
  };
  for (let run = 0; run < 20; run += 1) solve();
  return bestOf(NOTHING, runs, { solve, says: '' });
}
