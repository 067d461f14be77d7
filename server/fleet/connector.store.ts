import type { ConnectorStatus, EvseStatus } from '#domain/charging/evse-status.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { Tx } from '../db/client.ts';
import type { StationIdentity } from './station.store.ts';

type ConnectorReport = {
  station: StationIdentity;
  evseId: number;
  connectorId: number;
  status: string;
  errorCode: string | null;
  at: Date;
};

/**
 * storeConnectorStatus keeps what a connector said, unless it said something later before.
 * @returns all connectors of its EVSE, or null where the report was late.
 */
export async function storeConnectorStatus(
  tx: Tx,
  report: ConnectorReport,
): Promise<ConnectorStatus[] | null> {
  const { station, evseId } = report;
  const changed = await tx.$executeRaw`
    INSERT INTO connector (tenant_id, station_id, evse_id, connector_id, status, error_code, status_at)
    VALUES (${station.tenantId}, ${station.id}, ${evseId}, ${report.connectorId}, ${report.status},
      ${report.errorCode}, ${report.at.toISOString()}::timestamptz)
    ON CONFLICT (station_id, evse_id, connector_id) DO UPDATE SET
      status = excluded.status, error_code = excluded.error_code, status_at = excluded.status_at
    WHERE connector.status_at <= excluded.status_at`;
  if (changed === 0) return null;
  const rows = await tx.connector.findMany({
    where: { stationId: station.id, evseId },
    select: { status: true, errorCode: true, statusAt: true },
  });
  return rows.map((row) => ({ ...row, statusAt: secondsFromDate(row.statusAt) }));
}

/** storeEvseStatus keeps what an EVSE's connectors amount to since the report of one of them. */
export async function storeEvseStatus(
  tx: Tx,
  report: ConnectorReport,
  evse: EvseStatus,
): Promise<void> {
  const at = report.at.toISOString();
  await tx.$executeRaw`
    UPDATE evse SET status = ${evse.status}, error_code = ${evse.errorCode},
      status_at = to_timestamp(${evse.statusAt}),
      available_at = CASE WHEN ${evse.isFreed} THEN ${at}::timestamptz ELSE available_at END
    WHERE station_id = ${report.station.id} AND evse_id = ${report.evseId}`;
}
