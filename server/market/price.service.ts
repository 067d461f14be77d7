import { contractCurve, expectedPrices } from '#domain/market/curve.ts';
import type { PriceInterval } from '#domain/market/price.ts';
import { DAY_S, dateFromSeconds, quarterStart, type InstantS } from '#domain/time/instant.ts';
import type { Bus } from '../bus/bus.ts';
import type { Db, Tx } from '../db/client.ts';
import { loadPrices, newestDocuments } from './price.store.ts';

export type PriceQuery = { zone: string; mtuMinutes: number; fromAt: InstantS; toAt: InstantS };

/**
 * Prices as a contract sees them, cached per zone and day until the bus says that they changed.
 * `published` is what is settled on; `planning` adds what is expected beyond.
 */
export type Prices = {
  /** Forgets what was cached before a publication that `tx` sees: the bus may have been silent about it. */
  refresh(tx: Tx): Promise<void>;
  published(query: PriceQuery): Promise<PriceInterval[]>;
  planning(query: PriceQuery & { riskPremiumTicks: number }): Promise<PriceInterval[]>;
};

const LOOK_BACK_S = 8 * DAY_S;
const CACHE_DAYS_MAX = 400;

export function createPrices(db: Db, bus: Bus): Prices {
  const days = new Map<string, Promise<PriceInterval[]>>();
  bus.subscribe('prices', () => days.clear());
  const day = (zone: string, startAt: InstantS): Promise<PriceInterval[]> => {
    const key = `${zone} ${startAt}`;
    const known = days.get(key);
    if (known !== undefined) return known;
    if (days.size > CACHE_DAYS_MAX) days.clear();
    const loading = loadPrices(db, zone, { from: dateFromSeconds(startAt), to: dateFromSeconds(startAt + DAY_S) });
    loading.catch(() => days.delete(key));
    days.set(key, loading);
    return loading;
  };
  const raw = async (zone: string, fromAt: InstantS, toAt: InstantS): Promise<PriceInterval[]> => {
    const starts: InstantS[] = [];
    for (let at = Math.floor(fromAt / DAY_S) * DAY_S; at < toAt; at += DAY_S) starts.push(at);
    return (await Promise.all(starts.map((at) => day(zone, at)))).flat();
  };
  const published = async (query: PriceQuery) => {
    const curve = contractCurve(await raw(query.zone, query.fromAt, query.toAt), query.mtuMinutes === 60 ? 3600 : 900);
    return curve.filter((price) => price.startAt + price.seconds > query.fromAt && price.startAt < query.toAt);
  };
  let newest = '';
  return {
    async refresh(tx) {
      const seen = await newestDocuments(tx);
      if (seen !== newest) days.clear();
      newest = seen;
    },
    published,
    async planning(query) {
      const history = await published({ ...query, fromAt: quarterStart(query.fromAt) - LOOK_BACK_S });
      const known = history.filter((price) => price.startAt + price.seconds > query.fromAt);
      const covered = new Set(known.map((price) => price.startAt));
      const beyond = expectedPrices({
        published: history, fromAt: query.fromAt, toAt: query.toAt, riskPremiumTicks: query.riskPremiumTicks,
      }).filter((price) => !covered.has(price.startAt));
      return [...known, ...beyond].sort((a, b) => a.startAt - b.startAt);
    },
  };
}
