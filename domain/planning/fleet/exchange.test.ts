import { describe, expect, it } from 'vitest';
import { checkExchange } from './exchange.ts';
import { CertificateError, type FleetProblem, type SparseEnergy } from './fleet.ts';
import { createState, loadProblem } from './state.ts';

const COSTS = { constant: new Float64Array(3), perLoad: 1, load: new Float64Array(3) };

/** A stays for slots 0 and 1, B for 1 and 2; they want 4 and 5 Wh and take 4 Wh per slot at most. */
const twoStays: FleetProblem = {
  slots: 3,
  priceTicks: new Int32Array(3),
  sessions: 2,
  from: Int32Array.of(0, 1),
  until: Int32Array.of(2, 3),
  needWh: Int32Array.of(4, 5),
  power: {
    kind: 'constant',
    wholeWh: Int32Array.of(4, 4),
    firstWh: Int32Array.of(4, 4),
    lastWh: Int32Array.of(4, 4),
  },
  limits: { parent: Int32Array.of(-1), capWh: [null], nodeOf: new Int32Array(2) },
};

/** Checks a plan that gives A and B so much in their two slots each. */
function check(a: [number, number], b: [number, number], limit: number | null = null): void {
  const state = createState(twoStays);
  loadProblem(state, twoStays);
  state.unplaced.set([4 - a[0] - a[1], 5 - b[0] - b[1]]);
  const energy: SparseEnergy = {
    offset: Int32Array.of(0, 2, 4),
    slot: Int32Array.of(0, 1, 1, 2),
    energyWh: Int32Array.of(...a, ...b),
  };
  const loadWh = Float64Array.of(a[0], a[1] + b[0], b[1]);
  const limitWh = limit === null ? null : new Int32Array(3).fill(limit);
  checkExchange(state, { energy, loadWh, limitWh, costs: COSTS });
}

describe('the proof of a levelled plan', () => {
  it('accepts the flattest loads', () => {
    expect(() => check([3, 1], [2, 3])).not.toThrow();
  });
  it('refuses a plan in which a Wh moved within a stay still helps', () => {
    expect(() => check([1, 3], [2, 3])).toThrow('a Wh moved');
  });
  it('refuses a plan in which only a chain of two stays helps', () => {
    expect(() => check([4, 0], [3, 2])).toThrow('a Wh moved from slot 0 to 2');
  });
  it('refuses a plan that leaves out a Wh for which a slot has room, but not where the limit is full', () => {
    expect(() => check([2, 1], [2, 3])).toThrow(CertificateError);
    expect(() => check([2, 1], [2, 3], 4)).toThrow('room for a Wh that nobody gets');
    expect(() => check([2, 0], [2, 2], 2)).not.toThrow();
  });
});
