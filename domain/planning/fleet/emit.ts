import { CertificateError, LIMIT_FULL, SERVED, WINDOW_TOO_SMALL } from './fleet.ts';
import type { FleetDuals, FleetPlan, SparseEnergy } from './fleet.ts';
import { addExact, certify, exactValue } from './certificate.ts';
import type { BoundSums } from './certificate.ts';
import { grown } from './state.ts';
import type { FleetState } from './state.ts';

/** What a solve gives per stay, read off `x` and checked on the way. */
export interface Emitted {
  readonly energy: SparseEnergy;
  readonly servedWh: Int32Array;
  readonly unservedWh: Int32Array;
  readonly reason: Uint8Array;
  readonly primal: BoundSums;
}

/** Room for the energies of all cells, and one more. */
function scratch(state: FleetState): [slot: Int32Array, energyWh: Int32Array] {
  const cells = (state.offset[state.sessions] as number) + 1;
  state.slotOut = grown(state.slotOut, cells);
  state.energyOut = grown(state.energyOut, cells);
  return [state.slotOut, state.energyOut];
}

/**
 * Writes the plan out and checks it from the energies alone: no slot above the stay's power, sums
 * conserved to the Wh. `loadOfSlot` receives the loads.
 */
export function emit(state: FleetState, loadOfSlot: Float64Array): Emitted {
  const { sessions: n, x, most, from, until, wish, unplaced, problem: { needWh, priceTicks } } = state;
  const [slotOut, energyOut] = scratch(state);
  const offset = new Int32Array(n + 1);
  const [servedWh, unservedWh] = [new Int32Array(n), new Int32Array(n)];
  const reason = new Uint8Array(n);
  const primal = { unservedWh: 0, cost: { low: 0, high: 0n } };
  let end = 0;
  for (let i = 0; i < n; i++) {
    const start = end;
    const d = until[i] as number;
    const base = (state.offset[i] as number) - (from[i] as number);
    // Each slot is written, and kept only where it holds something.
    for (let slot = from[i] as number; slot < d; slot++) {
      const wh = x[base + slot] as number;
      slotOut[end] = slot;
      end += (wh | -wh) >>> 31;
    }
    offset[i + 1] = end;
    let served = 0;
    let wrong = 0;
    for (let k = start; k < end; k++) {
      const slot = slotOut[k] as number;
      const wh = x[base + slot] as number;
      energyOut[k] = wh;
      wrong |= wh | ((most[base + slot] as number) - wh);
      served += wh;
      loadOfSlot[slot] = (loadOfSlot[slot] as number) + wh;
    }
    if (wrong < 0) throw new CertificateError(`stay ${i} holds less than nothing or more than its power in a slot`);
    const missing = unplaced[i] as number;
    if (missing < 0 || served + missing !== wish[i]) {
      throw new CertificateError(`stay ${i} has ${served} Wh of ${wish[i]} Wh, ${missing} Wh unplaced`);
    }
    const need = Math.max(0, needWh[i] as number);
    servedWh[i] = served;
    unservedWh[i] = need - served;
    primal.unservedWh += missing;
    reason[i] = (need > served + missing ? WINDOW_TOO_SMALL : SERVED) | (missing > 0 ? LIMIT_FULL : SERVED);
  }
  for (let slot = 0; slot < state.slots; slot++) {
    addExact(primal.cost, (loadOfSlot[slot] as number) * (priceTicks[slot] as number));
  }
  const energy = { offset, slot: slotOut.slice(0, end), energyWh: energyOut.slice(0, end) };
  return { energy, servedWh, unservedWh, reason, primal };
}

/** The plan, once its cost and its bound agree. Throws CertificateError where they do not. */
export function toPlan(
  { emitted, duals, dual, blockedBy }: { emitted: Emitted; duals: FleetDuals; dual: BoundSums; blockedBy: Int32Array },
): FleetPlan {
  const { energy, servedWh, unservedWh, reason, primal } = emitted;
  const cost = exactValue(primal.cost);
  const certificate = certify(
    { unservedWh: primal.unservedWh, cost }, { unservedWh: dual.unservedWh, cost: exactValue(dual.cost) },
  );
  return { energy, servedWh, unservedWh, reason, blockedBy, cost, duals, certificate };
}
