import { CertificateError, type SparseEnergy } from './fleet.ts';
import type { SlotCosts } from './level-fill.ts';
import type { FleetState } from './state.ts';

type Levelled = {
  readonly energy: SparseEnergy;
  readonly loadWh: Float64Array;
  readonly limitWh: Int32Array | null;
  readonly costs: SlotCosts;
};

/**
 * checkExchange proves a levelled plan from its energies alone. A separable convex cost over the
 * loads a network can carry is least when no exchange of one Wh between two slots lowers it (Murota
 * 2003), and no more can be served when nobody who is short reaches a slot with room; all chains of
 * stays are looked at. O(stays · slots + slots³/32).
 * @throws {CertificateError} where one still helps: a bug.
 */
export function checkExchange(state: FleetState, { energy, loadWh, limitWh, costs }: Levelled): void {
  const { slots, words, sessions: n, unplaced } = state;
  const rows = new Int32Array((slots + 1) * words);
  const open = new Int32Array(words);
  // One row more: the slots that energy which nobody gets could go to.
  for (let i = 0; i < n; i++) {
    openSlots(state, i, { energy, open });
    for (let k = energy.offset[i] as number; k < (energy.offset[i + 1] as number); k++) add(rows, energy.slot[k] as number, open);
    if ((unplaced[i] as number) > 0) add(rows, slots, open);
  }
  close(rows, slots, words);
  const [taken, given] = marginals(costs, loadWh);
  for (let to = 0; to < slots; to++) {
    if (limitWh !== null && (loadWh[to] as number) >= (limitWh[to] as number)) continue;
    const [word, flag] = [to >> 5, 1 << (to & 31)];
    if (((rows[slots * words + word] as number) & flag) !== 0) throw new CertificateError(`slot ${to} has room for a Wh that nobody gets`);
    for (let from = 0; from < slots; from++) {
      if (((rows[from * words + word] as number) & flag) === 0 || (taken[to] as number) >= (given[from] as number)) continue;
      throw new CertificateError(`a Wh moved from slot ${from} to ${to} would still help`);
    }
  }
}

/** What one Wh more costs in each slot, and what one less saves. */
function marginals({ constant, perLoad, load }: SlotCosts, loadWh: Float64Array): [taken: Float64Array, given: Float64Array] {
  const given = loadWh.map((wh, slot) => (constant[slot] as number) + perLoad * ((load[slot] as number) + wh));
  return [given.map((ticks) => ticks + perLoad), given];
}

/** Writes down the slots in which a stay has room. */
function openSlots(
  { offset, from, until, most }: FleetState, i: number, { energy, open }: { energy: SparseEnergy; open: Int32Array },
): void {
  open.fill(0);
  const base = (offset[i] as number) - (from[i] as number);
  let k = energy.offset[i] as number;
  const end = energy.offset[i + 1] as number;
  for (let slot = from[i] as number; slot < (until[i] as number); slot++) {
    const isUsed = k < end && energy.slot[k] === slot;
    const wh = isUsed ? energy.energyWh[k] as number : 0;
    if (isUsed) k += 1;
    if (wh < (most[base + slot] as number)) open[slot >> 5] = (open[slot >> 5] as number) | (1 << (slot & 31));
  }
}

function add(rows: Int32Array, row: number, set: Int32Array): void {
  const at = row * set.length;
  for (let w = 0; w < set.length; w++) rows[at + w] = (rows[at + w] as number) | (set[w] as number);
}

/** Makes steps to chains of steps (Warshall 1962), a row of bits at a time. */
function close(rows: Int32Array, slots: number, words: number): void {
  for (let via = 0; via < slots; via++) {
    const [word, flag] = [via >> 5, 1 << (via & 31)];
    for (let at = 0; at < rows.length; at += words) {
      if (((rows[at + word] as number) & flag) === 0) continue;
      for (let w = 0; w < words; w++) rows[at + w] = (rows[at + w] as number) | (rows[via * words + w] as number);
    }
  }
}
