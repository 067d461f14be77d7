import type { InstantS } from '../time/instant.ts';
import { limitAt } from './periods.ts';
import type { Plan } from './plan.ts';
import { DRAWING_W } from './steer.ts';

/** A station and its car have this long to go to 0. */
const OBEY_S = 120;

/**
 * isProven holds the meter against an accepted plan: two readings well inside one hold, and no
 * drawing in any, show that the station applies what it accepted. No evidence proves nothing.
 * @param readings of the session, any order, `powerW` as metered.
 */
export function isProven(plan: Plan, acceptedAt: InstantS, readings: readonly { at: InstantS; powerW: number }[]): boolean {
  const isHeldAt = (at: InstantS) => at >= acceptedAt && limitAt(plan.periods, at) === 0;
  const wellInside = readings.filter((reading) => isHeldAt(reading.at) && isHeldAt(reading.at - OBEY_S));
  return wellInside.length >= 2 && wellInside.every((reading) => reading.powerW < DRAWING_W);
}
