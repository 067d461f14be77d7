import loadHighs from 'highs';
import type { FleetProblem } from './fleet.ts';
import { nodesAbove, powerOf } from './random-fleet.test-support.ts';

type Highs = Awaited<ReturnType<typeof loadHighs>>;
let loaded: Promise<Highs> | null = null;

export function highs(): Promise<Highs> {
  loaded ??= loadHighs();
  return loaded;
}

/** The problem as a linear programme for HiGHS; unserved Wh have a price above any other. */
export function toLinear(problem: FleetProblem) {
  const { sessions, slots, priceTicks, needWh, limits } = problem;
  const [colCost, colUpper, starts, indices]: number[][] = [[], [], [], []];
  const nodes = limits.parent.length;
  const prices = [...priceTicks];
  const range = Math.max(1, ...prices) - Math.min(0, ...prices);
  const unservedCost = 4 * range;
  const cells: { i: number; slot: number }[] = [];
  for (let i = 0; i < sessions; i++) {
    const above = nodesAbove(limits, i);
    for (let slot = 0; slot < slots; slot++) {
      const most = powerOf(problem, i, slot);
      if (most <= 0) continue;
      cells.push({ i, slot });
      colCost?.push(priceTicks[slot] ?? 0);
      colUpper?.push(most);
      starts?.push(indices?.length ?? 0);
      indices?.push(i, ...above.map((node) => sessions + node * slots + slot));
    }
  }
  for (let i = 0; i < sessions; i++) {
    colCost?.push(unservedCost);
    colUpper?.push(needWh[i] ?? 0);
    starts?.push(indices?.length ?? 0);
    indices?.push(i);
  }
  starts?.push(indices?.length ?? 0);
  const rowUpper = [...needWh, ...Array.from({ length: nodes * slots }, (_, k) => limits.capWh[Math.floor(k / slots)]?.[k % slots] ?? Infinity)];
  const rowLower = [...needWh, ...Array.from({ length: nodes * slots }, () => -Infinity)];
  const numCols = colCost?.length ?? 0;
  return {
    cells,
    model: {
      numCols, numRows: rowUpper.length,
      colCost: Float64Array.from(colCost ?? []), colLower: new Float64Array(numCols), colUpper: Float64Array.from(colUpper ?? []),
      rowLower: Float64Array.from(rowLower), rowUpper: Float64Array.from(rowUpper),
      matrix: {
        format: 'csc' as const, numCols, numRows: rowUpper.length, starts: Int32Array.from(starts ?? []), indices: Int32Array.from(indices ?? []),
        values: new Float64Array(indices?.length ?? 0).fill(1),
      },
    },
  };
}

/** HiGHS's optimum, its vertex rounded to whole Wh (the matrix is a network's: vertices are whole). */
export function solveByHighs(solver: Highs, problem: FleetProblem): { unservedWh: number; cost: bigint } {
  const { cells, model } = toLinear(problem);
  if (model.numCols === 0) return { unservedWh: 0, cost: 0n };
  const instance = solver.createModel(model);
  try {
    instance.options.set({ output_flag: false, solver: 'simplex' });
    instance.run();
    const values = instance.getSolution().colValue;
    const answer = { unservedWh: 0, cost: 0n };
    values.forEach((value, k) => {
      const cell = cells[k];
      if (cell === undefined) answer.unservedWh += Math.round(value);
      else answer.cost += BigInt(Math.round(value)) * BigInt(problem.priceTicks[cell.slot] ?? 0);
    });
    return answer;
  } finally {
    instance.dispose();
  }
}
