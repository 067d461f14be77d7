import type { QuarterEnergy, StayAtOnce } from '#domain/charging/street.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { Tx } from '../db/client.ts';

type Span = { from: Date; to: Date };

/** Metered energy of all stations per quarter: each reading's register over the one before it. */
export async function meteredQuarters(tx: Tx, { from, to }: Span): Promise<QuarterEnergy[]> {
  const rows = await tx.$queryRaw<{ start_at: Date; energy: bigint }[]>`
    SELECT date_bin('15 minutes', measured_at - interval '1 microsecond', '2000-01-01Z') AS start_at, sum(energy)::bigint AS energy
    FROM (SELECT measured_at, register_milli_wh - lag(register_milli_wh) OVER (PARTITION BY transaction_id ORDER BY measured_at) AS energy
      FROM meter_reading WHERE measured_at >= ${from} AND measured_at <= ${to}
        AND transaction_id IS NOT NULL AND register_milli_wh IS NOT NULL AND flag IS NULL) r
    WHERE energy > 0 GROUP BY 1`;
  return rows.map((row) => ({ startAt: secondsFromDate(row.start_at), energyMilliWh: Number(row.energy) }));
}

/** What the plans in force of open stays intend per slot from now on. */
export async function plannedQuarters(tx: Tx, now: Date): Promise<QuarterEnergy[]> {
  const rows = await tx.$queryRaw<{ start_at: number; energy: bigint }[]>`
    SELECT (slot ->> 'startAt')::float8 AS start_at, sum((slot ->> 'energyMilliWh')::bigint)::bigint AS energy
    FROM session s
    JOIN LATERAL (SELECT content FROM plan p WHERE p.session_id = s.id ORDER BY version DESC LIMIT 1) p ON true
    CROSS JOIN LATERAL jsonb_array_elements(p.content -> 'slots') AS slot
    WHERE s.state = 'OPEN' AND (slot ->> 'startAt')::float8 >= ${now.getTime() / 1000} GROUP BY 1`;
  return rows.map((row) => ({ startAt: row.start_at, energyMilliWh: Number(row.energy) }));
}

/** Stays of the span as they would have charged at once: what they got, or are still to get. */
export async function staysAtOnce(tx: Tx, { from, to }: Span): Promise<StayAtOnce[]> {
  const rows = await tx.$queryRaw<{ plug_in_at: Date; energy: bigint | null; power_w: number | null }[]>`
    SELECT s.plug_in_at,
      CASE WHEN s.state = 'OPEN' THEN (p.content ->> 'targetMilliWh')::bigint ELSE t.energy END AS energy,
      (p.content ->> 'powerW')::float8 AS power_w
    FROM session s
    LEFT JOIN LATERAL (SELECT content FROM plan p WHERE p.session_id = s.id ORDER BY version DESC LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT sum(greatest(0, meter_stop_milli_wh - meter_start_milli_wh))::bigint AS energy
      FROM transaction t WHERE t.session_id = s.id) t ON true
    WHERE s.plug_in_at < ${to} AND (s.plug_out_at IS NULL OR s.plug_out_at > ${from})`;
  return rows.flatMap(({ plug_in_at, energy, power_w }) => (energy === null || power_w === null ? []
    : [{ plugInAt: secondsFromDate(plug_in_at), energyMilliWh: Number(energy), powerW: power_w }]));
}

export type StreetCounts = { plugged: number; charging: number; powerW: number; cashbackMicro: bigint };

/** What goes on at `now`: cars, their latest metered power, and the cashback of stays that ended since `from`. */
export async function streetCounts(tx: Tx, { from, to: now }: Span): Promise<StreetCounts> {
  const rows = await tx.$queryRaw<{ plugged: number; charging: number; power_w: number; cashback: bigint }[]>`
    SELECT count(*)::int AS plugged, count(*) FILTER (WHERE m.power_w >= 300)::int AS charging,
      coalesce(sum(m.power_w), 0)::float8 AS power_w,
      (SELECT coalesce(sum(driver_micro), 0)::bigint FROM (
        SELECT DISTINCT ON (r.session_id) r.driver_micro FROM ledger.settlement r JOIN session c ON c.id = r.session_id
        WHERE c.plug_out_at >= ${from} ORDER BY r.session_id, r.rev DESC) latest) AS cashback
    FROM session s
    LEFT JOIN LATERAL (SELECT power_w FROM meter_reading m WHERE m.station_id = s.station_id AND m.evse_id = s.evse_id
      AND m.power_w IS NOT NULL AND m.measured_at <= ${now} AND m.measured_at >= s.plug_in_at ORDER BY m.measured_at DESC LIMIT 1) m ON true
    WHERE s.state = 'OPEN'`;
  const [row] = rows;
  return { plugged: row?.plugged ?? 0, charging: row?.charging ?? 0, powerW: row?.power_w ?? 0, cashbackMicro: row?.cashback ?? 0n };
}

/** How far the demo's driver has come with the latest stay. */
export type TourProgress = { isPlugged: boolean; hasWish: boolean; isPaid: boolean };

export async function tourProgress(tx: Tx, card: string): Promise<TourProgress> {
  const rows = await tx.$queryRaw<{ state: string; has_wish: boolean; is_paid: boolean }[]>`
    SELECT s.state, EXISTS (SELECT 1 FROM charging_preference p WHERE p.session_id = s.id AND p.source = 'DRIVER' AND p.ready_by_at IS NOT NULL) AS has_wish,
      s.state = 'CLOSED' AND s.settle_state = 'SETTLED' AS is_paid
    FROM session s WHERE s.id_token = ${card} ORDER BY s.plug_in_at DESC LIMIT 1`;
  const [row] = rows;
  return { isPlugged: row?.state === 'OPEN', hasWish: row?.has_wish ?? false, isPaid: row?.is_paid ?? false };
}
