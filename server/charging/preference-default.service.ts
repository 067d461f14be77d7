import { randomUUID } from 'node:crypto';
import { chooseWish, READY_BY_SOONEST_S } from '#domain/charging/wish.ts';
import type { StayWish, WeeklyWish } from '#domain/charging/wish.ts';
import { usualDeparture } from '#domain/planning/departure/usual-departure.ts';
import { dateFromSeconds, DAY_S, secondsFromDate } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { instantOfDay, MINUTE_S } from '#domain/time/local-time.ts';
import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { defaultWishRows, insertPreference, replaceWeekly } from './preference.store.ts';
import type { DefaultWishRow } from './preference.store.ts';

/**
 * giveDefaultWishes gives open stays for which nobody said anything the wish that their driver's
 * habits make (`chooseWish`), as a preference of its own source; what was said stays.
 * @returns ids of the stays whose wish changed.
 */
export async function giveDefaultWishes(
  tx: Tx,
  sessionIds: readonly string[],
  at: Date,
): Promise<string[]> {
  const rows = await defaultWishRows(tx, sessionIds);
  const changed: string[] = [];
  for (const row of rows) {
    const stated = statedIn(row);
    const chosen = chooseWish({
      plugInAt: secondsFromDate(row.plug_in_at),
      zone: row.time_zone,
      stated,
      weekly: row.weekly,
      learned: learnedOf(row, stated),
    });
    if (isSame(stated, chosen)) continue;
    await insertPreference(tx, {
      tenantId: row.tenant_id,
      sessionId: row.id,
      version: (row.version ?? 0) + 1,
      requestId: randomUUID(),
      madeAt: at,
      readyByAt: chosen?.readyByAt == null ? null : dateFromSeconds(chosen.readyByAt),
      energyMilliWh: chosen?.energyMilliWh == null ? null : BigInt(chosen.energyMilliWh),
      minEnergyMilliWh: row.min_energy_milli_wh,
      priority: row.priority ?? false,
      priorityBy: row.priority_by,
      source: chosen?.source ?? null,
    });
    changed.push(row.id);
  }
  await publish(tx, 'session', changed);
  await publish(tx, 'view', changed);
  return changed;
}

/**
 * setWeeklyWishes replaces a driver's weekly wishes; open stays that follow them follow the new ones.
 */
export async function setWeeklyWishes(
  deps: { db: Db; clock: Clock },
  driver: { tenantId: number; driverId: string },
  wishes: readonly WeeklyWish[],
): Promise<void> {
  await deps.db.withTenant(driver.tenantId, async (tx) => {
    await replaceWeekly(tx, driver.driverId, wishes);
    const open = await tx.session.findMany({
      where: { driverId: driver.driverId, state: 'OPEN' },
      select: { id: true },
    });
    await giveDefaultWishes(
      tx,
      open.map(({ id }) => id),
      deps.clock.now(),
    );
  });
}

/** What was once taken from the history stays, whatever is learned while the car stands there. */
function learnedOf(
  row: DefaultWishRow,
  stated: StayWish | null,
): { departureAt: InstantS } | null {
  if (stated?.source === 'HISTORY' && stated.readyByAt !== null) {
    return { departureAt: stated.readyByAt };
  }
  const wallS = usualDeparture(row.past, row.wall_in_s);
  if (wallS === null) return null;
  const day = Math.floor(wallS / DAY_S);
  const minutes = Math.round((wallS - day * DAY_S) / MINUTE_S);
  const departureAt = instantOfDay({ day, minutes, zone: row.time_zone });
  const isAhead = departureAt >= secondsFromDate(row.plug_in_at) + READY_BY_SOONEST_S;
  return isAhead ? { departureAt } : null;
}

function statedIn(row: DefaultWishRow): StayWish | null {
  if (row.source === null) return null;
  return {
    source: row.source,
    readyByAt: row.ready_by_at === null ? null : secondsFromDate(row.ready_by_at),
    energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
  };
}

function isSame(a: StayWish | null, b: StayWish | null): boolean {
  return (
    (a?.readyByAt ?? null) === (b?.readyByAt ?? null) &&
    (a?.energyMilliWh ?? null) === (b?.energyMilliWh ?? null)
  );
}
