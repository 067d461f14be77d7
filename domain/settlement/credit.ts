import { DAY_S, type InstantS } from '../time/instant.ts';
import type { CreditEnd, CreditEndReason } from './facts.ts';
import type { Segment } from './segments.ts';
import type { Stay } from './stay.ts';

/** Settlement rule 10. */
const DRAW_WITHIN_S = 300;
const OWN_WAITING_S = 900;
const LONGEST_READING_S = 900;

/** A release that still waits for the car to draw. */
type OpenRelease = { untilAt: InstantS; reason: CreditEndReason };

/**
 * creditEndOf finds where a stay stops earning (settlement rule 10): the first of no draw within
 * 5 min of a release (the probe at plug-in is the first), 15 min of own waiting in all, a reading
 * longer than 15 min with energy, 24 h after plug-in; and of transactions that overlap, which no
 * single clock can replay. A release that Valley itself takes back before the 5 min are over
 * shows nothing; the next one is asked instead.
 */
export function creditEndOf(stay: Stay, probeSeconds: number): CreditEnd {
  const day: CreditEnd = { at: stay.startAt + DAY_S, reason: 'DAY_PASSED' };
  const watch = new CreditWatch(probeSeconds);
  for (const segment of stay.segments) {
    const end = watch.look(segment);
    if (end !== null) return end.at < day.at ? end : day;
    if (segment.toAt >= day.at) return day;
  }
  return day;
}

class CreditWatch {
  readonly #probeSeconds: number;
  #before: Segment | null = null;
  #hasStarted = false;
  #open: OpenRelease | null = null;
  #waitedS = 0;

  constructor(probeSeconds: number) {
    this.#probeSeconds = probeSeconds;
  }

  /** look returns the first end of credit in `segment`, if there is one. */
  look(segment: Segment): CreditEnd | null {
    const before = this.#before;
    if (before !== null && segment.fromAt < before.toAt) {
      return { at: segment.fromAt, reason: 'OVERLAPPING_TRANSACTIONS' };
    }
    if (segment.readingSeconds > LONGEST_READING_S && segment.energyMilliWh > 0) {
      return { at: segment.fromAt, reason: 'LONG_READING' };
    }
    const ends = [this.#lookAtRelease(segment), this.#lookAtWaiting(segment)];
    this.#before = segment;
    return ends.reduce((a, b) => (b === null || (a !== null && a.at <= b.at) ? a : b));
  }

  #lookAtRelease(segment: Segment): CreditEnd | null {
    const opened = this.#releaseAt(segment);
    if (opened !== null) this.#open = opened;
    const open = this.#open;
    if (open === null) return null;
    if (segment.fromAt < open.untilAt) {
      if (segment.kind === 'drawn' || segment.limitW === 0) {
        this.#open = null;
        return null;
      }
      if (segment.toAt < open.untilAt) return null;
    }
    return { at: open.untilAt, reason: open.reason };
  }

  #releaseAt(segment: Segment): OpenRelease | null {
    if (segment.kind === 'away') return null;
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      const untilAt = segment.fromAt + this.#probeSeconds;
      return { untilAt, reason: 'NO_DRAW_AT_PLUG_IN' };
    }
    const wasHeld = this.#before?.limitW === 0;
    if (!wasHeld || segment.limitW === 0) return null;
    return { untilAt: segment.fromAt + DRAW_WITHIN_S, reason: 'NO_DRAW_AFTER_RELEASE' };
  }

  #lookAtWaiting(segment: Segment): CreditEnd | null {
    if (segment.kind !== 'waiting' && segment.kind !== 'away') return null;
    const leftS = OWN_WAITING_S - this.#waitedS;
    this.#waitedS += segment.toAt - segment.fromAt;
    return this.#waitedS < OWN_WAITING_S
      ? null
      : { at: segment.fromAt + leftS, reason: 'OWN_WAITING' };
  }
}
