import { DAY_S, HOUR_S, QUARTER_S } from '../../time/instant.ts';
import { bellAt, hashKeys, unitAt } from '../../units/random.ts';
import type { WhatIfFleet, WhatIfStay } from './fleet.ts';
import type { WhatIfSettings } from './settings.ts';

/** Cars of a question, one entry per car; slots count from the fleet's noon. */
export type Cars = {
  count: number;
  slots: number;
  /** Slot t is open where from ≤ t < until; Wh that fit into the first, a whole and the last one. */
  from: Int32Array;
  until: Int32Array;
  firstWh: Int32Array;
  wholeWh: Int32Array;
  lastWh: Int32Array;
  needWh: Int32Array;
  /** 1 for a car that is steered. */
  steered: Uint8Array;
  /** The same window up to the departure as the plan believes it. */
  planUntil: Int32Array;
  planFirstWh: Int32Array;
  planLastWh: Int32Array;
};

const STREAM = { order: 31, share: 32, shift: 33, energy: 34, departure: 35 } as const;
const SEED = 20_261_122;
/** A copy of a stay comes up to this much earlier or later, so that copies are no convoy. */
const SHIFT_S = 1.5 * HOUR_S;
/** bellAt has a standard deviation of a third. */
const BELLS_PER_SD = 3;

type Window = { inS: number; outS: number; powerW: number };

/**
 * makeCars answers for as many cars as are asked for: the fleet's stays in an order of their own,
 * then copies of them, shifted by up to 90 minutes and with 75 to 125 % of the energy. More cars or a
 * higher share add to those that were there, so that moving one slider changes one thing.
 */
export function makeCars(fleet: WhatIfFleet, settings: WhatIfSettings): Cars {
  const slots = fleet.priceTicks.length;
  const count = fleet.stays.length === 0 ? 0 : settings.cars;
  const order = fleet.stays
    .map((_, index) => index)
    .toSorted((a, b) => hashKeys(SEED, STREAM.order, a) - hashKeys(SEED, STREAM.order, b));
  const cars = emptyCars(count, slots);
  for (let car = 0; car < count; car += 1) {
    const copy = Math.floor(car / order.length);
    const stay = fleet.stays[order[car % order.length] ?? 0];
    if (stay === undefined) continue;
    const moved = copy === 0 ? 0 : Math.round(SHIFT_S * bellAt(SEED, STREAM.shift, car));
    const powerW = settings.power === 0 ? stay.powerW : settings.power * 1_000;
    const window = within(
      { inS: stay.plugInAt - fleet.fromAt + moved, outS: stay.plugOutAt - fleet.fromAt + moved, powerW },
      slots,
    );
    putWindow(cars, car, window);
    cars.needWh[car] = copy === 0 ? stay.energyWh : copiedNeed(stay, car);
    cars.steered[car] = unitAt(SEED, STREAM.share, car) * 100 < settings.share ? 1 : 0;
    putDeadline(cars, car, { window, unsureS: settings.unsure * 60 });
  }
  return cars;
}

/** A copy asks for more or less than the stay it is made of, but for no more than its time holds. */
function copiedNeed({ plugInAt, plugOutAt, energyWh, powerW }: WhatIfStay, car: number): number {
  const factor = 0.75 + 0.5 * unitAt(SEED, STREAM.energy, car);
  const holdsWh = whIn(powerW, plugOutAt - plugInAt);
  return Math.min(Math.round(energyWh * factor), Math.max(energyWh, Math.floor(holdsWh * 0.95)));
}

function emptyCars(count: number, slots: number): Cars {
  const make = () => new Int32Array(count);
  return {
    count,
    slots,
    from: make(),
    until: make(),
    firstWh: make(),
    wholeWh: make(),
    lastWh: make(),
    needWh: make(),
    steered: new Uint8Array(count),
    planUntil: make(),
    planFirstWh: make(),
    planLastWh: make(),
  };
}

/** A copy that would begin before the day or end after it is pushed back into it, as long as it is. */
function within({ inS, outS, powerW }: Window, slots: number): Window {
  const endS = slots * QUARTER_S;
  const lengthS = Math.min(outS - inS, endS);
  const startS = Math.max(0, Math.min(inS, DAY_S - 1, endS - lengthS));
  return { inS: startS, outS: startS + lengthS, powerW };
}

function whIn(powerW: number, seconds: number): number {
  return Math.floor((powerW * seconds) / HOUR_S);
}

function putWindow(cars: Cars, car: number, { inS, outS, powerW }: Window): void {
  const from = Math.floor(inS / QUARTER_S);
  const until = Math.ceil(outS / QUARTER_S);
  const firstS = Math.min(outS, (from + 1) * QUARTER_S) - inS;
  const lastS = outS - Math.max(inS, (until - 1) * QUARTER_S);
  cars.from[car] = from;
  cars.until[car] = until;
  cars.firstWh[car] = whIn(powerW, firstS);
  cars.wholeWh[car] = whIn(powerW, QUARTER_S);
  cars.lastWh[car] = whIn(powerW, lastS);
}

/**
 * The plan's deadline: the departure misjudged by a bell of the given deviation, less one deviation
 * as margin, but never before the energy could be in the car, and never after the day.
 */
function putDeadline(cars: Cars, car: number, args: { window: Window; unsureS: number }): void {
  const { window, unsureS } = args;
  const { inS, outS, powerW } = window;
  let deadlineS = outS;
  if (unsureS > 0) {
    const errorS = Math.round(bellAt(SEED, STREAM.departure, car) * BELLS_PER_SD * unsureS);
    const soonestS = inS + Math.ceil(((cars.needWh[car] ?? 0) * HOUR_S) / powerW);
    const wholeSoonestS = Math.ceil(soonestS / QUARTER_S) * QUARTER_S;
    const believedS = Math.max(outS + errorS - unsureS, Math.min(wholeSoonestS, outS));
    deadlineS = Math.min(cars.slots * QUARTER_S, believedS);
  }
  const until = Math.ceil(deadlineS / QUARTER_S);
  const firstEndS = (Math.floor(inS / QUARTER_S) + 1) * QUARTER_S;
  cars.planUntil[car] = until;
  cars.planFirstWh[car] = whIn(powerW, Math.min(deadlineS, firstEndS) - inS);
  cars.planLastWh[car] = whIn(powerW, deadlineS - Math.max(inS, (until - 1) * QUARTER_S));
}

/** capBefore is what slot `slot` of a car holds before it truly leaves, in Wh. */
export function capBefore(cars: Cars, car: number, slot: number): number {
  const [from, until] = [cars.from[car] ?? 0, cars.until[car] ?? 0];
  if (slot < from || slot >= until) return 0;
  if (slot === from) return cars.firstWh[car] ?? 0;
  return (slot === until - 1 ? cars.lastWh[car] : cars.wholeWh[car]) ?? 0;
}
