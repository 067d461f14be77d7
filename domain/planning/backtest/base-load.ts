import { DAY_S, QUARTER_S, type InstantS } from '../../time/instant.ts';
import { valueIn, UNKNOWN, type QuarterSeries } from './quarter-series.ts';
import type { WallClock } from './wall-clock.ts';

/** Yearly use of one home, and the unit of a profile: share of the year's energy × 10⁻¹⁰. */
export const HOME_KWH_PER_YEAR = 3_500;
export const SHARE_UNITS = 10_000_000_000;
const YEAR_DAYS = 365.25;
const WEEK = 7;

/**
 * baseLoad lays a standard load profile of some other year under the dates of `like`: for each
 * local day the profile's day of the same weekday that is nearest in the year, hour by wall clock.
 * @returns milli-Wh per quarter of `like`.
 * @throws RangeError where the profile has no whole day.
 */
export function baseLoad(
  profile: QuarterSeries,
  like: QuarterSeries,
  args: { clock: WallClock; homes: number; from: number; to: number },
): Float64Array {
  const { clock, homes } = args;
  const days = wholeDays(profile, clock);
  const yearMilliWh = homes * HOME_KWH_PER_YEAR * 1_000_000;
  const loads = new Float64Array(like.values.length);
  const chosen = new Map<number, number>();
  for (let index = args.from; index < args.to; index += 1) {
    const wallS = clock.wallS((like.firstQuarter + index) * QUARTER_S);
    const day = Math.floor(wallS / DAY_S);
    let source = chosen.get(day);
    if (source === undefined) {
      source = nearestDay(days, day);
      chosen.set(day, source);
    }
    const share = shareAt(profile, clock.instantOf(wallS + (source - day) * DAY_S));
    loads[index] = Math.round((share / SHARE_UNITS) * yearMilliWh);
  }
  return loads;
}

/** On the days on which clocks change a quarter may lack its twin: the one before stands in. */
function shareAt(profile: QuarterSeries, at: InstantS): number {
  for (let back = 0; back <= 8; back += 1) {
    const share = valueIn(profile, at - back * QUARTER_S);
    if (share !== UNKNOWN) return share;
  }
  return 0;
}

function wholeDays(profile: QuarterSeries, clock: WallClock): number[] {
  const known = new Map<number, number>();
  profile.values.forEach((share, index) => {
    if (share === UNKNOWN) return;
    const day = Math.floor(clock.wallS((profile.firstQuarter + index) * QUARTER_S) / DAY_S);
    known.set(day, (known.get(day) ?? 0) + 1);
  });
  const days = [...known].filter(([, quarters]) => quarters >= 92).map(([day]) => day);
  if (new Set(days.map((day) => day % WEEK)).size < WEEK) {
    throw new RangeError('the load profile must hold whole days of every weekday');
  }
  return days;
}

function nearestDay(days: readonly number[], day: number): number {
  let best = days[0] ?? day;
  let bestApart = Number.POSITIVE_INFINITY;
  for (const candidate of days) {
    if ((candidate - day) % WEEK !== 0) continue;
    const around = (((candidate - day) % YEAR_DAYS) + YEAR_DAYS) % YEAR_DAYS;
    const apart = Math.min(around, YEAR_DAYS - around);
    if (apart < bestApart) [best, bestApart] = [candidate, apart];
  }
  return best;
}
