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

/**
 * localInstant is the instant of a wall-clock time (`minutes` after midnight) of the day in `zone`
 * that lies `daysAhead` after the one of `now`. A time that a clock change skips becomes the same
 * time after the change; of a time that comes twice it is the first.
 */
export function localInstant(args: {
  now: InstantS;
  daysAhead: number;
  minutes: number;
  zone: string;
}): InstantS {
  const { now, daysAhead, minutes, zone } = args;
  const today = Math.floor(wallSeconds(now, zone) / DAY_S) * DAY_S;
  const wall = today + daysAhead * DAY_S + minutes * MINUTE_S;
  const offsets = [wall - DAY_S, wall + DAY_S].map((at) => wallSeconds(at, zone) - at);
  const candidates = offsets.map((offset) => wall - offset).toSorted((a, b) => a - b);
  return candidates.find((at) => wallSeconds(at, zone) === wall) ?? candidates.at(-1) ?? wall;
}
