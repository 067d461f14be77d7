import type { PriceInterval } from '../market/price.ts';
import { HOUR_S, QUARTER_S, type InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import { streetQuarters, type QuarterEnergy, type StayAtOnce, type StreetQuarter } from './street.ts';

/** A stay as a municipality's sums are made of it; `card` only tells drivers apart. */
export type CityStay = StayAtOnce & {
  card: string;
  /** null: still plugged in. */
  plugOutAt: InstantS | null;
  /** Metered now; null: not known, or over. */
  meteredW: number | null;
  /** Micro-euro; null: not settled. */
  cashbackMicro: bigint | null;
};

/** A day of a municipality's street, in sums over enough drivers; null is not told. */
export type CityDay = {
  drivers: number;
  stays: number;
  plugged: number | null;
  loadW: number | null;
  /** Quarters in which enough cars were plugged in. */
  quarters: StreetQuarter[];
  /** Energy between 17 and 21 h, charging at once and metered, in the quarters told. */
  evening: { beforeMilliWh: MilliWh; afterMilliWh: MilliWh } | null;
  cashback: { stays: number; micro: bigint } | null;
};

/** Sums over fewer drivers, or fewer stays, would tell of single people. */
export const LEAST_GROUP = 5;
const EVENING = { fromHour: 17, toHour: 21 };

/**
 * cityDay sums what happened in [fromAt, now) beside what charging at once would have done with the same stays.
 * @param args.localOffsetS seconds that the local clock is ahead of UTC.
 * @returns null where fewer than `LEAST_GROUP` drivers charged.
 */
export function cityDay(args: {
  now: InstantS;
  fromAt: InstantS;
  stays: readonly CityStay[];
  measured: readonly QuarterEnergy[];
  prices: readonly PriceInterval[];
  localOffsetS(at: InstantS): number;
}): CityDay | null {
  const { now, fromAt, stays } = args;
  if (driversOf(stays) < LEAST_GROUP) return null;
  const quarters = streetQuarters({ ...args, toAt: now, planned: [] })
    .filter(({ startAt }) => driversOf(stays.filter((stay) => isThere(stay, startAt))) >= LEAST_GROUP);
  const open = stays.filter(({ plugOutAt }) => plugOutAt === null);
  const paid = stays.filter(({ plugOutAt, cashbackMicro }) => plugOutAt !== null && plugOutAt >= fromAt && cashbackMicro !== null);
  const isTold = driversOf(open) >= LEAST_GROUP;
  return {
    drivers: driversOf(stays), stays: stays.length,
    plugged: isTold ? open.length : null,
    loadW: isTold ? open.reduce((sum, { meteredW }) => sum + (meteredW ?? 0), 0) : null,
    quarters,
    evening: eveningOf(quarters, args),
    cashback: driversOf(paid) < LEAST_GROUP ? null
      : { stays: paid.length, micro: paid.reduce((sum, { cashbackMicro }) => sum + (cashbackMicro ?? 0n), 0n) },
  };
}

function driversOf(stays: readonly CityStay[]): number {
  return new Set(stays.map(({ card }) => card)).size;
}

function isThere({ plugInAt, plugOutAt }: CityStay, startAt: InstantS): boolean {
  return plugInAt < startAt + QUARTER_S && (plugOutAt === null || plugOutAt > startAt);
}

function eveningOf(
  quarters: readonly StreetQuarter[], args: { now: InstantS; localOffsetS(at: InstantS): number },
): CityDay['evening'] {
  let [beforeMilliWh, afterMilliWh, count] = [0, 0, 0];
  for (const { startAt, beforeW, afterW } of quarters) {
    const hour = Math.floor((startAt + args.localOffsetS(startAt)) / HOUR_S) % 24;
    if (hour < EVENING.fromHour || hour >= EVENING.toHour) continue;
    count += 1;
    const seconds = Math.min(QUARTER_S, Math.max(0, args.now - startAt));
    beforeMilliWh += Math.round((beforeW * seconds) / 3.6);
    afterMilliWh += Math.round((afterW * seconds) / 3.6);
  }
  return count === 0 ? null : { beforeMilliWh, afterMilliWh };
}
