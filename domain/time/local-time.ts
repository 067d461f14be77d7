import { DAY_S } from './instant.ts';
import type { InstantS } from './instant.ts';

export const MINUTE_S = 60;

/** The wall clock of a zone at an instant, read as if it were UTC, in seconds. */
function wallSeconds(at: InstantS, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at * 1000);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const ms = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return ms / 1000;
}

/** localDay numbers the calendar day that a zone's wall shows at `at`: days since 1970-01-01. */
export function localDay(at: InstantS, zone: string): number {
  return Math.floor(wallSeconds(at, zone) / DAY_S);
}

/** weekdayOf a calendar day's number, as ISO 8601 counts: 1 is Monday, 7 is Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * instantOfDay is the instant of a wall-clock time (`minutes` after midnight) of a calendar day in
 * `zone`. A time that a clock change skips becomes the same time after the change; of a time that
 * comes twice it is the first.
 */
export function instantOfDay(args: { day: number; minutes: number; zone: string }): InstantS {
  const { day, minutes, zone } = args;
  const wall = day * DAY_S + minutes * MINUTE_S;
  const offsets = [wall - DAY_S, wall + DAY_S].map((at) => wallSeconds(at, zone) - at);
  const candidates = offsets.map((offset) => wall - offset).toSorted((a, b) => a - b);
  return candidates.find((at) => wallSeconds(at, zone) === wall) ?? candidates.at(-1) ?? wall;
}
