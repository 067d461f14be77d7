import type { Tx } from '../db/client.ts';

/** sessionsLeavingProfiles are those of `ids` that closed with a profile unsent, or sent for more than their transaction. */
export async function sessionsLeavingProfiles(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT s.id FROM session s JOIN command c ON c.session_id = s.id
    WHERE s.id = ANY (${ids}::uuid[]) AND s.state = 'CLOSED' AND c.action IN ('SetChargingProfile', 'GetCompositeSchedule')
      AND ((c.state = 'REQUESTED' AND c.sent_at IS NULL) OR c.rung IN ('TX_DEFAULT_PROFILE', 'STATION_MAX_PROFILE'))`;
  return rows.map((row) => row.id);
}

/** lockClosed keeps sessions closed, and other workers off them, until `tx` ends. */
export async function lockClosed(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM session WHERE id = ANY (${ids}::uuid[]) AND state = 'CLOSED' ORDER BY id FOR NO KEY UPDATE`;
  return rows.map((row) => row.id);
}

export async function supersedeUnsent(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE command SET state = 'SUPERSEDED', answered_at = ${now}
    WHERE session_id = ANY (${ids}::uuid[]) AND action IN ('SetChargingProfile', 'GetCompositeSchedule')
      AND state = 'REQUESTED' AND sent_at IS NULL`;
}

/**
 * clearLeftProfiles makes a command for each profile of the EVSE or the station that was accepted, or
 * may have been, and neither cleared since nor replaced by that of a session running there now.
 * @returns the stations.
 */
export async function clearLeftProfiles(tx: Tx, ids: readonly string[], now: Date): Promise<string[]> {
  const rows = await tx.$queryRaw<{ station_id: string }[]>`
    INSERT INTO command (tenant_id, station_id, session_id, rung, action, payload, requested_at)
    SELECT DISTINCT c.tenant_id, c.station_id, c.session_id, c.rung, 'ClearChargingProfile', jsonb_build_object('evseId', NULL,
      'profileId', (c.payload #>> '{profile,id}')::int, 'purpose', NULL, 'stackLevel', NULL), ${now}::timestamptz
    FROM command c
    WHERE c.session_id = ANY (${ids}::uuid[]) AND c.action = 'SetChargingProfile'
      AND c.rung IN ('TX_DEFAULT_PROFILE', 'STATION_MAX_PROFILE') AND c.state IN ('ACCEPTED', 'TIMED_OUT', 'REQUESTED')
      AND NOT EXISTS (SELECT 1 FROM command n WHERE n.session_id = c.session_id AND n.station_id = c.station_id
        AND n.action = 'ClearChargingProfile' AND n.created_at >= c.created_at AND n.payload->>'profileId' = c.payload #>> '{profile,id}')
      AND NOT EXISTS (SELECT 1 FROM session o JOIN command n ON n.session_id = o.id
        WHERE o.station_id = c.station_id AND o.state = 'OPEN' AND o.id <> c.session_id AND n.action = 'SetChargingProfile'
          AND n.state IN ('REQUESTED', 'ACCEPTED') AND n.created_at > c.created_at
          AND n.payload #>> '{profile,id}' = c.payload #>> '{profile,id}')
    RETURNING station_id`;
  return rows.map((row) => row.station_id);
}
