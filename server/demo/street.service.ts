import { streetQuarters, type StayAtOnce, type StreetQuarter } from '#domain/charging/street.ts';
import { DAY_S, HOUR_S, dateFromSeconds, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { loadPrices } from '../market/price.store.ts';
import { meteredQuarters, plannedQuarters, staysAtOnce, streetCounts, tourProgress, type TourProgress } from './street.store.ts';

/** The demo's street as the first page shows it. Money is text in micro-euro. */
export type StreetView = {
  nowAt: InstantS;
  speed: number;
  timeZone: string;
  quarters: StreetQuarter[];
  plugged: number;
  charging: number;
  powerW: number;
  /** Cashback of the stays that ended within a day. */
  cashbackMicro: string;
  tour: TourProgress;
};

const PAST_S = 12 * HOUR_S;
const AHEAD_S = 13 * HOUR_S;
/** A demo that has just begun shows no empty half day before it. */
const LEAST_PAST_S = HOUR_S;
const KEEP_MS = 1_000;

export type StreetPlace = { biddingZone: string; timeZone: string; driverCard: string };
export type StreetDeps = { db: Db; clock: Clock };
export type Street = { look(deps: StreetDeps): Promise<StreetView> };

/** createStreet reads the street at most once a second, however many look at it. */
export function createStreet(place: StreetPlace): Street {
  let kept: { sinceMs: number; view: Promise<StreetView> } | null = null;
  return {
    look(deps) {
      const nowMs = performance.now();
      if (kept === null || nowMs - kept.sinceMs > KEEP_MS) {
        const view = readStreet(deps, place);
        kept = { sinceMs: nowMs, view };
        view.catch(() => { kept = null; });
      }
      return kept.view;
    },
  };
}

async function readStreet({ db, clock }: StreetDeps, place: StreetPlace): Promise<StreetView> {
  const nowDate = clock.now();
  const now = secondsFromDate(nowDate);
  const [fromAt, toAt] = [now - PAST_S, now + AHEAD_S];
  const past = { from: dateFromSeconds(fromAt), to: nowDate };
  const prices = await loadPrices(db, place.biddingZone, { from: dateFromSeconds(fromAt - HOUR_S), to: dateFromSeconds(toAt) });
  return await db.asSystem(async (tx) => {
    const measured = await meteredQuarters(tx, past);
    const planned = await plannedQuarters(tx, nowDate);
    const stays = await staysAtOnce(tx, past);
    const { cashbackMicro, ...counts } = await streetCounts(tx, { from: dateFromSeconds(now - DAY_S), to: nowDate });
    return {
      nowAt: now, speed: clock.speed(), timeZone: place.timeZone, ...counts, cashbackMicro: cashbackMicro.toString(),
      tour: await tourProgress(tx, place.driverCard),
      quarters: streetQuarters({ now, fromAt: begunAt(stays, { fromAt, now }), toAt, measured, planned, stays, prices }),
    };
  });
}

function begunAt(stays: readonly StayAtOnce[], span: { fromAt: InstantS; now: InstantS }): InstantS {
  const firstAt = stays.reduce((first, stay) => Math.min(first, stay.plugInAt), span.now);
  return Math.max(span.fromAt, Math.min(firstAt, span.now - LEAST_PAST_S));
}
