import type { MilliWh } from '../../units/energy.ts';

/** What a stay takes is counted in whole kWh up to 100; the last count is "more". */
const STEP_MILLI_WH: MilliWh = 1_000_000;
export const ENERGY_STEPS = 100;
/** A history this long is halved, so that a new car outweighs the old one. */
const MOST_STAYS = 400;
/** A stay that took less than this did not charge: it says nothing of what cars take. */
const LEAST_MILLI_WH = 100_000;
/** How many stays a parent's chances weigh beside a child's own ones; results hardly move with them. */
const PRIOR_WEIGHS = 10;
const EVERYBODY_WEIGHS = 30;
const STATION_WEIGHS = 2;
/** A count speaks for the kWh beside it too: a driver's next stay is like the last, not the same. */
const REACH = { many: 1, driver: 2 };
/**
 * What a car takes of which nobody knows anything: log-logistic, such that nine of ten take 10 kWh
 * and four of five no more than 30.
 */
const PRIOR_MEDIAN_KWH = 19.6;
const PRIOR_SHAPE = 3.27;
/** Nine of ten such stays take at least what comes first; ten kWh are enough for anybody to drive. */
const FIRST_SHARE = 0.9;
const FIRST_MOST_MILLI_WH: MilliWh = 10_000_000;
/** Four of five such stays take no more than what is planned; who takes more is planned for anew. */
const TARGET_SHARE = 0.2;
/** A next target lies at least this far beyond the last one: each costs a plan. */
const RUNG_STEPS = 2;

/** Stays per whole kWh taken, 101 counts each. JSON-able. */
export type EnergyHistory = {
  everybody: readonly number[];
  station: readonly number[];
  driver: readonly number[];
};

/** What one finished stay took. `isCut`: it ended while the car was held or still to be charged. */
export type TakenEnergy = { energyMilliWh: MilliWh; isCut: boolean };

const zeros = (): number[] => Array.from({ length: ENERGY_STEPS + 1 }, () => 0);

/** emptyEnergy is what is known of nobody. */
export function emptyEnergy(): EnergyHistory {
  return { everybody: zeros(), station: zeros(), driver: zeros() };
}

/**
 * energySteps is what a stay is expected to take, as it is stored: the chance that it takes more than
 * k kWh, k = 0…100. The driver's counts lean on the station's, those on everybody's, those on the
 * prior, each as the mean of a Dirichlet posterior.
 */
export function energySteps(history: EnergyHistory): number[] {
  let above = 1;
  const steps = chancesOf(history).map((chance) => {
    above = Math.max(0, above - chance);
    return Number(above.toFixed(6));
  });
  return [1, ...steps.slice(0, ENERGY_STEPS)];
}

/**
 * observeEnergy learns from one finished stay. What was cut short counts for all it may have become,
 * in proportion to what was expected of it beyond what it had (Efron's self-consistency); one that
 * took nothing counts not at all. Pure, JSON in, JSON out.
 */
export function observeEnergy(history: EnergyHistory, taken: TakenEnergy): EnergyHistory {
  if (taken.energyMilliWh < LEAST_MILLI_WH) return history;
  const step = Math.min(ENERGY_STEPS, Math.floor(taken.energyMilliWh / STEP_MILLI_WH));
  const parts = taken.isCut ? beyond(chancesOf(history), step) : zeros().with(step, 1);
  return {
    everybody: added(history.everybody, parts),
    station: added(history.station, parts),
    driver: added(history.driver, parts),
  };
}

/** What a plan goes by where nobody said how much. */
type ExpectedEnergy = {
  /** Comes first, whatever it costs. */
  firstMilliWh: MilliWh;
  /** Planned one after the other, rising: the next where the car took the one before and goes on. */
  targetsMilliWh: MilliWh[];
};

/** expectedEnergy is the part that comes first and the targets. @param steps see energySteps. */
export function expectedEnergy(steps: readonly number[]): ExpectedEnergy {
  const first = steps.findLastIndex((chance) => chance >= FIRST_SHARE);
  const targetsMilliWh: MilliWh[] = [];
  for (let at = 0; at < ENERGY_STEPS;) {
    const least = (steps[at] ?? 0) * TARGET_SHARE;
    const found = steps.findIndex((chance, k) => k >= at + RUNG_STEPS && chance <= least);
    at = found < 0 ? ENERGY_STEPS : found;
    targetsMilliWh.push(at * STEP_MILLI_WH);
  }
  return {
    firstMilliWh: Math.min(FIRST_MOST_MILLI_WH, Math.max(0, first) * STEP_MILLI_WH),
    targetsMilliWh,
  };
}

function chancesOf({ everybody, station, driver }: EnergyHistory): number[] {
  const all = leaning(smooth(everybody, REACH.many), PRIOR, PRIOR_WEIGHS);
  const here = leaning(smooth(station, REACH.many), all, EVERYBODY_WEIGHS);
  return leaning(smooth(driver, REACH.driver), here, STATION_WEIGHS);
}

function leaning(counts: readonly number[], parent: readonly number[], weight: number): number[] {
  const total = sum(counts);
  return parent.map((chance, step) => ((counts[step] ?? 0) + weight * chance) / (total + weight));
}

/** Each count spread to `reach` kWh either side, less the further away. */
function smooth(counts: readonly number[], reach: number): number[] {
  const spread = zeros();
  const whole = (reach + 1) ** 2;
  for (const [step, count] of counts.entries()) {
    if (count === 0) continue;
    for (let apart = -reach; apart <= reach; apart += 1) {
      const to = Math.max(0, Math.min(ENERGY_STEPS, step + apart));
      spread[to] = (spread[to] ?? 0) + (count * (reach + 1 - Math.abs(apart))) / whole;
    }
  }
  return spread;
}

/** One stay, shared out over what was expected from `step` on. */
function beyond(chances: readonly number[], step: number): number[] {
  const rest = sum(chances.slice(step));
  return chances.map((chance, k) => (k < step ? 0 : Number((chance / rest).toFixed(6))));
}

function added(counts: readonly number[], parts: readonly number[]): number[] {
  const kept = sum(counts) < MOST_STAYS ? 1 : 0.5;
  return zeros().map((_, k) => (counts[k] ?? 0) * kept + (parts[k] ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const PRIOR = priorChances();

function priorChances(): number[] {
  const above = (kWh: number) => 1 / (1 + (kWh / PRIOR_MEDIAN_KWH) ** PRIOR_SHAPE);
  return zeros().map((_, k) => above(k) - (k < ENERGY_STEPS ? above(k + 1) : 0));
}
