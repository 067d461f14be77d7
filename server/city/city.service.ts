import { cityDay, LEAST_GROUP, type CityDay, type CityStay } from '#domain/charging/city-day.ts';
import { DAY_S, HOUR_S, dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import { deliveredAtSites } from '../charging/delivered.store.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { localOffset } from '../market/local-offset.ts';
import { loadPrices } from '../market/price.store.ts';
import { citySites, staysAtSites, type CityStayRow } from './city.store.ts';

type Deps = { db: Db; clock: Clock };

/** The last 24 hours of a municipality's street. */
export type CityView = {
  nowAt: Date;
  timeZone: string;
  sites: { name: string; operator: string }[];
  /** How many drivers a sum must hold. */
  leastDrivers: number;
  /** null: fewer drivers charged. */
  day: CityDay | null;
};

const DEFAULT_TIME_ZONE = 'Europe/Amsterdam';

/** cityView sums the last 24 hours at the sites that lie in a municipality. */
export async function cityView({ db, clock }: Deps, tenantId: number): Promise<CityView> {
  const to = clock.now();
  const now = secondsFromDate(to);
  const fromAt = now - DAY_S;
  const from = dateFromSeconds(fromAt);
  const found = await db.withTenant(tenantId, citySites);
  const [first] = found;
  const timeZone = first?.time_zone ?? DEFAULT_TIME_ZONE;
  const view = { nowAt: to, timeZone, sites: found.map(({ site: name, operator }) => ({ name, operator })), leastDrivers: LEAST_GROUP };
  if (first === undefined) return { ...view, day: null };
  const sites = found.map(({ site_id }) => site_id);
  const { stays, delivered } = await db.asSystem(async (tx) => ({
    stays: await staysAtSites(tx, { sites, from, to }), delivered: await deliveredAtSites(tx, { sites, from, to }),
  }));
  const prices = await loadPrices(db, first.bidding_zone, { from: dateFromSeconds(fromAt - HOUR_S), to });
  const measured = delivered.map((row) => ({ startAt: secondsFromDate(row.start_at), energyMilliWh: Number(row.energy) }));
  return {
    ...view,
    day: cityDay({ now, fromAt, stays: stays.map(stayOf), measured, prices, localOffsetS: localOffset(timeZone) }),
  };
}

function stayOf(row: CityStayRow): CityStay {
  return {
    card: row.card, plugInAt: secondsFromDate(row.plug_in_at),
    plugOutAt: row.plug_out_at === null ? null : secondsFromDate(row.plug_out_at),
    energyMilliWh: Number(row.energy ?? 0), powerW: row.power_w ?? 0, meteredW: row.metered_w, cashbackMicro: row.cashback_micro,
  };
}
