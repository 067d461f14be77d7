import { STEP_MIN, STEPS, type Arrival } from './counts.ts';

/**
 * What is assumed of a stay nobody has a history of: a mixture of an errand, a working day and a
 * night. Round figures of our own choice, checked against open data, not fitted to them.
 */
const ERRAND_MEDIAN_MIN = 120;
const WORK_MIN = 510;
const WORK_SPREAD_MIN = 45;
const NIGHT_ENDS_MIN = 480;
const NIGHT_SPREAD_MIN = 50;
const FREE_DAY_LATER_MIN = 120;
const FREE_DAY_SPREAD_MIN = 90;
const DAY_MIN = 1440;

/** From this hour on: shares of work and night, the rest are errands. */
const MIX: readonly (readonly [fromHour: number, work: number, night: number])[] = [
  [0, 0, 0.75],
  [5, 0.35, 0.15],
  [10, 0.15, 0.1],
  [14, 0.05, 0.3],
  [16, 0, 0.5],
  [19, 0, 0.65],
  [21, 0, 0.75],
];

/** Logistic survival: 1 − 1/(1 + e^−z), with the spread as scale. */
const logistic = (ageMin: number, centreMin: number, scaleMin: number): number =>
  1 / (1 + Math.exp((ageMin - centreMin) / scaleMin));

/**
 * priorSurvival is the chance that a car that arrived so is still connected at an age in minutes.
 */
export function priorSurvival(arrival: Arrival, ageMin: number): number {
  const row = MIX.findLast(([fromHour]) => fromHour * 60 <= arrival.localMinute) ?? [0, 0, 0.75];
  const [, work, night] = row;
  const ends = NIGHT_ENDS_MIN + (arrival.isWorkday ? 0 : FREE_DAY_LATER_MIN);
  const away = (((ends - arrival.localMinute) % DAY_MIN) + DAY_MIN) % DAY_MIN;
  const spread = arrival.isWorkday ? NIGHT_SPREAD_MIN : FREE_DAY_SPREAD_MIN;
  const errand = 1 / (1 + (ageMin / ERRAND_MEDIAN_MIN) ** 2);
  const atNight = logistic(ageMin, away, spread) / logistic(0, away, spread);
  const atWork =
    logistic(ageMin, WORK_MIN, WORK_SPREAD_MIN) / logistic(0, WORK_MIN, WORK_SPREAD_MIN);
  return (1 - work - night) * errand + work * atWork + night * atNight;
}

/** priorChances is the same as chances per half hour of age; the last is "longer than a day". */
export function priorChances(arrival: Arrival): number[] {
  const survival = Array.from({ length: STEPS + 1 }, (_, step) =>
    priorSurvival(arrival, step * STEP_MIN),
  );
  return survival.map((value, step) => value - (step < STEPS ? (survival[step + 1] ?? 0) : 0));
}
