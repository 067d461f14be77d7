import { expect, test } from 'vitest';
import type { FleetProblem } from './fleet.ts';
import { guessPrices } from './guess.ts';
import { createState, keepSlotOrder, loadProblem } from './state.ts';

/** Stays of one kind each: window, need, and 4 Wh per slot. */
function guessOf(priceTicks: number[], stays: { from: number; until: number; needWh: number }[], capWh: number) {
  const pick = (key: 'from' | 'until' | 'needWh') => Int32Array.from(stays, (stay) => stay[key]);
  const fourWh = new Int32Array(stays.length).fill(4);
  const problem: FleetProblem = {
    slots: priceTicks.length, priceTicks: Int32Array.from(priceTicks), sessions: stays.length,
    from: pick('from'), until: pick('until'), needWh: pick('needWh'),
    power: { kind: 'constant', wholeWh: fourWh, firstWh: fourWh, lastWh: fourWh },
    limits: { parent: Int32Array.of(-1), capWh: [null], nodeOf: new Int32Array(stays.length) },
  };
  const state = createState(problem);
  loadProblem(state, problem);
  keepSlotOrder(state);
  const { ticks, loadWh } = guessPrices(state, () => capWh);
  return { ticks: [...ticks], loadWh: [...loadWh] };
}

test('slots that hold all who want them keep their price', () => {
  expect(guessOf([3, 1, 2], [{ from: 0, until: 3, needWh: 6 }], 5)).toEqual({ ticks: [3, 1, 2], loadWh: [0, 4, 2] });
});

test('slots that too many want share the price of the one that takes what is left', () => {
  const stays = Array.from({ length: 3 }, () => ({ from: 0, until: 3, needWh: 4 }));
  expect(guessOf([3, 1, 2], stays, 5)).toEqual({ ticks: [3, 3, 3], loadWh: [2, 5, 5] });
});

test('what no slot can hold is dearer than any price', () => {
  const stays = Array.from({ length: 3 }, () => ({ from: 0, until: 1, needWh: 4 }));
  expect(guessOf([3, 1], stays, 5).ticks).toEqual([Infinity, 1]);
});

test('another day does not take what this one cannot hold', () => {
  const today = Array.from({ length: 3 }, () => ({ from: 0, until: 2, needWh: 4 }));
  const later = [{ from: 8, until: 10, needWh: 4 }];
  expect(guessOf([1, 3, 9, 9, 9, 9, 9, 9, 2, 9], [...today, ...later], 5).ticks.slice(0, 2)).not.toContain(2);
});
