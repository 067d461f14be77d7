import { MINUTE_S } from '../../time/local-time.ts';

/** Stays are counted in steps of half an hour up to a day; the last count is "longer". */
export const STEP_MIN = 30;
export const STEPS = 48;
const DAY_MIN = STEP_MIN * STEPS;
/** A history this long is halved, so that a new habit outweighs the old one. */
const MOST_STAYS = 400;
/** Per stay, an explanation's score keeps this part of what it was: habits change. */
const MEMORY = 0.95;
/** No explanation is ruled out by one stay. */
const LEAST_CHANCE = 1e-3;
/** A forgotten car says nothing about how well the driver estimates. */
const MOST_ERROR_MIN = 240;
const MOST_SCORE_STEP = 2;

/** Per class of arrival: how many stays ended in each half hour of age; 49 counts. JSON-able. */
export type StayCounts = Record<string, number[]>;

/**
 * Declared departures held against real ones: number of stays, sum and sum of squares in minutes.
 */
export type SaidCounts = { count: number; sumMin: number; sumSquaresMin: number };

/** What is stored of a driver. */
export type DriverCounts = {
  stays: StayCounts;
  /** Departures by half hour of the local day, before working days and before free days. */
  clock: { workday: number[]; freeDay: number[] };
  /** Log-likelihoods of the three explanations: as others here, by length, by the clock. */
  scores: [others: number, length: number, clock: number];
  said: SaidCounts;
  /** Log-likelihood of the declarations over that of the habit. */
  saidScore: number;
};

/** What is known of departures: everybody's, the station's and the driver's. JSON-able. */
export type DepartureHistory = {
  everybody: { stays: StayCounts; said: SaidCounts };
  station: StayCounts;
  driver: DriverCounts;
};

/** When a car was plugged in, as people at the station would say it. */
export type Arrival = {
  /** Minutes after local midnight, 0–1439.99. */
  localMinute: number;
  /**
   * Whether the day of departure, if the car stays the night, is a working day; else whether today
   * is.
   */
  isWorkday: boolean;
};

/** One finished stay. */
export type ObservedStay = {
  arrival: Arrival;
  connectedS: number;
  /** Declared length of the stay; null where the driver said nothing. */
  declaredS: number | null;
};

/** The chances an explanation gave, needed to score it; see survival.ts. */
export type Explanations = {
  others: readonly number[];
  length: readonly number[];
  clock: readonly number[];
  habit: readonly number[];
  said: readonly number[] | null;
};

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/** emptyHistory is what is known of nobody. */
export function emptyHistory(): DepartureHistory {
  return {
    everybody: { stays: {}, said: { count: 0, sumMin: 0, sumSquaresMin: 0 } },
    station: {},
    driver: emptyDriver(),
  };
}

/** emptyDriver is a driver never seen. */
export function emptyDriver(): DriverCounts {
  return {
    stays: {},
    clock: { workday: zeros(STEPS), freeDay: zeros(STEPS) },
    scores: [0, 0, 0],
    said: { count: 0, sumMin: 0, sumSquaresMin: 0 },
    saidScore: 0,
  };
}

/** stepOf is the half hour of age in which a stay of `connectedS` ended; 48 for a day and more. */
export function stepOf(connectedS: number): number {
  return Math.max(0, Math.min(STEPS, Math.floor(connectedS / (STEP_MIN * MINUTE_S))));
}

const kind = (arrival: Arrival): string => (arrival.isWorkday ? 'w' : 'f');

/**
 * Classes of arrival: by the hour for everybody, by three hours for a station, by six for a
 * driver.
 */
export function classesOf(arrival: Arrival): {
  everybody: string;
  station: string;
  driver: string;
} {
  const hour = Math.floor(arrival.localMinute / 60) % 24;
  return {
    everybody: `${hour}${kind(arrival)}`,
    station: `${Math.floor(hour / 3)}${kind(arrival)}`,
    driver: `${Math.floor(hour / 6)}`,
  };
}

/**
 * countStay adds one stay to all three histories and scores the driver's explanations. Pure: the
 * arguments stay as they are.
 * @param explained what each explanation expected of this stay before it was seen.
 */
export function countStay(
  history: DepartureHistory,
  stay: ObservedStay,
  explained: Explanations,
): DepartureHistory {
  const step = stepOf(stay.connectedS);
  const classes = classesOf(stay.arrival);
  const { driver, everybody } = history;
  const said = errorOf(stay);
  return {
    everybody: {
      stays: counted(everybody.stays, classes.everybody, step),
      said: addError(everybody.said, said),
    },
    station: counted(history.station, classes.station, step),
    driver: {
      stays: counted(driver.stays, classes.driver, step),
      clock: countClock(driver.clock, stay),
      scores: scored(driver.scores, explained, step),
      said: addError(driver.said, said),
      saidScore: saidScored(driver.saidScore, explained, step),
    },
  };
}

function counted(counts: StayCounts, key: string, step: number): StayCounts {
  return { ...counts, [key]: bumped(counts[key] ?? zeros(STEPS + 1), step) };
}

function bumped(old: readonly number[], index: number): number[] {
  const total = old.reduce((sum, count) => sum + count, 0);
  const kept = total < MOST_STAYS ? [...old] : old.map((count) => Math.floor(count / 2));
  kept[index] = (kept[index] ?? 0) + 1;
  return kept;
}

function countClock(clock: DriverCounts['clock'], stay: ObservedStay): DriverCounts['clock'] {
  if (stay.connectedS >= DAY_MIN * MINUTE_S) return clock;
  const minute = (stay.arrival.localMinute + stay.connectedS / MINUTE_S) % DAY_MIN;
  const bin = Math.floor(minute / STEP_MIN);
  return stay.arrival.isWorkday
    ? { ...clock, workday: bumped(clock.workday, bin) }
    : { ...clock, freeDay: bumped(clock.freeDay, bin) };
}

const logChance = (chances: readonly number[], step: number): number =>
  Math.log(Math.max(LEAST_CHANCE, chances[step] ?? 0));

function scored(
  scores: DriverCounts['scores'],
  explained: Explanations,
  step: number,
): DriverCounts['scores'] {
  const next = [explained.others, explained.length, explained.clock].map(
    (chances, index) => (scores[index] ?? 0) * MEMORY + logChance(chances, step),
  );
  const top = Math.max(...next);
  return [(next[0] ?? 0) - top, (next[1] ?? 0) - top, (next[2] ?? 0) - top];
}

function saidScored(score: number, explained: Explanations, step: number): number {
  if (explained.said === null) return score;
  const ratio = logChance(explained.said, step) - logChance(explained.habit, step);
  return score * MEMORY + Math.max(-MOST_SCORE_STEP, Math.min(MOST_SCORE_STEP, ratio));
}

function errorOf(stay: ObservedStay): number | null {
  if (stay.declaredS === null) return null;
  const minutes = (stay.connectedS - stay.declaredS) / MINUTE_S;
  return Math.round(Math.max(-MOST_ERROR_MIN, Math.min(MOST_ERROR_MIN, minutes)));
}

function addError(said: SaidCounts, errorMin: number | null): SaidCounts {
  if (errorMin === null) return said;
  const old =
    said.count < MOST_STAYS
      ? said
      : {
          count: said.count / 2,
          sumMin: said.sumMin / 2,
          sumSquaresMin: said.sumSquaresMin / 2,
        };
  return {
    count: old.count + 1,
    sumMin: old.sumMin + errorMin,
    sumSquaresMin: old.sumSquaresMin + errorMin * errorMin,
  };
}
