/**
 * Instants in `domain/` are whole UTC seconds since 1970 in fields that end in `At`;
 * `Date` stays at the edges (database, wire, screen).
 */
export type InstantS = number;

/** One market time unit of a quarter of an hour, in seconds. */
export const QUARTER_S = 900;
export const HOUR_S = 3_600;
export const DAY_S = 86_400;

/** secondsFromDate floors to the whole second, so that two clocks with milliseconds agree. */
export function secondsFromDate(date: Date): InstantS {
  return Math.floor(date.getTime() / 1000);
}

export function dateFromSeconds(at: InstantS): Date {
  return new Date(at * 1000);
}

/** isoFromSeconds writes `2026-03-29T01:00:00Z`: UTC, without milliseconds. */
export function isoFromSeconds(at: InstantS): string {
  return dateFromSeconds(at).toISOString().replace('.000Z', 'Z');
}

/** Whole UTC seconds of an ISO instant, rounded down; NaN where it is none. */
export function secondsFromIso(iso: string): InstantS {
  return Math.floor(Date.parse(iso) / 1000);
}

/** quarterStart is the quarter-hour boundary at or before `at` (UTC quarters: no time zone shifts by less). */
export function quarterStart(at: InstantS): InstantS {
  return Math.floor(at / QUARTER_S) * QUARTER_S;
}
