import { createHash } from 'node:crypto';
import type { PriceInterval } from '#domain/market/price.ts';
import { dateFromSeconds, secondsFromDate } from '#domain/time/instant.ts';
import { publish } from '../bus/bus.ts';
import type { Db, Tx } from '../db/client.ts';
import { isMoving } from '../errors.ts';

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
 * that are open, wait for prices, or were settled on a price that changed are woken when it commits.
 * @returns what it changed; all unchanged when the same publication came before.
 */
export async function importPublication(db: Db, publication: Publication): Promise<Imported> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await importOnce(db, publication);
    } catch (error) {
      if (!isMoving(error) || tries === TRIES) throw error;
    }
  }
}

/** All stays of a zone are woken at once while stations and planners change them one by one. */
const TRIES = 5;

async function importOnce(db: Db, publication: Publication): Promise<Imported> {
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
    const inserts = id === undefined ? []
      : await insertPrices(tx, { zone: publication.biddingZone, documentId: id, rows: JSON.stringify(rows) });
    if (inserts.length > 0) await wakeZone(tx, publication.biddingZone, inserts.map((row) => row.start_at.getTime()));
    const added = inserts.filter((row) => row.version === 1).length;
    return { added, revised: inserts.length - added, unchanged: rows.length - inserts.length };
  });
}

async function insertPrices(tx: Tx, args: { zone: string; documentId: bigint; rows: string }): Promise<{ version: number; start_at: Date }[]> {
  return await tx.$queryRaw<{ version: number; start_at: Date }[]>`
    INSERT INTO day_ahead_price (bidding_zone, start_at, minutes, version, price_ticks, document_id)
    SELECT ${args.zone}, fresh.start_at, fresh.minutes, coalesce(known.version, 0) + 1, fresh.price_ticks, ${args.documentId}
    FROM jsonb_to_recordset(${args.rows}::jsonb) AS fresh (start_at timestamptz, minutes smallint, price_ticks integer)
    LEFT JOIN LATERAL (
      SELECT version, price_ticks FROM day_ahead_price p
      WHERE p.bidding_zone = ${args.zone} AND p.start_at = fresh.start_at AND p.minutes = fresh.minutes
      ORDER BY version DESC LIMIT 1) known ON true
    WHERE known.price_ticks IS DISTINCT FROM fresh.price_ticks RETURNING version, start_at`;
}

/** An hour's price reaches the quarters beside the one that changed. */
const REACH_MS = 3_600_000;

async function wakeZone(tx: Tx, zone: string, changedAtMs: readonly number[]): Promise<void> {
  const first = changedAtMs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = changedAtMs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const woken = await tx.$queryRaw<{ id: string }[]>`
    WITH reached AS (SELECT s.id FROM session s JOIN location l ON l.id = s.location_id
    WHERE l.bidding_zone = ${zone}
      AND (s.state = 'OPEN' OR s.settle_state IN ('PENDING', 'WAITING_PRICES')
        OR (s.settle_state IN ('SETTLED', 'REVIEW') AND s.plug_in_at < ${new Date(last + REACH_MS)} AND s.plug_out_at > ${new Date(first - REACH_MS)}))
    ORDER BY s.id FOR NO KEY UPDATE OF s)
    UPDATE session s SET facts_version = facts_version + 1 FROM reached WHERE s.id = reached.id RETURNING s.id`;
  await publish(tx, 'prices', [zone]);
  await publish(tx, 'session', woken.map((row) => row.id));
}

/** loadPrices reads the newest version of each published interval of 15 or 60 minutes in [from, to), ascending. */
export async function loadPrices(db: Pick<Db, 'open'>, zone: string, span: { from: Date; to: Date }): Promise<PriceInterval[]> {
  const rows = await db.open.$queryRaw<{ start_at: Date; minutes: number; price_ticks: number }[]>`
    SELECT DISTINCT ON (start_at, minutes) start_at, minutes, price_ticks FROM day_ahead_price
    WHERE bidding_zone = ${zone} AND start_at >= ${span.from} AND start_at < ${span.to} AND minutes IN (15, 60)
    ORDER BY start_at, minutes, version DESC`;
  return rows.map((row) => ({
    startAt: secondsFromDate(row.start_at), seconds: row.minutes * 60, priceTicks: row.price_ticks, kind: 'published' as const,
  }));
}

/** newestDocuments is another text after every publication that changed a price. */
export async function newestDocuments(tx: Tx): Promise<string> {
  const rows = await tx.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM price_document`;
  return String(rows[0]?.id ?? '');
}

/** publishedUntil is the end of the newest published interval of a zone, or null where there is none. */
export async function publishedUntil(db: Pick<Db, 'open'>, zone: string): Promise<Date | null> {
  const rows = await db.open.$queryRaw<{ at: Date | null }[]>`
    SELECT max(start_at + make_interval(mins => minutes)) AS at FROM day_ahead_price WHERE bidding_zone = ${zone}`;
  return rows[0]?.at ?? null;
}
