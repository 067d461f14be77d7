import { Temporal } from 'temporal-polyfill';
import type { LocalOffset } from '#domain/market/synthetic.ts';

/** localOffset tells the seconds that a zone is ahead of UTC at an instant. */
export function localOffset(timeZone: string): LocalOffset {
  return (at) => Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9;
}
