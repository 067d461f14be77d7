import { MINUTE_S } from '../../time/local-time.ts';
import {
  countStay,
  driverClass,
  ERROR_STEPS,
  hourClass,
  STEP_MIN,
  STEPS,
  type Arrival,
  type DepartureHistory,
  type Explanations,
  type ObservedStay,
  type StayCounts,
} from './counts.ts';
import { priorChances } from './prior.ts';

/**
 * The chance that a car is still connected at an age of its stay in seconds; 1 at 0, never rising.
 */
export type StayCurve = (ageS: number) => number;

/** How many stays a parent's curve weighs beside a child's own ones: chosen on training parts. */
const EVERYBODY_WEIGHS = 10;
const STATION_WEIGHS = 10;
const LENGTH_WEIGHS = 2;
const CLOCK_WEIGHS = 3;
/** Arrivals this many hours away no longer speak for an hour; at a station fewer cars arrive. */
const EVERYBODY_REACH_H = 1.5;
const STATION_REACH_H = 4;
/** At a station a stay of the other kind of day says half as much. */
const OTHER_DAY_COUNTS = 0.5;
/** Beyond a day half of the cars leave in each further half day: nothing was counted there. */
const LONG_HALF_LIFE_S = 12 * 3_600;
const STEP_S = STEP_MIN * MINUTE_S;
/** A declaration is believed three to one before the records of both say otherwise. */
const BELIEF = Math.log(3);
const LEAST_BELIEF = -3;
const MOST_BELIEF = 4;
/** Errors of declarations nobody has seen yet: each 90 min further away by a factor e rarer. */
const ERROR_SCALE_STEPS = 3;
const SAID_WEIGHS = 5;

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
  const belief = beliefIn(history);
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

/** beliefIn is the weight of a declaration beside the habit: everybody's record, then his own. */
function beliefIn({ everybody, driver }: DepartureHistory): number {
  const score = BELIEF + everybody.said.score + driver.said.score;
  const odds = Math.max(LEAST_BELIEF, Math.min(MOST_BELIEF, score));
  return 1 / (1 + Math.exp(-odds));
}

function explanationsOf(
  history: DepartureHistory,
  arrival: Arrival,
  declaredS: number | null,
): Explanations {
  const { driver, everybody, station } = history;
  const prior = priorChances(arrival);
  const near = { reachH: EVERYBODY_REACH_H, otherDay: 0 };
  const hour = leaning(nearby(everybody.stays, arrival, near), prior, EVERYBODY_WEIGHS);
  const wide = { reachH: STATION_REACH_H, otherDay: OTHER_DAY_COUNTS };
  const others = leaning(nearby(station, arrival, wide), hour, STATION_WEIGHS);
  const own = driver.stays[driverClass(arrival)];
  const length = leaning(own === undefined ? own : smooth(own), others, LENGTH_WEIGHS);
  const byDay = arrival.isWorkday ? driver.clock.workday : driver.clock.freeDay;
  const clock = leaning(agesOfClock(byDay, arrival.localMinute), others, CLOCK_WEIGHS);
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

/** Counts of the hours around an arrival, less the further away (triangular kernel), smoothed. */
function nearby(
  counts: StayCounts,
  arrival: Arrival,
  reach: { reachH: number; otherDay: number },
): number[] {
  const sum = Array.from({ length: STEPS + 1 }, () => 0);
  const arrivedH = arrival.localMinute / 60;
  for (let ahead = -Math.ceil(reach.reachH); ahead <= Math.ceil(reach.reachH); ahead += 1) {
    const hour = Math.floor(arrivedH) + ahead;
    const weight = 1 - Math.abs(hour + 0.5 - arrivedH) / reach.reachH;
    if (weight <= 0) continue;
    for (const isWorkday of [true, false]) {
      const part = weight * (isWorkday === arrival.isWorkday ? 1 : reach.otherDay);
      const stays = part > 0 ? counts[hourClass((hour + 24) % 24, isWorkday)] : undefined;
      stays?.forEach((count, step) => {
        sum[step] = (sum[step] ?? 0) + part * count;
      });
    }
  }
  return smooth(sum);
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
  return curveFrom(survival);
}

/** curveFrom is the curve through a survival told for each half hour from 0 to a day. */
export function curveFrom(survival: readonly number[]): StayCurve {
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

/** What was said plus the errors of the past: the driver's lean on everybody's. */
function saidCurve(history: DepartureHistory, declaredS: number): StayCurve {
  const everybodys = leaning(history.everybody.said.errors, PRIOR_ERRORS, SAID_WEIGHS);
  const errors = leaning(history.driver.said.errors, everybodys, SAID_WEIGHS);
  // above[i]: the chance to leave later than the start of step i.
  const above = Array.from({ length: ERROR_STEPS + 1 }, () => 0);
  for (let step = ERROR_STEPS - 1; step >= 0; step -= 1) {
    above[step] = (above[step + 1] ?? 0) + (errors[step] ?? 0);
  }
  const later = (lateS: number) => {
    const at = Math.max(0, Math.min(ERROR_STEPS, lateS / STEP_S + STEPS));
    const step = Math.floor(at);
    const from = above[step] ?? 0;
    return from + ((above[step + 1] ?? 0) - from) * (at - step);
  };
  const before = later(-declaredS);
  return (ageS) => later(Math.max(0, ageS) - declaredS) / before;
}

const PRIOR_ERRORS = priorErrors();

function priorErrors(): number[] {
  const rarity = Array.from({ length: ERROR_STEPS }, (_, step) =>
    Math.exp(-Math.abs(step + 0.5 - STEPS) / ERROR_SCALE_STEPS),
  );
  const total = rarity.reduce((sum, one) => sum + one, 0);
  return rarity.map((one) => one / total);
}
