import { MINUTE_S } from '../../time/local-time.ts';
import {
  classesOf,
  countStay,
  STEP_MIN,
  STEPS,
  type Arrival,
  type DepartureHistory,
  type Explanations,
  type ObservedStay,
  type SaidCounts,
} from './counts.ts';
import { priorChances } from './prior.ts';

/**
 * The chance that a car is still connected at an age of its stay in seconds; 1 at 0, never rising.
 */
export type StayCurve = (ageS: number) => number;

/** How many stays a parent's curve weighs beside a child's own ones. */
const EVERYBODY_WEIGHS = 20;
const STATION_WEIGHS = 20;
const DRIVER_WEIGHS = 4;
/** Beyond a day half of the cars leave in each further half day: nothing was counted there. */
const LONG_HALF_LIFE_S = 12 * 3_600;
const STEP_S = STEP_MIN * MINUTE_S;
/** A declaration is believed nine to one before the driver's own record says otherwise. */
const BELIEF = Math.log(9);
const LEAST_BELIEF = -3;
const MOST_BELIEF = 4;
/** Declarations miss by an hour unless known better: the weight of that is two stays. */
const SAID_SD_MIN = 60;
const SAID_WEIGHS = 2;
const LEAST_SD_MIN = 10;

/**
 * stayCurve is the survival curve of a stay: the driver's, the station's and everybody's history of
 * this hour, each leaning on the next where it has little to say, and the driver's declaration as a
 * distribution around what was said. The law: departure.md.
 * @param declaredS declared length of the stay from plug-in; null where nothing was said.
 */
export function stayCurve(
  history: DepartureHistory,
  arrival: Arrival,
  declaredS: number | null = null,
): StayCurve {
  const habit = curveOf(explanationsOf(history, arrival, null).habit);
  if (declaredS === null) return habit;
  const belief = beliefIn(history.driver.saidScore);
  const said = saidCurve(history, declaredS);
  return (ageS) => belief * said(ageS) + (1 - belief) * habit(ageS);
}

/** sureCurve is a stay of known length. */
export function sureCurve(lengthS: number): StayCurve {
  return (ageS) => (ageS < lengthS ? 1 : 0);
}

/**
 * observeDeparture learns from one finished stay: counts for everybody, the station and the driver,
 * and how well each explanation foresaw it. JSON in, JSON out.
 */
export function observeDeparture(history: DepartureHistory, stay: ObservedStay): DepartureHistory {
  return countStay(history, stay, explanationsOf(history, stay.arrival, stay.declaredS));
}

/**
 * slotSurvival is, per slot, the chance that the car is connected while the slot's energy flows,
 * given that it is connected at `ageS`: the mean over the slot.
 * @param slots seconds from now to the slot's start, and its length.
 */
export function slotSurvival(
  curve: StayCurve,
  ageS: number,
  slots: readonly { afterS: number; seconds: number }[],
): number[] {
  const now = curve(ageS);
  if (now <= 0) return slots.map(() => 0);
  let above = 1;
  return slots.map(({ afterS, seconds }) => {
    const at = ageS + afterS;
    // Half of it at either end would miss a sure departure at the slot's very end.
    const mean = (curve(at) + curve(at + seconds / 2) + curve(at + seconds - 1e-6)) / 3;
    above = Math.min(above, mean / now);
    return above;
  });
}

/**
 * quantileAge is the age in seconds at which the car has left with chance `share`, given that it is
 * connected at `ageS`; searched to the minute, at most three days ahead.
 */
export function quantileAge(curve: StayCurve, ageS: number, share: number): number {
  const wanted = curve(ageS) * (1 - share);
  let low = 0;
  let high = 3 * STEPS * STEP_MIN;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (curve(ageS + middle * MINUTE_S) <= wanted) high = middle;
    else low = middle + 1;
  }
  return ageS + low * MINUTE_S;
}

/** beliefIn is the weight of a declaration beside the habit, from the record of both. */
function beliefIn(saidScore: number): number {
  const odds = Math.max(LEAST_BELIEF, Math.min(MOST_BELIEF, BELIEF + saidScore));
  return 1 / (1 + Math.exp(-odds));
}

function explanationsOf(
  history: DepartureHistory,
  arrival: Arrival,
  declaredS: number | null,
): Explanations {
  const classes = classesOf(arrival);
  const { driver } = history;
  const hour = leaning(
    history.everybody.stays[classes.everybody],
    priorChances(arrival),
    EVERYBODY_WEIGHS,
  );
  const others = leaning(history.station[classes.station], hour, STATION_WEIGHS);
  const own = driver.stays[classes.driver];
  const length = leaning(own === undefined ? own : smooth(own), others, DRIVER_WEIGHS);
  const byDay = arrival.isWorkday ? driver.clock.workday : driver.clock.freeDay;
  const clock = leaning(agesOfClock(byDay, arrival.localMinute), others, DRIVER_WEIGHS);
  const weights = driver.scores.map((score) => Math.exp(score));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mix = (step: number) =>
    [others, length, clock].reduce(
      (sum, chances, index) => sum + ((weights[index] ?? 0) / total) * (chances[step] ?? 0),
      0,
    );
  const habit = others.map((_, step) => mix(step));
  return {
    others,
    length,
    clock,
    habit,
    said: declaredS === null ? null : chancesOf(saidCurve(history, declaredS)),
  };
}

/** Counts with the parent's chances as pseudo-counts: the mean of a Dirichlet posterior. */
function leaning(
  counts: readonly number[] | undefined,
  parent: readonly number[],
  weight: number,
): number[] {
  if (counts === undefined) return [...parent];
  const total = counts.reduce((sum, count) => sum + count, 0);
  return parent.map((chance, step) => ((counts[step] ?? 0) + weight * chance) / (total + weight));
}

/** A stay seen at 7:40 makes 7:10 and 8:10 likely too: a quarter of each count to either side. */
function smooth(counts: readonly number[]): number[] {
  const spread = counts.map(() => 0);
  for (const [step, count] of counts.entries()) {
    if (count === 0) continue;
    const sides =
      step === STEPS ? [step] : [Math.max(0, step - 1), step, step, Math.min(STEPS - 1, step + 1)];
    for (const side of sides) spread[side] = (spread[side] ?? 0) + count / sides.length;
  }
  return spread;
}

/** Departures by the clock, seen from an arrival: counts per half hour of age. */
function agesOfClock(clock: readonly number[], localMinute: number): number[] {
  const ages = Array.from({ length: STEPS + 1 }, () => 0);
  const first = Math.floor(localMinute / STEP_MIN);
  const part = (localMinute % STEP_MIN) / STEP_MIN;
  for (const [bin, count] of clock.entries()) {
    if (count === 0) continue;
    for (const [shift, weight] of [
      [-1, 0.25],
      [0, 0.5],
      [1, 0.25],
    ] as const) {
      const step = (bin + shift - first + 2 * STEPS) % STEPS;
      const before = (step + STEPS - 1) % STEPS;
      ages[step] = (ages[step] ?? 0) + count * weight * (1 - part);
      ages[before] = (ages[before] ?? 0) + count * weight * part;
    }
  }
  return ages;
}

function curveOf(chances: readonly number[]): StayCurve {
  const survival = [1];
  for (let step = 0; step < STEPS; step += 1) {
    survival.push(Math.max(0, (survival[step] ?? 0) - (chances[step] ?? 0)));
  }
  const long = survival[STEPS] ?? 0;
  return (ageS) => {
    const at = Math.max(0, ageS) / STEP_S;
    if (at >= STEPS) return long * 0.5 ** ((ageS - STEPS * STEP_S) / LONG_HALF_LIFE_S);
    const step = Math.floor(at);
    const from = survival[step] ?? 0;
    return from + ((survival[step + 1] ?? 0) - from) * (at - step);
  };
}

function chancesOf(curve: StayCurve): number[] {
  return Array.from(
    { length: STEPS + 1 },
    (_, step) => curve(step * STEP_S) - (step < STEPS ? curve((step + 1) * STEP_S) : 0),
  );
}

/** The driver's errors around everybody's: bias and spread of a normal with unknown both. */
function saidCurve(history: DepartureHistory, declaredS: number): StayCurve {
  const all = spreadOf(history.everybody.said, { biasMin: 0, sdMin: SAID_SD_MIN });
  const { biasMin, sdMin } = spreadOf(history.driver.said, all);
  const centreS = declaredS + biasMin * MINUTE_S;
  const before = aboveNormal((0 - centreS) / (sdMin * MINUTE_S));
  return (ageS) => aboveNormal((Math.max(0, ageS) - centreS) / (sdMin * MINUTE_S)) / before;
}

/** Predictive mean and deviation under a normal-inverse-gamma prior (Murphy 2007, eq. 85–110). */
export function spreadOf(
  said: SaidCounts,
  prior: { biasMin: number; sdMin: number },
): { biasMin: number; sdMin: number } {
  const weight = SAID_WEIGHS + said.count;
  const biasMin = (SAID_WEIGHS * prior.biasMin + said.sumMin) / weight;
  const squares = SAID_WEIGHS * (prior.sdMin ** 2 + prior.biasMin ** 2) + said.sumSquaresMin;
  const variance = Math.max(0, squares / weight - biasMin ** 2);
  return { biasMin, sdMin: Math.max(LEAST_SD_MIN, Math.sqrt(variance)) };
}

/** 1 − Φ(z), Abramowitz & Stegun 26.2.17: off by less than 7.5e-8. */
function aboveNormal(z: number): number {
  if (z < 0) return 1 - aboveNormal(-z);
  const k = 1 / (1 + 0.2316419 * z);
  const poly =
    k *
    (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
