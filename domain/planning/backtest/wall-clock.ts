import { DAY_S, type InstantS } from '../../time/instant.ts';

type Day = { before: number; after: number; changeAt: InstantS };

/**
 * The wall clock of a zone for millions of instants: Intl is asked once a day of the calendar, and
 * on the days on which clocks change once more for each halving.
 */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, Day>();

  /** @throws RangeError where there is no such zone. */
  constructor(zone: string) {
    this.#format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /** offsetS is local time minus UTC at an instant, in seconds. */
  offsetS(at: InstantS): number {
    const index = Math.floor(at / DAY_S);
    let day = this.#days.get(index);
    if (day === undefined) {
      day = this.#dayOf(index);
      this.#days.set(index, day);
    }
    return at < day.changeAt ? day.before : day.after;
  }

  /** wallS reads the wall clock at an instant as if it were UTC, in seconds. */
  wallS(at: InstantS): number {
    return at + this.offsetS(at);
  }

  /**
   * instantOf is the instant at which the wall clock shows `wallS`: of a time that comes twice the
   * first, of one that clocks skip the same time after the change.
   */
  instantOf(wallS: number): InstantS {
    const early = wallS - this.offsetS(wallS - DAY_S);
    const late = wallS - this.offsetS(wallS + DAY_S);
    if (early === late) return early;
    const [first, second] = early < late ? [early, late] : [late, early];
    return this.wallS(first) === wallS ? first : second;
  }

  #dayOf(index: number): Day {
    const before = this.#ask(index * DAY_S);
    const after = this.#ask((index + 1) * DAY_S - 1);
    if (before === after) return { before, after, changeAt: Number.POSITIVE_INFINITY };
    let low = index * DAY_S;
    let high = (index + 1) * DAY_S - 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle) === before) low = middle;
      else high = middle;
    }
    return { before, after, changeAt: high };
  }

  #ask(at: InstantS): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(at * 1000)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - at;
  }
}

/**
 * movedBy moves an instant by whole days on the wall clock, so that local hours (and with whole
 * weeks weekdays) stay; `from` and `to` may be clocks of different zones.
 */
export function movedBy(
  at: InstantS,
  days: number,
  clocks: { from: WallClock; to: WallClock },
): InstantS {
  return clocks.to.instantOf(clocks.from.wallS(at) + days * DAY_S);
}
