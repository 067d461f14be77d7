import { Temporal } from 'temporal-polyfill';
import { syntheticPrices } from '#domain/market/synthetic.ts';
import { findZone } from '#domain/market/zones.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import type { PriceImporter } from '../cli/prices.ts';
import { fetchDayAhead } from '../feeds/entsoe-client.ts';
import { intervalsFromA44 } from '../feeds/entsoe-xml.ts';
import { localOffset } from './local-offset.ts';
import { importPublication, publishedUntil } from './price.store.ts';

/** Local hour at which the day-ahead prices of tomorrow appear (SDAC, about 12:45–13:00). */
const PUBLICATION_HOUR = 13;
const HISTORY_DAYS = 9;

/** Prices are due until the end of the local day: of tomorrow once they are published, else of today. */
function dueUntil(now: Date, timeZone: string): Temporal.ZonedDateTime {
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  return local.startOfDay().add({ days: local.hour >= PUBLICATION_HOUR ? 2 : 1 });
}

/** The bidding zones that sites stand in. */
export async function zonesInUse(db: Db): Promise<string[]> {
  const rows = await db.asSystem((tx) => tx.$queryRaw<{ zone: string }[]>`SELECT DISTINCT bidding_zone AS zone FROM location`);
  return rows.map((row) => row.zone);
}

/** publishSynthetic keeps the demo's made-up prices coming as an exchange would publish them. */
export async function publishSynthetic(deps: { db: Db; clock: Clock }, args: { zone: string; seed: number; historyDays?: number }): Promise<void> {
  const timeZone = findZone(args.zone)?.timeZone ?? 'UTC';
  const now = deps.clock.now();
  const until = dueUntil(now, timeZone);
  const known = await publishedUntil(deps.db, args.zone);
  const from = known === null ? until.subtract({ days: args.historyDays ?? HISTORY_DAYS })
    : Temporal.Instant.fromEpochMilliseconds(known.getTime()).toZonedDateTimeISO(timeZone);
  if (Temporal.ZonedDateTime.compare(from, until) >= 0) return;
  const intervals = syntheticPrices({
    seed: args.seed, fromAt: Math.floor(from.epochMilliseconds / 1000), toAt: Math.floor(until.epochMilliseconds / 1000),
    localOffsetS: localOffset(timeZone),
  });
  await importPublication(deps.db, {
    biddingZone: args.zone, source: `synthetic, seed ${args.seed}`, publishedAt: now, synthetic: true, intervals,
  });
}

/** fetchPublished asks the transparency platform for what is due and not known yet. */
export async function fetchPublished(
  deps: { db: Db; clock: Clock }, args: { zone: string; baseUrl: string; token: string },
): Promise<void> {
  const zone = findZone(args.zone);
  if (zone === null) return;
  const until = dueUntil(deps.clock.now(), zone.timeZone);
  const known = await publishedUntil(deps.db, zone.code);
  if (known !== null && known.getTime() >= until.epochMilliseconds) return;
  const documents = await fetchDayAhead({
    baseUrl: args.baseUrl, token: args.token, zone,
    fromAt: new Date(until.subtract({ days: known === null ? HISTORY_DAYS : 2 }).epochMilliseconds),
    toAt: new Date(until.epochMilliseconds), fetch, sleep: (ms) => new Promise((resolve) => { setTimeout(resolve, ms); }),
  });
  for (const document of documents) {
    await importPublication(deps.db, {
      biddingZone: zone.code, source: `ENTSO-E ${document.documentId ?? ''}`.trim(), publishedAt: document.publishedAt,
      synthetic: false, intervals: intervalsFromA44(document),
    });
  }
}

/** priceImporter stores what `npm run prices` read. */
export function priceImporter(db: Db): PriceImporter {
  return (file, zone) => importPublication(db, {
    biddingZone: zone.code, source: file.format === 'csv' ? 'CSV file' : `ENTSO-E ${file.documentId ?? ''}`.trim(),
    publishedAt: file.publishedAt ?? new Date(), synthetic: false, intervals: file.intervals,
  });
}
