import { createHash } from 'node:crypto';
import type { PriceInterval } from '#domain/market/price.ts';
import { dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import { publish } from '../bus/bus.ts';
import type { Db, Tx } from '../db/client.ts';

export type Publication = {
  biddingZone: string;
  source: string;
  publishedAt: Date;
  synthetic: boolean;
  intervals: readonly PriceInterval[];
};

/** How many intervals were not known, have another price now, or say the same. */
export type Imported = { added: number; revised: number; unchanged: number };

/**
 * importPublication stores a publication once. Where a price differs from the one known, it becomes a
 * new version and the old one stays; where it says the same, nothing is written. Sessions of the zone
 * that are open, or wait for prices, are woken when it commits.
 * @returns what it changed; all unchanged when the same publication came before.
 */
export async function importPublication(db: Db, publication: Publication): Promise<Imported> {
  const rows = publication.intervals.map((interval) => ({
    start_at: dateFromSeconds(interval.startAt).toISOString(), minutes: interval.seconds / 60, price_ticks: interval.priceTicks,
  }));
  const digest = createHash('sha256').update(JSON.stringify([publication.source, rows])).digest();
  return await db.asSystem(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`prices ${publication.biddingZone}`}))`;
    const inserted = await tx.$queryRaw<{ id: bigint }[]>`
      INSERT INTO price_document (bidding_zone, source, digest, published_at, synthetic)
      VALUES (${publication.biddingZone}, ${publication.source}, ${digest}, ${publication.publishedAt}, ${publication.synthetic})
      ON CONFLICT ON CONSTRAINT price_document_once DO NOTHING RETURNING id`;
    const id = inserted[0]?.id;
    const versions = id === undefined ? []
      : await insertPrices(tx, { zone: publication.biddingZone, documentId: id, rows: JSON.stringify(rows) });
    if (versions.length > 0) await wakeZone(tx, publication.biddingZone);
    const added = versions.filter((version) => version === 1).length;
    return { added, revised: versions.length - added, unchanged: rows.length - versions.length };
  });
}

async function insertPrices(tx: Tx, args: { zone: string; documentId: bigint; rows: string }): Promise<number[]> {
  const inserted = await tx.$queryRaw<{ version: number }[]>`
    INSERT INTO day_ahead_price (bidding_zone, start_at, minutes, version, price_ticks, document_id)
    SELECT ${args.zone}, fresh.start_at, fresh.minutes, coalesce(known.version, 0) + 1, fresh.price_ticks, ${args.documentId}
    FROM jsonb_to_recordset(${args.rows}::jsonb) AS fresh (start_at timestamptz, minutes smallint, price_ticks integer)
    LEFT JOIN LATERAL (
      SELECT version, price_ticks FROM day_ahead_price p
      WHERE p.bidding_zone = ${args.zone} AND p.start_at = fresh.start_at AND p.minutes = fresh.minutes
      ORDER BY version DESC LIMIT 1) known ON true
    WHERE known.price_ticks IS DISTINCT FROM fresh.price_ticks RETURNING version`;
  return inserted.map((row) => row.version);
}

async function wakeZone(tx: Tx, zone: string): Promise<void> {
  const woken = await tx.$queryRaw<{ id: string }[]>`
    UPDATE session s SET facts_version = facts_version + 1 FROM location l
    WHERE l.id = s.location_id AND l.bidding_zone = ${zone}
      AND (s.state = 'OPEN' OR s.settle_state = 'WAITING_PRICES') RETURNING s.id`;
  await publish(tx, 'prices', [zone]);
  await publish(tx, 'session', woken.map((row) => row.id));
}

/** loadPrices reads the newest version of each published interval in [from, to), ascending. */
export async function loadPrices(db: Pick<Db, 'open'>, zone: string, span: { from: Date; to: Date }): Promise<PriceInterval[]> {
  const rows = await db.open.$queryRaw<{ start_at: Date; minutes: number; price_ticks: number }[]>`
    SELECT DISTINCT ON (start_at, minutes) start_at, minutes, price_ticks FROM day_ahead_price
    WHERE bidding_zone = ${zone} AND start_at >= ${span.from} AND start_at < ${span.to}
    ORDER BY start_at, minutes, version DESC`;
  return rows.map((row) => ({
    startAt: secondsFromDate(row.start_at), seconds: row.minutes * 60, priceTicks: row.price_ticks, kind: 'published' as const,
  }));
}

/** publishedUntil is the end of the newest published interval of a zone, or null where there is none. */
export async function publishedUntil(db: Pick<Db, 'open'>, zone: string): Promise<Date | null> {
  const rows = await db.open.$queryRaw<{ at: Date | null }[]>`
    SELECT max(start_at + make_interval(mins => minutes)) AS at FROM day_ahead_price WHERE bidding_zone = ${zone}`;
  return rows[0]?.at ?? null;
}
