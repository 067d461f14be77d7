import type { Tx } from '../db/client.ts';
import type { StationIdentity } from './station.store.ts';

/** Where a notice comes from: what a station told, a message that found no transaction, a stay that cannot be settled. */
export type NoticeSource = 'EVENT' | 'PARKED' | 'STAY';
export type NoticeSeverity = 'WARNING' | 'SECURITY';

/** One thing for a person. The same thing told several times is one, with its newest telling. */
export type NoticeRow = {
  source: NoticeSource;
  /** A number, or the id of the stay. */
  id: string;
  station_id: string;
  evse_id: number | null;
  kind: string;
  severity: NoticeSeverity;
  /** What tells it from others of its kind, in the station's own words. */
  subject: string | null;
  /** What the station adds in its newest telling. */
  detail: string | null;
  times: number;
  happened_at: Date;
  received_at: Date;
  time_zone: string;
};

/** The last notice of a page; the next page goes on behind it. */
export type NoticeCursor = { receivedAt: Date; source: NoticeSource; id: string };

/** openNotices lists what is open, newest first: from `after` on, or from the beginning. */
export async function openNotices(
  tx: Tx,
  page: { after: NoticeCursor | null; limit: number },
): Promise<NoticeRow[]> {
  const { after } = page;
  const at = after?.receivedAt.toISOString() ?? null;
  return await tx.$queryRaw<NoticeRow[]>`
    SELECT n.*, l.time_zone FROM (
      SELECT 'EVENT' AS source, max(id)::text AS id, station_id, evse_id, kind, severity,
        event_subject(data) AS subject,
        (array_agg(data ->> 'techInfo' ORDER BY id DESC))[1] AS detail, count(*)::int AS times,
        max(happened_at) AS happened_at, max(received_at) AS received_at
      FROM station_event WHERE resolved_at IS NULL AND severity <> 'INFO'
      GROUP BY station_id, evse_id, kind, severity, event_subject(data)
      UNION ALL
      SELECT 'PARKED', id::text, station_id, NULL, reason, 'WARNING', action,
        coalesce(payload ->> 'transactionId', payload #>> '{transactionInfo,transactionId}'), 1, received_at, received_at
      FROM parked_message WHERE resolved_at IS NULL
      UNION ALL
      SELECT 'STAY', id::text, station_id, evse_id, 'UNSETTLED', 'WARNING', settle_reason, NULL, 1,
        coalesce(plug_out_at, plug_in_at), coalesce(plug_out_at, plug_in_at)
      FROM session WHERE settle_state = 'REVIEW' AND state = 'CLOSED'
    ) n
    JOIN charging_station s ON s.id = n.station_id
    JOIN location l ON l.id = s.location_id
    WHERE ${at}::timestamptz IS NULL OR (n.received_at, n.source, length(n.id), n.id)
      < (${at}::timestamptz, ${after?.source ?? null}::text, length(${after?.id ?? null}::text), ${after?.id ?? null}::text)
    ORDER BY n.received_at DESC, n.source DESC, length(n.id) DESC, n.id DESC LIMIT ${page.limit}`;
}

/** resolveEvent settles an event and every earlier one that told the same. @returns how many. */
export async function resolveEvent(tx: Tx, id: bigint, at: Date): Promise<number> {
  return await tx.$executeRaw`
    UPDATE station_event e SET resolved_at = ${at.toISOString()}::timestamptz
    FROM station_event x WHERE x.id = ${id} AND e.resolved_at IS NULL AND e.id <= x.id
      AND e.station_id = x.station_id AND e.evse_id IS NOT DISTINCT FROM x.evse_id
      AND e.kind = x.kind AND e.severity = x.severity
      AND event_subject(e.data) IS NOT DISTINCT FROM event_subject(x.data)`;
}

/** resolveParked settles a message that found no transaction. @returns 1, or 0 where it was settled. */
export async function resolveParked(tx: Tx, id: bigint, at: Date): Promise<number> {
  return await tx.$executeRaw`
    UPDATE parked_message SET resolved_at = ${at.toISOString()}::timestamptz
    WHERE id = ${id} AND resolved_at IS NULL`;
}

/** resolveFaults settles the faults of a connector that reports none any more; some count from 0. */
export async function resolveFaults(
  tx: Tx,
  of: { station: StationIdentity; evseId: number; connectorId: number; at: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE station_event SET resolved_at = ${of.at.toISOString()}::timestamptz
    WHERE station_id = ${of.station.id} AND evse_id = ${of.evseId} AND kind = 'STATUS'
      AND resolved_at IS NULL AND severity <> 'INFO' AND happened_at <= ${of.at.toISOString()}::timestamptz
      AND greatest(coalesce((data ->> 'connectorId')::int, 1), 1) = ${of.connectorId}`;
}
