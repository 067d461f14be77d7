import { dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import type { LimitSeries, NewTreeLimit } from './limit-tree.store.ts';
import { loadLimitRows } from './limit-view.store.ts';

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

/** A limit of a site (`stationId` null) or of one of its stations, as of its last joint plan. */
export type LimitView = {
  locationId: string;
  site: string;
  timeZone: string;
  stationId: string | null;
  /** What holds now; null: it begins later. */
  limitW: number | null;
  nowAt: Date;
  /** When all below were planned together; null: nothing is shared now, and there are no slots. */
  madeAt: Date | null;
  /** Those ahead of now. */
  slots: LimitSlot[];
  /** With the topmost limit only, where all below it is one operator's. */
  proof: NewTreeLimit['proof'];
};

export type SiteLimits = { locationId: string; timeZone: string; limits: LimitView[] };

/** A kW for an hour at one tick (EUR 0.01/MWh) is EUR 0.00001. */
const MICRO_PER_KWH_TICK = 10;

/** tenantLimits gives all limits of a tenant's sites and stations, in the order of their names. */
export async function tenantLimits(deps: { db: Db; clock: Clock }, tenantId: number): Promise<LimitView[]> {
  return await deps.db.withTenant(tenantId, (tx) => limitViews(tx, deps.clock.now()));
}

/**
 * siteLimits gives the limits of a site that were planned under, with load and worth per slot.
 * @throws ValleyError NOT_FOUND where the site is not the tenant's.
 */
export async function siteLimits(
  deps: { db: Db; clock: Clock }, tenantId: number, locationId: string,
): Promise<SiteLimits> {
  return await deps.db.withTenant(tenantId, async (tx) => {
    const location = await tx.location.findFirst({ where: { id: locationId } });
    if (location === null) throw new ValleyError('NOT_FOUND', 'There is no such site.');
    const views = await limitViews(tx, deps.clock.now());
    return {
      locationId, timeZone: location.timeZone,
      limits: views.filter((view) => view.locationId === locationId && view.madeAt !== null),
    };
  });
}

async function limitViews(tx: Tx, nowAt: Date): Promise<LimitView[]> {
  const rows = await loadLimitRows(tx, nowAt);
  return rows.map((row) => {
    const slots = row.series === null ? [] : limitSlots(row.series, secondsFromDate(nowAt));
    const isShared = slots.length > 0;
    return {
      locationId: row.location_id, site: row.site, timeZone: row.time_zone, stationId: row.station_id, limitW: row.limit_w, nowAt,
      madeAt: isShared ? row.made_at : null, slots, proof: isShared ? row.proof : null,
    };
  });
}

/** limitSlots spells a stored series, from now on. */
export function limitSlots(series: LimitSeries, now: number): LimitSlot[] {
  return series.startAt.flatMap((startAt, slot) => {
    const seconds = series.seconds[slot] ?? 0;
    return startAt + seconds <= now ? [] : [{
      startAt: dateFromSeconds(startAt), seconds, limitW: series.limitW[slot] ?? null, loadW: series.loadW[slot] ?? 0,
      oneMoreKwMicro: Math.round(((series.dualTicks[slot] ?? 0) * MICRO_PER_KWH_TICK * seconds) / 3_600),
      servesMore: series.serves.includes(slot),
    }];
  });
}
