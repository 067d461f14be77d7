import { localInstant, MINUTE_S } from '../time/local-time.ts';
import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';

const SOONEST_S = 5 * MINUTE_S;

/**
 * nextLocalTime is the next instant at which a clock in `zone` shows `HH:MM`, at least five minutes
 * from `now`. @returns null where the text is no time of day.
 */
export function nextLocalTime(text: string, now: InstantS, zone: string): InstantS | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  for (const daysAhead of [0, 1, 2]) {
    const at = localInstant({ now, daysAhead, minutes, zone });
    if (at >= now + SOONEST_S) return at;
  }
  return null;
}

/**
 * energyFromPercent is what lifts a battery from one state of charge to another.
 * @returns undefined where the percentages are not 0–100 in rising order or no size is stored.
 */
export function energyFromPercent(args: {
  batteryWh: number | null;
  fromPercent: number;
  toPercent: number;
}): MilliWh | undefined {
  const { batteryWh, fromPercent, toPercent } = args;
  const usable = fromPercent >= 0 && toPercent <= 100 && toPercent > fromPercent;
  if (batteryWh === null || !usable) return undefined;
  return Math.round(batteryWh * (toPercent - fromPercent) * 10);
}
