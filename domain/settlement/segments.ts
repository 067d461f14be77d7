import type { RegisterReading } from '../charging/readings.ts';
import type { InstantS } from '../time/instant.ts';
import { energyFromPower, type MilliWh } from '../units/energy.ts';
import { floorShare } from './apportion.ts';
import type { LimitInForce } from './facts.ts';

/** Below this the car counts as not drawing (settlement rules 7 and 8). */
export const DRAWING_FROM_W = 300;

/**
 * A stretch of the stay in which nothing changes: one reading, one limit.
 * `drawn`: the car draws. `held`: an accepted 0 W is in force and the meter shows < 300 W.
 * `waiting`: free but < 300 W. `away`: no reading, or unplugged.
 */
export type Segment = {
  fromAt: InstantS;
  toAt: InstantS;
  kind: 'drawn' | 'held' | 'waiting' | 'away';
  energyMilliWh: MilliWh;
  /** Valley's limit in force, null where there is none. */
  limitW: number | null;
  /** Energy and length of the reading's part it is cut from: the mean power before rounding. */
  partMilliWh: MilliWh;
  partSeconds: number;
  /** Length of the whole reading, 0 for `away`. */
  readingSeconds: number;
};

/** The time between two accepted readings of one transaction, cut where Valley's limit changes. */
type Interval = {
  fromAt: InstantS;
  toAt: InstantS;
  energyMilliWh: MilliWh;
  endPowerW: number;
  limits: LimitSpan[];
};
type LimitSpan = { fromAt: InstantS; toAt: InstantS; limitW: number | null };

/** Mean power in W of an energy over a time; infinite over no time. */
function meanPowerW(energyMilliWh: MilliWh, seconds: number): number {
  return (energyMilliWh * 3.6) / seconds;
}

/**
 * Walks sorted limits once, for intervals asked by rising time. Only overlapping transactions ask
 * for earlier ones; those earn nothing (`creditEndOf`), so that limits they miss cost nothing.
 */
export class LimitCursor {
  readonly #limits: readonly LimitInForce[];
  #next = 0;

  constructor(limits: readonly LimitInForce[]) {
    this.#limits = limits;
  }

  /** spans cuts [fromAt, toAt) where the limit changes. */
  spans(fromAt: InstantS, toAt: InstantS): LimitSpan[] {
    this.#seek(fromAt);
    const spans: LimitSpan[] = [];
    let at = fromAt;
    for (let i = this.#next; at < toAt; i += 1) {
      const limit = this.#limits[i];
      const limitFromAt = Math.min(limit?.fromAt ?? toAt, toAt);
      if (limitFromAt > at) spans.push({ fromAt: at, toAt: limitFromAt, limitW: null });
      at = Math.max(at, limitFromAt);
      if (limit === undefined || at >= toAt) break;
      const endAt = Math.min(limit.toAt, toAt);
      spans.push({ fromAt: at, toAt: endAt, limitW: limit.limitW });
      at = endAt;
    }
    return spans;
  }

  #seek(at: InstantS): void {
    while ((this.#limits[this.#next]?.toAt ?? Number.POSITIVE_INFINITY) <= at) this.#next += 1;
  }
}

/**
 * segmentsOf cuts one transaction's accepted readings at the edges of Valley's limits and says
 * of each piece what the car did (settlement rules 5 to 8).
 * @param readings accepted, by rising time.
 */
export function segmentsOf(
  readings: readonly RegisterReading[],
  cursor: LimitCursor,
  ratedPowerW: number,
): Segment[] {
  const intervals = intervalsOf(readings, cursor);
  const segments: Segment[] = [];
  intervals.forEach((interval, index) => {
    const only = interval.limits.length === 1 ? interval.limits[0] : undefined;
    if (only !== undefined) {
      segments.push(wholeSegment(interval, only.limitW));
      return;
    }
    const neighbours = { before: intervals[index - 1], after: intervals[index + 1] };
    const isHeld = interval.limits.map((span) => isHeldSpan(interval, span, neighbours));
    segments.push(...mixedSegments(interval, isHeld, ratedPowerW));
  });
  return segments;
}

function intervalsOf(readings: readonly RegisterReading[], cursor: LimitCursor): Interval[] {
  const intervals: Interval[] = [];
  for (let i = 1; i < readings.length; i += 1) {
    const start = readings[i - 1];
    const end = readings[i];
    if (start === undefined || end === undefined) continue;
    intervals.push({
      fromAt: start.at,
      toAt: end.at,
      energyMilliWh: end.registerMilliWh - start.registerMilliWh,
      endPowerW: end.powerW ?? 0,
      limits: cursor.spans(start.at, end.at),
    });
  }
  return intervals;
}

function wholeSegment(interval: Interval, limitW: number | null): Segment {
  const seconds = interval.toAt - interval.fromAt;
  const shownW = Math.max(meanPowerW(interval.energyMilliWh, seconds), interval.endPowerW);
  const idleKind = limitW === 0 ? 'held' : 'waiting';
  return {
    fromAt: interval.fromAt,
    toAt: interval.toAt,
    kind: shownW >= DRAWING_FROM_W ? 'drawn' : idleKind,
    energyMilliWh: interval.energyMilliWh,
    limitW,
    partMilliWh: interval.energyMilliWh,
    partSeconds: seconds,
    readingSeconds: seconds,
  };
}

/**
 * The held part of a reading has no register of its own. It counts as held only where the meter
 * shows it: the whole reading is below 300 W, or the reading on the hold's side of it is.
 * Otherwise a hold laid over every other half minute of drawing would stop the clock half the time.
 */
function isHeldSpan(
  interval: Interval,
  span: LimitSpan,
  neighbours: { before: Interval | undefined; after: Interval | undefined },
): boolean {
  if (span.limitW !== 0) return false;
  const reachesEnd = span.toAt === interval.toAt;
  if (reachesEnd && interval.endPowerW >= DRAWING_FROM_W) return false;
  if (meanPowerW(interval.energyMilliWh, interval.toAt - interval.fromAt) < DRAWING_FROM_W) {
    return true;
  }
  const { before, after } = neighbours;
  if (span.fromAt === interval.fromAt) {
    return before?.limits.at(-1)?.limitW === 0 && isQuiet(before);
  }
  return reachesEnd && after?.limits[0]?.limitW === 0 && isQuiet(after);
}

function isQuiet(interval: Interval): boolean {
  const endsHeld = interval.limits.at(-1)?.limitW === 0;
  if (endsHeld && interval.endPowerW >= DRAWING_FROM_W) return false;
  return meanPowerW(interval.energyMilliWh, interval.toAt - interval.fromAt) < DRAWING_FROM_W;
}

/** Rule 6: the energy belongs to the free part up to rated power, the rest to the held part. */
function mixedSegments(
  interval: Interval,
  isHeld: readonly boolean[],
  ratedPowerW: number,
): Segment[] {
  const part = { free: 0, held: 0 };
  interval.limits.forEach((span, i) => {
    part[isHeld[i] === true ? 'held' : 'free'] += span.toAt - span.fromAt;
  });
  const room = energyFromPower(ratedPowerW, part.free);
  const freeMilliWh =
    part.held === 0 ? interval.energyMilliWh : Math.min(interval.energyMilliWh, room);
  const energy = { free: freeMilliWh, held: interval.energyMilliWh - freeMilliWh };
  const passed = { free: 0, held: 0 };
  return interval.limits.map((span, i) => {
    const side = isHeld[i] === true ? 'held' : 'free';
    const seconds = span.toAt - span.fromAt;
    const before = floorShare(energy[side], passed[side], part[side]);
    passed[side] += seconds;
    const isLast = i === interval.limits.length - 1;
    const partW = meanPowerW(energy[side], part[side]);
    // The power at the reading's end says nothing about a held part that ended before it.
    const shownW = Math.max(partW, isLast && side === 'free' ? interval.endPowerW : 0);
    const idleKind = side === 'held' ? 'held' : 'waiting';
    return {
      fromAt: span.fromAt,
      toAt: span.toAt,
      kind: shownW >= DRAWING_FROM_W ? 'drawn' : idleKind,
      energyMilliWh: floorShare(energy[side], passed[side], part[side]) - before,
      limitW: span.limitW,
      partMilliWh: energy[side],
      partSeconds: part[side],
      readingSeconds: interval.toAt - interval.fromAt,
    };
  });
}
