import { dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import type { LimitSeries, NewTreeLimit } from './limit-tree.store.ts';
import { loadSiteLimits } from './limit-view.store.ts';

/** One slot of a limit as a page shows it. */
export type LimitSlot = {
  startAt: Date;
  seconds: number;
  limitW: number | null;
  /** What the cars below may draw, as planned and told. */
  loadW: number;
  /** What one more kW through this limit in this slot would be worth, micro-euro. */
  oneMoreKwMicro: number;
  /** It would also serve energy that nobody gets. */
  servesMore: boolean;
};

export type SiteLimits = {
  locationId: string;
  timeZone: string;
  /** Of the site itself (`stationId` null) and of its stations, as of their last joint plan; those ahead of now. */
  limits: { stationId: string | null; madeAt: Date; slots: LimitSlot[]; proof: NewTreeLimit['proof'] }[];
};

/** A kW for an hour at one tick (EUR 0.01/MWh) is EUR 0.00001. */
const MICRO_PER_KWH_TICK = 10;

/**
 * siteLimits gives the limits of a site that were planned under, with load and worth per slot.
 * @throws ValleyError NOT_FOUND where the site is not the tenant's.
 */
export async function siteLimits(
  deps: { db: Db; clock: Clock }, tenantId: number, locationId: string,
): Promise<SiteLimits> {
  const now = secondsFromDate(deps.clock.now());
  return await deps.db.withTenant(tenantId, async (tx) => {
    const location = await tx.location.findFirst({ where: { id: locationId } });
    if (location === null) throw new ValleyError('NOT_FOUND', 'There is no such site.');
    const rows = await loadSiteLimits(tx, locationId, deps.clock.now());
    return {
      locationId, timeZone: location.timeZone,
      limits: rows.map((row) => ({ stationId: row.station_id, madeAt: row.made_at, proof: row.proof, slots: slotsOf(row.series, now) }))
        .filter((limit) => limit.slots.length > 0),
    };
  });
}

function slotsOf(series: LimitSeries, now: number): LimitSlot[] {
  return series.startAt.flatMap((startAt, slot) => {
    const seconds = series.seconds[slot] ?? 0;
    return startAt + seconds <= now ? [] : [{
      startAt: dateFromSeconds(startAt), seconds, limitW: series.limitW[slot] ?? null, loadW: series.loadW[slot] ?? 0,
      oneMoreKwMicro: Math.round(((series.dualTicks[slot] ?? 0) * MICRO_PER_KWH_TICK * seconds) / 3_600),
      servesMore: series.serves.includes(slot),
    }];
  });
}
