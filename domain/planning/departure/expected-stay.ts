import { DAY_S, QUARTER_S, type InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { STEP_MIN, STEPS } from './counts.ts';
import { emptyEnergy, energySteps, expectedEnergy } from './energy.ts';
import { riskPrices } from './risk-price.ts';
import { curveFrom, quantileAge, slotSurvival, type StayCurve } from './survival.ts';

/**
 * What a kWh that may be missed counts, in ticks (EUR 0.45): the training parts of three records
 * missed no more than 0.75 % of the energy from EUR 0.40 on, and this is a step safer; departure.md.
 */
export const MISS_TICKS = 45_000;
/** Beyond this share of departures nothing is planned: who is still there charges on. */
const LAST_SHARE = 0.95;
const STEP_S = STEP_MIN * 60;

/** What is expected of a driver who says nothing; plain data. */
export type ExpectedStay = {
  /** Until when energy is planned; whoever stays longer goes on at full power. */
  departureAt: InstantS;
  /** Planned one after the other, rising: the next where the car took the one before and goes on. */
  targetsMilliWh: readonly MilliWh[];
  minEnergyMilliWh: MilliWh;
  /** Chance to be connected after each half hour of the first day; absent: sure until then. */
  survival?: readonly number[];
};

/** survivalSteps is a curve as it is stored: its value after each half hour up to a day. */
export function survivalSteps(curve: StayCurve): number[] {
  return Array.from({ length: STEPS + 1 }, (_, step) =>
    Number(curve(step * STEP_S).toFixed(6)));
}

/**
 * expectedStay is what a plan goes by where the driver says nothing: energy until nearly everybody
 * has left, a day at most, and how much such a stay takes.
 * @param survival see survivalSteps.
 * @param energy see energySteps; null: nothing was learned yet when the stay began.
 */
export function expectedStay(
  plugInAt: InstantS,
  survival: readonly number[],
  energy: readonly number[] | null = null,
): ExpectedStay {
  const lastS = Math.min(DAY_S, quantileAge(curveFrom(survival), 0, LAST_SHARE));
  return {
    departureAt: Math.ceil((plugInAt + lastS) / QUARTER_S) * QUARTER_S,
    ...energyOf(energy ?? OF_NOBODY),
    survival,
  };
}

const OF_NOBODY = energySteps(emptyEnergy());

function energyOf(steps: readonly number[]) {
  const { targetsMilliWh, firstMilliWh } = expectedEnergy(steps);
  return { targetsMilliWh, minEnergyMilliWh: firstMilliWh };
}

/** atOnceStay is a stay of which nothing is known: it charges at once. */
export function atOnceStay(plugInAt: InstantS): ExpectedStay {
  return { departureAt: plugInAt, ...energyOf(OF_NOBODY) };
}

/** What a plan knows of the end of a stay: the driver's time, else what is expected. */
export type StayFacts = {
  now: InstantS;
  plugInAt: InstantS;
  wish: { readyByAt: InstantS | null };
  assumed: ExpectedStay;
};

/**
 * riskOffers gives slots the price they cost once the risk of an early departure is in it; as they
 * are where the driver told his time or the stay is sure. The law: departure.md.
 */
export function riskOffers<
  T extends { startAt: InstantS; seconds: number; priceTicks: number | null },
>(slots: readonly T[], { now, plugInAt, wish, assumed }: StayFacts): readonly T[] {
  const { survival } = assumed;
  if (survival === undefined || wish.readyByAt !== null) return slots;
  const ahead = slots.map(({ startAt, seconds }) => ({ afterS: startAt - now, seconds }));
  const chances = slotSurvival(curveFrom(survival), Math.max(0, now - plugInAt), ahead);
  const prices = riskPrices(slots, chances, MISS_TICKS);
  return slots.map((slot, index) => ({ ...slot, priceTicks: prices[index] ?? null }));
}
