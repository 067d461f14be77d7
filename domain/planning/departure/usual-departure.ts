import { DAY_S, HOUR_S } from '../../time/instant.ts';
import { MINUTE_S, weekdayOf } from '../../time/local-time.ts';

/** A stay on the wall clock of its station, read as if it were UTC, in seconds. */
export type WallStay = { inS: number; outS: number };

/** Arrivals up to this far apart on the clock are stays of one kind. */
const NEAR_S = 3 * HOUR_S;
/**
 * Fewer stays of a kind say nothing, and stays of which fewer than this share end within an hour of
 * their middle one have no usual end. Figures from recorded stays: departure.md.
 */
const ENOUGH_STAYS = 5;
const USUAL_SHARE = 0.8;
const USUAL_S = HOUR_S;
/**
 * Four of five of the stays that ended at about the usual time lasted at least until what is offered;
 * one that ended at another time altogether says nothing of it.
 */
const OFFERED_QUANTILE = 0.2;
const ROUND_S = 5 * MINUTE_S;
/** Who comes after midnight comes late in the evening before. */
const DAY_BEGINS_S = 4 * HOUR_S;
/** From this hour on the day that counts for the departure is the next one. */
const EVENING_S = 16 * HOUR_S;
const FRIDAY = 5;

/**
 * usualDeparture is when a driver usually leaves, from the driver's own stays that began at about
 * this time of day: of the same weekday, else of working days or of free days, as this one is.
 * @param inS plug-in on the wall clock (see WallStay); the result is on it too.
 * @returns null where there are too few such stays, or they end at no usual time.
 */
export function usualDeparture(past: readonly WallStay[], inS: number): number | null {
  const near = past.filter((stay) => stay.outS > stay.inS && isNear(stay.inS, inS));
  const sameDay = near.filter((stay) => weekdayOf(dayOf(stay.inS)) === weekdayOf(dayOf(inS)));
  const sameKind = near.filter((stay) => leavesOnWorkday(stay.inS) === leavesOnWorkday(inS));
  const like = [sameDay, sameKind].find((stays) => stays.length >= ENOUGH_STAYS);
  if (like === undefined) return null;
  const ends = like.map((stay) => stay.outS - dayOf(stay.inS) * DAY_S).toSorted((a, b) => a - b);
  const middle = quantile(ends, 0.5);
  const usual = ends.filter((end) => Math.abs(end - middle) <= USUAL_S);
  if (usual.length < USUAL_SHARE * ends.length) return null;
  const end = dayOf(inS) * DAY_S + quantile(usual, OFFERED_QUANTILE);
  const outS = Math.floor(end / ROUND_S) * ROUND_S;
  return outS > inS ? outS : null;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

function dayOf(inS: number): number {
  return Math.floor((inS - DAY_BEGINS_S) / DAY_S);
}

function isNear(aS: number, bS: number): boolean {
  const apart = (((aS - bS) % DAY_S) + DAY_S) % DAY_S;
  return Math.min(apart, DAY_S - apart) <= NEAR_S;
}

function leavesOnWorkday(inS: number): boolean {
  const day = dayOf(inS);
  return weekdayOf(inS - day * DAY_S >= EVENING_S ? day + 1 : day) <= FRIDAY;
}
