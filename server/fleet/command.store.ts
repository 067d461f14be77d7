import type { Tx } from '../db/client.ts';

export type CommandRow = {
  id: string;
  tenantId: number;
  sessionId: string | null;
  action: string;
  payload: unknown;
  /** How often it was sent, with this time. */
  attempts: number;
};

/** A command that acts on the moment it was asked for is not sent later, and not twice. */
const MOMENTARY = [
  'RequestStartTransaction',
  'RequestStopTransaction',
  'Reset',
  'UnlockConnector',
  'TriggerMessage',
  'GetBaseReport',
];
const MOMENT = '60 seconds';

/**
 * claimCommand marks the next command of a station as sent and returns it, or null. A profile that a
 * newer one of the same session and purpose replaces is SUPERSEDED, not sent. A connection whose
 * epoch is no longer the station's gets nothing. What was sent on a lost connection without an
 * answer is claimed again: setting a profile twice is setting it once.
 */
export async function claimCommand(
  tx: Tx,
  by: { stationId: string; epoch: bigint; at: Date },
): Promise<CommandRow | null> {
  const rows = await tx.$queryRaw<CommandRow[]>`
    WITH superseded AS (
      UPDATE command c SET state = 'SUPERSEDED'
      WHERE c.station_id = ${by.stationId} AND c.state = 'REQUESTED' AND c.action = 'SetChargingProfile'
        AND EXISTS (
          SELECT 1 FROM command n
          WHERE n.session_id = c.session_id AND n.station_id = c.station_id AND n.action = c.action
            AND n.payload #>> '{profile,purpose}' = c.payload #>> '{profile,purpose}'
            AND n.created_at > c.created_at AND n.state <> 'SUPERSEDED')
      RETURNING c.id
    ), next AS (
      SELECT c.id FROM command c
      WHERE c.station_id = ${by.stationId} AND c.state = 'REQUESTED'
        AND c.id NOT IN (SELECT id FROM superseded)
        AND NOT (c.action = ANY(${MOMENTARY}::text[])
          AND (c.sent_at IS NOT NULL OR c.created_at < now() - ${MOMENT}::interval))
        AND EXISTS (SELECT 1 FROM connection k
          WHERE k.station_id = c.station_id AND k.epoch = ${by.epoch} AND k.closed_at IS NULL)
      ORDER BY c.created_at, c.id LIMIT 1
    )
    UPDATE command SET sent_at = ${by.at.toISOString()}::timestamptz, attempts = command.attempts + 1
    FROM next WHERE command.id = next.id
    RETURNING command.id::text AS id, command.tenant_id AS "tenantId",
      command.session_id::text AS "sessionId", command.action, command.payload, command.attempts`;
  return rows[0] ?? null;
}

export type CommandState = 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT';

/**
 * finishCommand stores what came of a command, once.
 * @returns the ids of the sessions whose facts changed by it.
 */
export async function finishCommand(
  tx: Tx,
  done: { id: string; state: CommandState; answer: object; at: Date },
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH c AS (
      UPDATE command SET state = ${done.state}, answer = ${JSON.stringify(done.answer)}::jsonb,
        answered_at = ${done.at.toISOString()}::timestamptz
      WHERE id = ${done.id}::uuid AND state = 'REQUESTED' RETURNING session_id)
    UPDATE session s SET facts_version = s.facts_version + 1 FROM c
    WHERE s.id = c.session_id RETURNING s.id::text AS id`;
  return rows.map((row) => row.id);
}

/** expireCommands gives up momentary commands whose moment has passed. @returns ids of their sessions. */
export async function expireCommands(tx: Tx, at: Date): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH c AS (
      UPDATE command SET state = 'TIMED_OUT', answered_at = ${at.toISOString()}::timestamptz,
        answer = '{"error":{"code":"NotDelivered","description":"The station was not connected in time."}}'
      WHERE state = 'REQUESTED' AND action = ANY(${MOMENTARY}::text[])
        AND created_at < now() - ${MOMENT}::interval RETURNING session_id)
    UPDATE session s SET facts_version = s.facts_version + 1 FROM c
    WHERE s.id = c.session_id RETURNING s.id::text AS id`;
  return rows.map((row) => row.id);
}

/** stationsWithCommands are those of `stationIds` for which something waits to be sent. */
export async function stationsWithCommands(
  tx: Tx,
  stationIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ station_id: string }[]>`
    SELECT DISTINCT station_id FROM command
    WHERE state = 'REQUESTED' AND station_id = ANY(${[...stationIds]}::text[])`;
  return rows.map((row) => row.station_id);
}

/** learnCapabilities adds to what is known of a station; a new figure replaces the old one. */
export async function learnCapabilities(tx: Tx, stationId: string, found: object): Promise<void> {
  if (Object.keys(found).length === 0) return;
  await tx.$executeRaw`
    UPDATE charging_station SET capabilities = capabilities || ${JSON.stringify(found)}::jsonb
    WHERE id = ${stationId}`;
}
