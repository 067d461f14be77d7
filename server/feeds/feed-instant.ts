import type { InstantS } from '#domain/time/instant.ts';

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/**
 * parseFeedInstant reads ISO 8601 with its offset ("2024-10-05T22:00Z", "2024-10-06 00:00+02:00")
 * into UTC seconds. Null for what has no offset (a local time is ambiguous once a year), no such
 * day, or a fraction of a second.
 */
export function parseFeedInstant(text: string): InstantS | null {
  const match = INSTANT.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = '00', sign, offsetHour, offsetMinute] = match;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const milliseconds = Date.parse(written);
  // The round trip catches 30 February and 24:00, which Date.parse moves to the next day.
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== written) return null;
  const offsetMinutes = Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0);
  return milliseconds / 1000 - (sign === '-' ? -offsetMinutes : offsetMinutes) * 60;
}
