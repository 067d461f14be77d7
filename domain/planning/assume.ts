import type { InstantS } from '../time/instant.ts';
import type { PlanningFacts } from './plan-session.ts';

/** Charged at once where nobody said how much, so that a driver who leaves early can drive. */
export const ASSUMED_MINIMUM_MILLI_WH = 10_000_000;

/** Local hours, as a driver would say them. */
const EVENING_H = 16;
const NIGHT_ENDS_H = 4;

/**
 * assumeStay says what is assumed of a driver who says nothing: an evening or night stay lasts until
 * seven in the morning; by day nobody knows, so the car charges at once. Ten kWh come first in either
 * case. Learned departures take this function's place.
 * @param args.localHour hour of the day at plug-in where the station stands, 0–23.99.
 * @param args.nextSevenAt the next local 07:00 after plug-in.
 */
export function assumeStay(args: { plugInAt: InstantS; localHour: number; nextSevenAt: InstantS }): PlanningFacts['assumed'] {
  const isNight = args.localHour >= EVENING_H || args.localHour < NIGHT_ENDS_H;
  return {
    departureAt: isNight ? args.nextSevenAt : args.plugInAt,
    energyMilliWh: 30_000_000,
    minEnergyMilliWh: ASSUMED_MINIMUM_MILLI_WH,
  };
}
