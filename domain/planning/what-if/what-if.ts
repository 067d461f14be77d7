import { potOf } from '../../settlement/pot.ts';
import { createWorkspace } from '../fleet/solve-fleet.ts';
import type { InstantS } from '../../time/instant.ts';
import { BACKTEST_SALE_PRICE_MICRO_PER_KWH, BACKTEST_TERMS } from '../backtest/payout.ts';
import { capBefore, makeCars, type Cars } from './cars.ts';
import type { WhatIfFleet } from './fleet.ts';
import { planBlend, planByPrice, type SteeredPlan } from './plan.ts';
import type { WhatIfSettings } from './settings.ts';

/** One way of charging, all cars together. */
export type Side = {
  energyWh: number;
  /** Wh × ticks (EUR 10⁻⁸), exact. */
  costExact: number;
  peakWh: number;
  peakSlot: number;
  /** Energy above the limit and quarters in which there is any. */
  overWh: number;
  overSlots: number;
  unservedWh: number;
  /** Cars that get at least 0.1 kWh less than asked, and the least that one gets of what it asked. */
  shortCars: number;
  worstPct: number;
};

/** What the settlement rule makes of the steered cars' saving, micro-euro. */
export type Payout = {
  driverMicro: number;
  mspMicro: number;
  cpoMicro: number;
  platformMicro: number;
  /** Steered cars whose driver gets at least the smallest payout. */
  paidCars: number;
};

export type WhatIfAnswer = {
  settings: WhatIfSettings;
  fromAt: InstantS;
  timeZone: string;
  isSynthetic: boolean;
  priceTicks: Int32Array;
  /** Load per quarter, Wh. */
  beforeWh: Float64Array;
  afterWh: Float64Array;
  limitWh: number | null;
  cars: number;
  steeredCars: number;
  before: Side;
  after: Side;
  payout: Payout;
  /**
   * One more kW of limit over the whole day: EUR 10⁻⁸ that it saves, and quarters in which it would
   * serve what nobody serves now; null without a limit or where the plan goes by more than price.
   */
  oneMoreKw: { worthExact: number; servingSlots: number } | null;
};

export const WHAT_IF_PHASES = ['cars', 'atOnce', 'price', 'blend', 'figures'] as const;
export type WhatIfPhase = (typeof WHAT_IF_PHASES)[number];

/** One kW in a quarter of an hour. */
const WH_PER_KW = 250;
const SHORT_WH = 100;
/** EUR 10⁻⁸ in units of EUR 10⁻¹¹, and a Wh in milli-Wh. */
const THOUSAND = 1_000;

/** whatIf answers in one go. Whole Wh; see what-if.md. */
export function whatIf(fleet: WhatIfFleet, settings: WhatIfSettings): WhatIfAnswer {
  const steps = whatIfSteps(fleet, settings);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** whatIfSteps says which phase comes next before it runs it, so that a caller may stop between two. */
export function* whatIfSteps(
  fleet: WhatIfFleet,
  settings: WhatIfSettings,
): Generator<WhatIfPhase, WhatIfAnswer, void> {
  yield 'cars';
  const cars = makeCars(fleet, settings);
  const priceTicks = spreadPrices(fleet.priceTicks, settings.spread);
  const limitWh = settings.limit === 0 ? null : settings.limit * WH_PER_KW;
  yield 'atOnce';
  const atOnce = chargeAtOnce(cars, priceTicks);
  const plan = { cars, priceTicks, settings, othersWh: atOnce.othersWh, limitWh };
  yield 'price';
  const workspace = createWorkspace();
  const fair = planByPrice(plan, workspace);
  if (settings.flat > 0) yield 'blend';
  const planned = settings.flat > 0 ? planBlend(plan, fair, workspace) : fair;
  yield 'figures';
  const after = deliver({ cars, priceTicks, atOnce, planned });
  const { fromAt, timeZone, isSynthetic } = fleet;
  return {
    settings,
    fromAt,
    timeZone,
    isSynthetic,
    priceTicks,
    beforeWh: atOnce.loadWh,
    afterWh: after.loadWh,
    limitWh,
    cars: cars.count,
    steeredCars: fair.steered.length,
    before: sideOf({ cars, priceTicks, limitWh, load: atOnce }),
    after: sideOf({ cars, priceTicks, limitWh, load: after }),
    payout: after.payout,
    oneMoreKw: worthOf(planned),
  };
}

/** Prices at `spreadPct` of their distance from the mean, whole ticks. */
function spreadPrices(priceTicks: readonly number[], spreadPct: number): Int32Array {
  if (spreadPct === 100) return Int32Array.from(priceTicks);
  const mean = priceTicks.reduce((sum, ticks) => sum + ticks, 0) / Math.max(1, priceTicks.length);
  return Int32Array.from(priceTicks, (ticks) => Math.round(mean + ((ticks - mean) * spreadPct) / 100));
}

/** Load per slot and what each car got. */
type Load = { loadWh: Float64Array; servedWh: Float64Array };
type AtOnce = Load & { othersWh: Float64Array };

/** Every car charges at full power from plug-in on, whatever the limit. */
function chargeAtOnce(cars: Cars, priceTicks: Int32Array): AtOnce {
  const loadWh = new Float64Array(priceTicks.length);
  const othersWh = new Float64Array(priceTicks.length);
  const servedWh = new Float64Array(cars.count);
  for (let car = 0; car < cars.count; car += 1) {
    const isOther = cars.steered[car] === 0;
    const needWh = cars.needWh[car] ?? 0;
    let left = needWh;
    for (let slot = cars.from[car] ?? 0; left > 0 && slot < (cars.until[car] ?? 0); slot += 1) {
      const wh = Math.min(left, capBefore(cars, car, slot));
      loadWh[slot] = (loadWh[slot] ?? 0) + wh;
      if (isOther) othersWh[slot] = (othersWh[slot] ?? 0) + wh;
      left -= wh;
    }
    servedWh[car] = needWh - left;
  }
  return { loadWh, othersWh, servedWh };
}

/** The plan meets the true departures: what was planned for after them is not delivered. */
function deliver(args: {
  cars: Cars;
  priceTicks: Int32Array;
  atOnce: AtOnce;
  planned: SteeredPlan;
}): Load & { payout: Payout } {
  const { cars, priceTicks, atOnce, planned } = args;
  const loadWh = Float64Array.from(atOnce.othersWh);
  const servedWh = Float64Array.from(atOnce.servedWh);
  const payout = { driverMicro: 0, mspMicro: 0, cpoMicro: 0, platformMicro: 0, paidCars: 0 };
  const { offset, slot, energyWh } = planned.energy;
  for (const [index, car] of planned.steered.entries()) {
    let served = 0;
    let costExact = 0;
    for (let at = offset[index] ?? 0; at < (offset[index + 1] ?? 0); at += 1) {
      const where = slot[at] ?? 0;
      const wh = Math.min(energyWh[at] ?? 0, capBefore(cars, car, where));
      loadWh[where] = (loadWh[where] ?? 0) + wh;
      served += wh;
      costExact += wh * (priceTicks[where] ?? 0);
    }
    servedWh[car] = served;
    addPayout(payout, { servedWh: served, savingExact: atOnceCost(cars, car, { wh: served, priceTicks }) - costExact });
  }
  return { loadWh, servedWh, payout };
}

/** The same energy at once, Wh × ticks: what the steered car is compared with. */
function atOnceCost(cars: Cars, car: number, args: { wh: number; priceTicks: Int32Array }): number {
  let left = args.wh;
  let cost = 0;
  for (let slot = cars.from[car] ?? 0; left > 0 && slot < (cars.until[car] ?? 0); slot += 1) {
    const wh = Math.min(left, capBefore(cars, car, slot));
    cost += wh * (args.priceTicks[slot] ?? 0);
    left -= wh;
  }
  return cost;
}

function addPayout(payout: Payout, car: { servedWh: number; savingExact: number }): void {
  if (car.savingExact <= 0) return;
  const { parts, belowMinimum } = potOf({
    savingExact: BigInt(car.savingExact * THOUSAND),
    energyMilliWh: car.servedWh * THOUSAND,
    programme: BACKTEST_TERMS,
    salePriceMicroPerKwh: BACKTEST_SALE_PRICE_MICRO_PER_KWH,
  });
  payout.driverMicro += Number(parts.driverMicro);
  payout.mspMicro += Number(parts.mspMicro);
  payout.cpoMicro += Number(parts.cpoMicro);
  payout.platformMicro += Number(parts.platformMicro);
  if (!belowMinimum) payout.paidCars += 1;
}

function sideOf(args: {
  cars: Cars;
  priceTicks: Int32Array;
  limitWh: number | null;
  load: Load;
}): Side {
  const { cars, priceTicks, limitWh, load } = args;
  const side = { energyWh: 0, costExact: 0, peakWh: 0, peakSlot: 0, overWh: 0, overSlots: 0 };
  for (const [slot, wh] of load.loadWh.entries()) {
    side.energyWh += wh;
    side.costExact += wh * (priceTicks[slot] ?? 0);
    if (wh > side.peakWh) [side.peakWh, side.peakSlot] = [wh, slot];
    if (limitWh === null || wh <= limitWh) continue;
    side.overWh += wh - limitWh;
    side.overSlots += 1;
  }
  const fairness = { unservedWh: 0, shortCars: 0, worstPct: 100 };
  for (const [car, served] of load.servedWh.entries()) {
    const needWh = cars.needWh[car] ?? 0;
    if (needWh === 0) continue;
    fairness.unservedWh += needWh - served;
    if (needWh - served >= SHORT_WH) fairness.shortCars += 1;
    fairness.worstPct = Math.min(fairness.worstPct, (served / needWh) * 100);
  }
  return { ...side, ...fairness };
}

function worthOf({ duals }: SteeredPlan): WhatIfAnswer['oneMoreKw'] {
  if (duals === null) return null;
  let worthExact = 0;
  let servingSlots = 0;
  for (const [slot, ticks] of duals.ticks.entries()) {
    if (duals.serves[slot] === 1) servingSlots += 1;
    else worthExact += Math.max(0, ticks) * WH_PER_KW;
  }
  return { worthExact, servingSlots };
}
