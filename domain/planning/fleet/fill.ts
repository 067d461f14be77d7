import type { SparseEnergy } from './fleet.ts';
import { place } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { capOf } from './state.ts';

/** Takes over the plan in force as far as windows, power, limit and wishes still allow it. */
export function fillPrevious(graph: SlotGraph, previous: SparseEnergy): void {
  const { state, load, cap } = graph;
  const { sessions: n, unplaced, from, until } = state;
  for (let i = 0; i < n; i++) {
    for (let k = previous.offset[i] as number; k < (previous.offset[i + 1] as number); k++) {
      const slot = previous.slot[k] as number;
      if (slot < (from[i] as number) || slot >= (until[i] as number)) continue;
      const left = (cap[slot] as number) - (load[slot] as number);
      const energyWh = Math.min(previous.energyWh[k] as number, capOf(state, i, slot), left, unplaced[i] as number);
      if (energyWh > 0) place(graph, i, { slot, energyWh });
    }
  }
}
