import { DAY_S } from '../time/instant.ts';
import type { InstantS } from '../time/instant.ts';
import { instantOfDay, localDay, MINUTE_S, weekdayOf } from '../time/local-time.ts';
import type { MilliWh } from '../units/energy.ts';

/** A wish lies at least five minutes and at most a week ahead. */
export const READY_BY_SOONEST_S = 5 * MINUTE_S;
export const READY_BY_LATEST_S = 7 * DAY_S;
const DAYS_AHEAD = 7;
/** A time that a weekly wish names further ahead than this is another stay's. */
const WEEKLY_REACH_S = 18 * 60 * MINUTE_S;

/** dayChoices are the calendar days (`localDay`) a wish may name: today and the seven after it. */
export function dayChoices(now: InstantS, zone: string): number[] {
  const today = localDay(now, zone);
  return Array.from({ length: DAYS_AHEAD + 1 }, (_, index) => today + index);
}

/** minutesOf reads `HH:MM` as minutes after midnight; null where the text is no time of day. */
export function minutesOf(text: string): number | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

/**
 * readyByOf is the instant at which a clock in `zone` shows `time` (`HH:MM`) on calendar day `day`;
 * null takes the next day on which that lies far enough ahead.
 * @returns null where the text is no time of day, or no such instant lies 5 min to 7 days ahead.
 */
export function readyByOf(
  said: { day: number | null; time: string },
  now: InstantS,
  zone: string,
): InstantS | null {
  const minutes = minutesOf(said.time);
  if (minutes === null) return null;
  const days = said.day === null ? dayChoices(now, zone) : [said.day];
  const at = days
    .map((day) => instantOfDay({ day, minutes, zone }))
    .find((instant) => instant >= now + READY_BY_SOONEST_S);
  return at === undefined || at > now + READY_BY_LATEST_S ? null : at;
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

/** Who said a wish: the driver, the car, the provider's app. */
type StatedBy = 'DRIVER' | 'STATION' | 'MSP';
/** REPEATING: the driver's wish for that weekday; HISTORY: learned from the driver's own stays. */
export type WishSource = StatedBy | 'REPEATING' | 'HISTORY';
/** Who tapped charge now last: the driver, or who knows the end of the card at the charging point. */
export type PriorityBy = 'DRIVER' | 'QR';

/** What the driver wants on every such weekday (1 Monday … 7 Sunday), in the site's local time. */
export type WeeklyWish = {
  weekday: number;
  readyByMinutes: number;
  /** Null: nothing said. */
  energyMilliWh: MilliWh | null;
};

export type StayWish = {
  source: WishSource;
  readyByAt: InstantS | null;
  energyMilliWh: MilliWh | null;
};

/** What the driver's own history says of this stay (`usualDeparture`). */
type LearnedStay = { departureAt: InstantS };

/**
 * chooseWish is the one place that decides which wish counts for a stay: what was said for it; else
 * a weekly wish, that of the day on which its driver is known to leave before that of the next weekly
 * time within 18 h of plug-in (a time further off belongs to another stay: a car at work in the
 * morning does not wait for the next one); else what the own history says. The last is a guess that
 * is shown, no word of the driver's: plans do not go by it.
 * @returns null where nobody said anything and nothing is known: planning then assumes.
 */
export function chooseWish(args: {
  plugInAt: InstantS;
  zone: string;
  stated: StayWish | null;
  weekly: readonly WeeklyWish[];
  learned: LearnedStay | null;
}): StayWish | null {
  const { plugInAt, zone, stated, learned } = args;
  const isOwn = stated !== null && stated.source !== 'REPEATING' && stated.source !== 'HISTORY';
  if (isOwn) return stated;
  const known = learned === null ? [] : weeklyOn(localDay(learned.departureAt, zone), args);
  const next = dayChoices(plugInAt, zone).flatMap((day) => weeklyOn(day, args))
    .filter(({ at }) => at <= plugInAt + WEEKLY_REACH_S);
  const [weekly] = [...known, ...next].filter(({ at }) => at >= plugInAt + READY_BY_SOONEST_S);
  if (weekly !== undefined) {
    const { at, energyMilliWh } = weekly;
    return { source: 'REPEATING', readyByAt: at, energyMilliWh };
  }
  if (learned === null) return null;
  return { source: 'HISTORY', readyByAt: learned.departureAt, energyMilliWh: null };
}

function weeklyOn(
  day: number,
  { weekly, zone }: { weekly: readonly WeeklyWish[]; zone: string },
): { at: InstantS; energyMilliWh: MilliWh | null }[] {
  const wish = weekly.find(({ weekday }) => weekday === weekdayOf(day));
  if (wish === undefined) return [];
  const at = instantOfDay({ day, minutes: wish.readyByMinutes, zone });
  return [{ at, energyMilliWh: wish.energyMilliWh }];
}
