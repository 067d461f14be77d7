import { dateFromSeconds } from '#domain/time/instant.ts';
import { instantOfDay } from '#domain/time/local-time.ts';

/** What FormData cannot tell: an empty field and one with a day but no time both have the value ''. */
type TimeField = { value: string; validity: { badInput: boolean } };

const DAY_MS = 86_400_000;
const HOUR_MINUTES = 60;

/** wattsOf reads a number of kW as people type it; null where it is none. */
export function wattsOf(text: string): number | null {
  const typed = text.trim().replace(',', '.');
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(typed)) return null;
  return Math.round(Number(typed) * 1_000);
}

/**
 * instantOf reads what a field for a day and a time holds, as the wall clock of a zone.
 * @returns null: empty; undefined: no day and time, or only one of both.
 */
export function instantOf({ value, validity }: TimeField, zone: string): Date | null | undefined {
  if (validity.badInput) return undefined;
  if (value === '') return null;
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(value)?.slice(1).map(Number);
  if (found === undefined) return undefined;
  const [year = 0, month = 0, dayOfMonth = 0, hours = 0, minutes = 0] = found;
  const day = Date.UTC(year, month - 1, dayOfMonth) / DAY_MS;
  return dateFromSeconds(instantOfDay({ day, minutes: hours * HOUR_MINUTES + minutes, zone }));
}
