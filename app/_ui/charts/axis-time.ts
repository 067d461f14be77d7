import type { InstantS } from '#domain/time/instant.ts';
import { clockTime, dayName } from '../../_client/format.ts';
import { words } from '../words.ts';
import type { Span } from './spans.ts';

export type TimeTick = { at: InstantS; label: string };

const HOUR_STEPS = [1, 2, 3, 4, 6, 12, 24] as const;
const TICK_GRID_S = 900;

/** timeTicks are at most `most` whole local hours in a span; a new day has the day's name. */
export function timeTicks(span: Span, zone: string, most: number): TimeTick[] {
  const hours = wholeHours(span, zone);
  const step =
    HOUR_STEPS.find((size) => hours.filter(({ hour }) => hour % size === 0).length <= most) ?? 24;
  return hours
    .filter(({ hour }) => hour % step === 0)
    .map(({ at }) => ({ at, label: clockTime(at, zone) }));
}

/** midnights are where days meet: `tomorrow` for the first after `now`, else the day's name. */
export function midnights(span: Span, zone: string, now: InstantS): TimeTick[] {
  return wholeHours(span, zone)
    .filter(({ hour, at }) => hour === 0 && at > span.fromAt)
    .map(({ at }) => ({
      at,
      label: at > now && at - now <= 86_400 ? words.chart.tomorrow : dayName(at, zone),
    }));
}

function wholeHours(span: Span, zone: string): { at: InstantS; hour: number }[] {
  const hours: { at: InstantS; hour: number }[] = [];
  const start = Math.ceil(span.fromAt / TICK_GRID_S) * TICK_GRID_S;
  for (let at = start; at <= span.toAt; at += TICK_GRID_S) {
    const label = clockTime(at, zone);
    if (label.endsWith(':00')) hours.push({ at, hour: Number(label.slice(0, 2)) });
  }
  return hours;
}
