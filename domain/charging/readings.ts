import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';

/** One value of a transaction's import register, with the device's time and the arrival's. */
export type RegisterReading = {
  at: InstantS;
  receivedAt: InstantS;
  registerMilliWh: MilliWh;
  /** Metered power at `at`, where the station sent one. */
  powerW: number | null;
};

/** CONFLICT: another register value for the same second fits the rest of the trace better. */
export type ReadingFault = 'BACKWARDS' | 'TOO_FAST' | 'CLOCK' | 'CONFLICT';
export type FlaggedReading = { reading: RegisterReading; kind: ReadingFault };
export type PlausibleReadings = { accepted: RegisterReading[]; flagged: FlaggedReading[] };

export type PlausibilityArgs = {
  readings: readonly RegisterReading[];
  ratedPowerW: number;
  /** How far device time may lie from arrival, in seconds. */
  clockToleranceS: number;
  /** Device times known to be right from other messages of the same station. */
  anchorsAt?: readonly InstantS[];
};

/**
 * OCPP 1.6 sends meterStart and meterStop in whole Wh beside samples with decimals, so an honest
 * register steps back by less than this.
 */
const ROUNDING_MILLI_WH = 1_000;

/**
 * plausibleReadings picks the readings of one transaction that may be settled on, whatever order
 * they came in, and names what is wrong with the others.
 *
 * Clock: device time lies within the tolerance of arrival, or (queued) between two that do.
 * Register: of what is left, the largest set in which every pair rises by no more than
 * 1.1 × rated power × time. "Largest set" and not "compare with the one before", so that one
 * absurd value (a reset, Wh sent as kWh) costs itself and not all the good ones after it; of
 * several largest sets the earliest wins.
 * @returns `accepted` by rising `at`, one per second; a step back by rounding is levelled.
 */
export function plausibleReadings(args: PlausibilityArgs): PlausibleReadings {
  const flagged: FlaggedReading[] = [];
  const distinct = sortedDistinct(args.readings);
  const onTime = withTrustedClock(distinct, args, flagged);
  const candidates = levelRounding(onTime);
  if (isConsistent(candidates, args.ratedPowerW)) return { accepted: candidates, flagged };
  const accepted = readmit(
    candidates,
    longestChain(candidates, args.ratedPowerW),
    args.ratedPowerW,
  );
  flagRejected({ candidates, accepted, ratedPowerW: args.ratedPowerW, flagged });
  flagged.sort((a, b) => compareReadings(a.reading, b.reading));
  return { accepted, flagged };
}

function compareReadings(a: RegisterReading, b: RegisterReading): number {
  return a.at - b.at || a.registerMilliWh - b.registerMilliWh;
}

/** Sorted by device time and register; of copies of one reading the promptest arrival remains. */
function sortedDistinct(readings: readonly RegisterReading[]): readonly RegisterReading[] {
  let isSorted = true;
  for (let i = 1; i < readings.length && isSorted; i += 1) {
    isSorted = (readings[i - 1]?.at ?? 0) < (readings[i]?.at ?? 0);
  }
  if (isSorted) return readings;
  const distinct: RegisterReading[] = [];
  for (const reading of [...readings].sort(compareReadings)) {
    const last = distinct.at(-1);
    if (last !== undefined && compareReadings(last, reading) === 0) {
      distinct[distinct.length - 1] = mergeCopies(last, reading);
    } else {
      distinct.push(reading);
    }
  }
  return distinct;
}

/** The higher power is kept: power shown during a hold only ever takes credit away. */
function mergeCopies(a: RegisterReading, b: RegisterReading): RegisterReading {
  const delayA = Math.abs(a.receivedAt - a.at);
  const delayB = Math.abs(b.receivedAt - b.at);
  const isFirst = delayA === delayB ? a.receivedAt <= b.receivedAt : delayA < delayB;
  const powerW =
    a.powerW === null || b.powerW === null ? (a.powerW ?? b.powerW) : Math.max(a.powerW, b.powerW);
  return { ...(isFirst ? a : b), powerW };
}

function withTrustedClock(
  readings: readonly RegisterReading[],
  args: PlausibilityArgs,
  flagged: FlaggedReading[],
): readonly RegisterReading[] {
  const tolerance = args.clockToleranceS;
  const isPrompt = (r: RegisterReading) => Math.abs(r.receivedAt - r.at) <= tolerance;
  if (readings.every(isPrompt)) return readings;
  const anchors = [...(args.anchorsAt ?? [])];
  for (const reading of readings) if (isPrompt(reading)) anchors.push(reading.at);
  const firstAt = anchors.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lastAt = anchors.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return readings.filter((reading) => {
    // A time ahead of arrival is never a queue: nothing can be queued before it happens.
    const isQueued = reading.receivedAt > reading.at;
    const isBetween = isQueued && firstAt <= reading.at && reading.at <= lastAt;
    if (isPrompt(reading) || isBetween) return true;
    flagged.push({ reading, kind: 'CLOCK' });
    return false;
  });
}

function levelRounding(readings: readonly RegisterReading[]): RegisterReading[] {
  const levelled: RegisterReading[] = [];
  let last: RegisterReading | undefined;
  for (const reading of readings) {
    const stepBack = last === undefined ? 0 : last.registerMilliWh - reading.registerMilliWh;
    const isRounding = last !== undefined && last.at < reading.at && stepBack > 0;
    last =
      isRounding && stepBack < ROUNDING_MILLI_WH
        ? { ...reading, registerMilliWh: last?.registerMilliWh ?? 0 }
        : reading;
    levelled.push(last);
  }
  return levelled;
}

/** Rise no faster than 1.1 × rated power; times are floored to seconds, hence one second more. */
function follows(a: RegisterReading, b: RegisterReading, ratedPowerW: number): boolean {
  const rise = b.registerMilliWh - a.registerMilliWh;
  return b.at > a.at && rise >= 0 && rise * 36 <= 11 * ratedPowerW * (b.at - a.at + 1);
}

function isConsistent(readings: readonly RegisterReading[], ratedPowerW: number): boolean {
  for (let i = 1; i < readings.length; i += 1) {
    const before = readings[i - 1];
    const here = readings[i];
    if (before === undefined || here === undefined) continue;
    if (!follows(before, here, ratedPowerW)) return false;
  }
  return true;
}

type Point = { index: number; register: number; headroom: number };

/**
 * The longest chain in O(n log n). With headroom = 1.1 × rated power × time − register, one
 * reading may follow another exactly when neither register nor headroom falls: a longest
 * non-decreasing subsequence (patience sorting). Headroom is in 1/36 mWh to stay whole.
 * @returns indices into `readings`, rising.
 */
function longestChain(readings: readonly RegisterReading[], ratedPowerW: number): Set<number> {
  const originAt = readings[0]?.at ?? 0;
  const points: Point[] = readings.map((reading, index) => ({
    index,
    register: reading.registerMilliWh,
    headroom: 11 * ratedPowerW * (reading.at - originAt) - 36 * reading.registerMilliWh,
  }));
  points.sort((a, b) => a.register - b.register || a.headroom - b.headroom);
  const tails: Point[] = [];
  const previous = new Map<number, Point>();
  for (const point of points) {
    const length = countNotAbove(tails, point.headroom);
    const before = tails[length - 1];
    if (before !== undefined) previous.set(point.index, before);
    tails[length] = point;
  }
  const chain = new Set<number>();
  for (let point = tails.at(-1); point !== undefined; point = previous.get(point.index)) {
    chain.add(point.index);
  }
  return chain;
}

function countNotAbove(tails: readonly Point[], headroom: number): number {
  let low = 0;
  let high = tails.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tails[middle]?.headroom ?? 0) <= headroom) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The chain allows no second for floored times: takes back what fits between two members. */
function readmit(
  candidates: readonly RegisterReading[],
  chain: ReadonlySet<number>,
  ratedPowerW: number,
): RegisterReading[] {
  const accepted: RegisterReading[] = [];
  const nextMember = nextMembers(candidates, chain);
  candidates.forEach((reading, index) => {
    const before = accepted.at(-1);
    const after = nextMember[index];
    const fits =
      (before === undefined || follows(before, reading, ratedPowerW)) &&
      (after === undefined || follows(reading, after, ratedPowerW));
    if (chain.has(index) || fits) accepted.push(reading);
  });
  return accepted;
}

function nextMembers(
  candidates: readonly RegisterReading[],
  chain: ReadonlySet<number>,
): (RegisterReading | undefined)[] {
  const next: (RegisterReading | undefined)[] = [];
  let member: RegisterReading | undefined;
  for (let i = candidates.length - 1; i >= 0; i -= 1) {
    next[i] = member;
    if (chain.has(i)) member = candidates[i];
  }
  return next;
}

function flagRejected(args: {
  candidates: readonly RegisterReading[];
  accepted: readonly RegisterReading[];
  ratedPowerW: number;
  flagged: FlaggedReading[];
}): void {
  let next = 0;
  for (const reading of args.candidates) {
    if (args.accepted[next] === reading) {
      next += 1;
      continue;
    }
    const before = args.accepted[next - 1];
    const after = args.accepted[next];
    args.flagged.push({ reading, kind: faultOf(reading, before, after) });
  }
}

function faultOf(
  reading: RegisterReading,
  before: RegisterReading | undefined,
  after: RegisterReading | undefined,
): ReadingFault {
  if (before?.at === reading.at || after?.at === reading.at) return 'CONFLICT';
  if (before !== undefined && reading.registerMilliWh < before.registerMilliWh) return 'BACKWARDS';
  return 'TOO_FAST';
}
