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
/** Errors of declarations are counted in half hours from a day early to a day late. */
export const ERROR_STEPS = 2 * STEPS;
/** One declaration moves the belief in declarations by a factor of e² at most. */
const MOST_SCORE_STEP = 2;
/** Everybody's score follows slowly: half a step for each declaration, and it forgets less. */
const EVERYBODYS_STEP = 0.5;
const EVERYBODYS_MEMORY = 0.98;

/** Per class of arrival: how many stays ended in each half hour of age; 49 counts. JSON-able. */
export type StayCounts = Record<string, number[]>;

/** Declared departures held against real ones. JSON-able. */
export type SaidCounts = {
  /** Stays per half hour by which they ended later than was said; index 48: up to 30 min later. */
  errors: number[];
  /** Log-likelihood of the declarations over that of the habit. */
  score: number;
};

/** What is stored of a driver. */
export type DriverCounts = {
  stays: StayCounts;
  /** Departures by half hour of the local day, before working days and before free days. */
  clock: { workday: number[]; freeDay: number[] };
  /** Log-likelihoods of the three explanations: as others here, by length, by the clock. */
  scores: [others: number, length: number, clock: number];
  said: SaidCounts;
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
    everybody: { stays: {}, said: emptySaid() },
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
    said: emptySaid(),
  };
}

function emptySaid(): SaidCounts {
  return { errors: zeros(ERROR_STEPS), score: 0 };
}

/** stepOf is the half hour of age in which a stay of `connectedS` ended; 48 for a day and more. */
export function stepOf(connectedS: number): number {
  return Math.max(0, Math.min(STEPS, Math.floor(connectedS / (STEP_MIN * MINUTE_S))));
}

/** hourClass is the class of arrival of everybody and of a station: hour and kind of day. */
export function hourClass(hour: number, isWorkday: boolean): string {
  return `${hour}${isWorkday ? 'w' : 'f'}`;
}

/** driverClass is a driver's class of arrival: six hours of the day. */
export function driverClass(arrival: Arrival): string {
  return `${Math.floor(hourOf(arrival) / 6)}`;
}

function hourOf(arrival: Arrival): number {
  return Math.floor(arrival.localMinute / 60) % 24;
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
  const hour = hourClass(hourOf(stay.arrival), stay.arrival.isWorkday);
  const { driver, everybody } = history;
  const said = { error: errorStep(stay), step: scoreStep(explained, step) };
  return {
    everybody: {
      stays: counted(everybody.stays, hour, step),
      said: addSaid(everybody.said, said, { memory: EVERYBODYS_MEMORY, part: EVERYBODYS_STEP }),
    },
    station: counted(history.station, hour, step),
    driver: {
      stays: counted(driver.stays, driverClass(stay.arrival), step),
      clock: countClock(driver.clock, stay),
      scores: scored(driver.scores, explained, step),
      said: addSaid(driver.said, said, { memory: MEMORY, part: 1 }),
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

/** How much better the declaration foresaw this stay than the habit did. */
function scoreStep(explained: Explanations, step: number): number {
  if (explained.said === null) return 0;
  const ratio = logChance(explained.said, step) - logChance(explained.habit, step);
  return Math.max(-MOST_SCORE_STEP, Math.min(MOST_SCORE_STEP, ratio));
}

function errorStep(stay: ObservedStay): number | null {
  if (stay.declaredS === null) return null;
  const late = Math.floor((stay.connectedS - stay.declaredS) / (STEP_MIN * MINUTE_S));
  return Math.max(0, Math.min(ERROR_STEPS - 1, STEPS + late));
}

function addSaid(
  said: SaidCounts,
  seen: { error: number | null; step: number },
  pace: { memory: number; part: number },
): SaidCounts {
  if (seen.error === null) return said;
  return {
    errors: bumped(said.errors, seen.error),
    score: said.score * pace.memory + seen.step * pace.part,
  };
}
