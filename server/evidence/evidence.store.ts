import { Prisma } from '../db/generated/client.ts';
import type { Tx } from '../db/client.ts';

/** A local day of stays, noon to noon, in the zone that has most of them. */
export type DayRow = { day: string; bidding_zone: string; time_zone: string; stays: number };

/** A stay that is over; `power_w`: the highest that was metered, else what the EVSE gives. */
export type StayRow = { plug_in_at: Date; plug_out_at: Date; energy_wh: number; power_w: number };

type Span = { from: Date; to: Date };

/** What it drew by its registers; a transaction without an end counts nothing. */
const ENERGY = Prisma.sql`(SELECT coalesce(sum(t.meter_stop_milli_wh - t.meter_start_milli_wh), 0)
  FROM transaction t WHERE t.session_id = s.id AND t.meter_stop_milli_wh IS NOT NULL)`;
const POWER = Prisma.sql`least(e.max_power_w, coalesce((SELECT max(r.power_w) FROM transaction t
  JOIN meter_reading r ON r.transaction_id = t.id
  WHERE t.session_id = s.id AND r.power_w > 0), e.max_power_w))`;
const CLOSED = Prisma.sql`FROM session s
  JOIN location l ON l.id = s.location_id
  JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
  WHERE s.state = 'CLOSED' AND s.plug_out_at IS NOT NULL`;

/** daysWithStays lists the newest days first; noon belongs to the day that begins with it. */
export async function daysWithStays(tx: Tx, span: Span): Promise<DayRow[]> {
  return await tx.$queryRaw<DayRow[]>`
    SELECT DISTINCT ON (day) day, bidding_zone, time_zone, stays FROM (
      SELECT to_char((s.plug_in_at AT TIME ZONE l.time_zone) - interval '12 hours', 'YYYY-MM-DD') AS day,
             l.bidding_zone, l.time_zone, count(*)::int AS stays ${CLOSED}
         AND s.plug_in_at >= ${span.from} AND s.plug_in_at < ${span.to}
       GROUP BY 1, 2, 3) counted
    ORDER BY day DESC, stays DESC`;
}

/** staysBetween reads the stays of a bidding zone that began in the span, by plug-in. */
export async function staysBetween(
  tx: Tx,
  args: Span & { biddingZone: string; most: number },
): Promise<StayRow[]> {
  return await tx.$queryRaw<StayRow[]>`
    SELECT s.plug_in_at, s.plug_out_at, (${ENERGY} / 1000)::int AS energy_wh, ${POWER}::int AS power_w
      ${CLOSED} AND l.bidding_zone = ${args.biddingZone}
       AND s.plug_in_at >= ${args.from} AND s.plug_in_at < ${args.to}
     ORDER BY s.plug_in_at, s.id LIMIT ${args.most}`;
}

/** As a file of `npm run backtest` begins, and in this order. */
export const SESSIONS_HEADER = 'session_id,plug_in_utc,plug_out_utc,energy_kwh,max_power_kw';

export type SessionsText = {
  bidding_zone: string;
  time_zone: string;
  sessions: number;
  first_at: Date;
  last_at: Date;
  /** Lines as of a file of `npm run backtest`, without the header. */
  lines: string;
};

/**
 * sessionsAsText writes the newest stays of the zone that has most of them, made by PostgreSQL, so
 * that whoever serves pages only passes the text on; null where no stay has ended.
 */
export async function sessionsAsText(
  tx: Tx,
  args: Span & { most: number },
): Promise<SessionsText | null> {
  const rows = await tx.$queryRaw<SessionsText[]>`
    WITH zone AS (
      SELECT l.bidding_zone, l.time_zone ${CLOSED}
         AND s.plug_in_at >= ${args.from} AND s.plug_in_at < ${args.to}
       GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1),
    newest AS (
      SELECT s.id, s.plug_in_at, s.plug_out_at, ${ENERGY} AS energy, ${POWER} AS power,
             l.bidding_zone, l.time_zone ${CLOSED}
         AND l.bidding_zone = (SELECT bidding_zone FROM zone)
         AND s.plug_in_at >= ${args.from} AND s.plug_in_at < ${args.to}
       ORDER BY s.plug_in_at DESC LIMIT ${args.most})
    SELECT zone.bidding_zone, zone.time_zone, count(*)::int AS sessions,
           min(plug_in_at) AS first_at, max(plug_out_at) AS last_at,
           string_agg(concat_ws(',', id,
             to_char(plug_in_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
             to_char(plug_out_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
             round(energy / 1000000, 6), round(power / 1000.0, 3)), E'\n' ORDER BY plug_in_at, id) AS lines
      FROM newest, zone GROUP BY 1, 2`;
  return rows[0] ?? null;
}

/** isMadeUp tells whether any price of the zone in the span was made up. */
export async function isMadeUp(tx: Tx, args: Span & { biddingZone: string }): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM day_ahead_price p JOIN price_document d ON d.id = p.document_id
      WHERE p.bidding_zone = ${args.biddingZone} AND d.synthetic
        AND p.start_at >= ${args.from} AND p.start_at < ${args.to}) AS found`;
  return rows[0]?.found ?? false;
}
