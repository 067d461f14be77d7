import { isDateTime } from './schema.ts';

/** Before this a station's clock was not set: many count from 1970 until their first boot. */
const EARLIEST_MS = Date.UTC(2015, 0, 1);
const LATEST_MS = Date.UTC(2101, 0, 1);

export type DeviceTime = { at: Date; isClockSet: boolean };

/**
 * deviceTime is the station's own time, or that of arrival where it has none that can be meant: a
 * time without its zone may be any of a day's.
 */
export function deviceTime(text: string | undefined, receivedAt: Date): DeviceTime {
  const ms = text === undefined || !isDateTime(text) ? Number.NaN : Date.parse(text);
  const isClockSet = ms >= EARLIEST_MS && ms < LATEST_MS;
  return { at: isClockSet ? new Date(ms) : receivedAt, isClockSet };
}
