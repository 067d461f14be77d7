import { CertificateError, LIMIT_FULL, SERVED, WINDOW_TOO_SMALL } from './fleet.ts';
import type { FleetDuals, FleetPlan, SparseEnergy } from './fleet.ts';
import { addExact, certify, exactValue } from './certificate.ts';
import type { BoundSums } from './certificate.ts';
import type { FleetState } from './state.ts';

/** What a solve gives per stay, read off `x` and checked on the way. */
export interface Emitted {
  readonly energy: SparseEnergy;
  readonly servedWh: Int32Array;
  readonly unservedWh: Int32Array;
  readonly reason: Uint8Array;
  readonly primal: BoundSums;
}

function countEnergies({ sessions: n, words, has }: FleetState): Int32Array {
  const offset = new Int32Array(n + 1);
  let count = 0;
  for (let at = 0, i = 0; i < n; i++) {
    for (let w = 0; w < words; w++, at++) {
      let bits = has[at] as number;
      bits -= (bits >>> 1) & 0x55555555;
      bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
      count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
    offset[i + 1] = count;
  }
  return offset;
}

/**
 * Writes the plan out and checks it from the energies alone: no slot above the stay's power, sums
 * conserved to the Wh. `loadOfSlot` receives the loads.
 */
export function emit(state: FleetState, loadOfSlot: Float64Array): Emitted {
  const { sessions: n, x, most, from, until, wish, unplaced, problem: { needWh, priceTicks } } = state;
  const offset = countEnergies(state);
  const count = offset[n] as number;
  // One more than there are energies: each cell is written, and kept only where it holds something.
  const [slotOut, energyOut] = [new Int32Array(count + 1), new Int32Array(count + 1)];
  const energy = { offset, slot: slotOut.subarray(0, count), energyWh: energyOut.subarray(0, count) };
  const [servedWh, unservedWh] = [new Int32Array(n), new Int32Array(n)];
  const reason = new Uint8Array(n);
  const primal = { unservedWh: 0, cost: { low: 0, high: 0n } };
  let at = 0;
  for (let i = 0; i < n; i++) {
    let served = 0;
    let wrong = 0;
    const a = from[i] as number;
    const d = until[i] as number;
    const cell = (state.offset[i] as number) - a;
    for (let slot = a; slot < d; slot++) {
      const wh = x[cell + slot] as number;
      slotOut[at] = slot;
      energyOut[at] = wh;
      at += wh === 0 ? 0 : 1;
      wrong |= wh | ((most[cell + slot] as number) - wh);
      served += wh;
    }
    if (wrong < 0) throw new CertificateError(`stay ${i} holds less than nothing or more than its power in a slot`);
    const missing = unplaced[i] as number;
    if (at !== offset[i + 1] || missing < 0 || served + missing !== wish[i]) {
      throw new CertificateError(`stay ${i} has ${served} Wh of ${wish[i]} Wh, ${missing} Wh unplaced`);
    }
    const need = Math.max(0, needWh[i] as number);
    servedWh[i] = served;
    unservedWh[i] = need - served;
    primal.unservedWh += missing;
    reason[i] = (need > served + missing ? WINDOW_TOO_SMALL : SERVED) | (missing > 0 ? LIMIT_FULL : SERVED);
  }
  for (let k = 0; k < count; k++) {
    const slot = slotOut[k] as number;
    loadOfSlot[slot] = (loadOfSlot[slot] as number) + (energyOut[k] as number);
  }
  for (let slot = 0; slot < state.slots; slot++) {
    addExact(primal.cost, (loadOfSlot[slot] as number) * (priceTicks[slot] as number));
  }
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
