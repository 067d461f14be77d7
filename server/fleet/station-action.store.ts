import type { Tx } from '../db/client.ts';
import type { Asked } from './station-action.ts';
import type { StationIdentity } from './station.store.ts';

/** openStation finds a station; `protocol` is that of its connection, null while it has none. */
export async function openStation(
  tx: Tx,
  id: string,
): Promise<(StationIdentity & { protocol: string | null }) | null> {
  const row = await tx.chargingStation.findFirst({
    where: { id, disabledAt: null },
    select: {
      id: true,
      tenantId: true,
      locationId: true,
      connection: { select: { protocol: true, closedAt: true } },
    },
  });
  if (row === null) return null;
  const { connection, ...station } = row;
  const isConnected = connection !== null && connection.closedAt === null;
  return { ...station, protocol: isConnected ? connection.protocol : null };
}

/** connectorsOf lists a station's connectors; an EVSE that has not named any has number 1. */
export async function connectorsOf(
  tx: Tx,
  stationId: string,
): Promise<{ evseId: number; connectorId: number }[]> {
  return await tx.$queryRaw<{ evseId: number; connectorId: number }[]>`
    SELECT e.evse_id AS "evseId", coalesce(c.connector_id, 1) AS "connectorId"
    FROM evse e LEFT JOIN connector c ON c.station_id = e.station_id AND c.evse_id = e.evse_id
    WHERE e.station_id = ${stationId} ORDER BY 1, 2`;
}

/**
 * isWaiting tells whether one of these commands, asked by a person, has no answer yet. The same
 * action for another EVSE, connector or transaction is another command.
 */
export async function isWaiting(
  tx: Tx,
  stationId: string,
  commands: readonly Asked[],
): Promise<boolean> {
  const rows = await tx.$queryRaw<{ found: number }[]>`
    SELECT 1 AS found FROM command c
    JOIN jsonb_to_recordset(${JSON.stringify(commands)}::jsonb) AS a(action text, payload jsonb)
      ON a.action = c.action
    WHERE c.station_id = ${stationId} AND c.session_id IS NULL AND c.state = 'REQUESTED'
      AND c.payload -> 'evseId' IS NOT DISTINCT FROM a.payload -> 'evseId'
      AND c.payload -> 'connectorId' IS NOT DISTINCT FROM a.payload -> 'connectorId'
      AND c.payload -> 'transactionOcppId' IS NOT DISTINCT FROM a.payload -> 'transactionOcppId'
    LIMIT 1`;
  return rows.length > 0;
}

export type CommandLogRow = {
  id: string;
  action: string;
  payload: unknown;
  state: string;
  answer: unknown;
  requested_at: Date;
  sent_at: Date | null;
  answered_at: Date | null;
};

/** commandLog lists a station's newest commands, the last one first. */
export async function commandLog(
  tx: Tx,
  stationId: string,
  limit: number,
): Promise<CommandLogRow[]> {
  return await tx.$queryRaw<CommandLogRow[]>`
    SELECT id::text AS id, action, payload, state, answer, requested_at, sent_at, answered_at
    FROM command WHERE station_id = ${stationId}
    ORDER BY created_at DESC, id DESC LIMIT ${limit}`;
}
