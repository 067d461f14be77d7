import { evseStatus } from '#domain/charging/evse-status.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import { storeConnectorStatus, storeEvseStatus } from './connector.store.ts';
import { resolveFaults } from './notice.store.ts';
import { lockEvse } from '../charging/charging.store.ts';
import { requestSetup } from './setup.service.ts';
import {
  closeConnection,
  closeConnectionsOf,
  openConnection,
  recordEvent,
  type SeenConnection,
  type StationIdentity,
} from './station.store.ts';

export type BootReport = {
  station: StationIdentity;
  protocol: string;
  vendor: string;
  model: string;
  serialNumber: string | null;
  firmwareVersion: string | null;
  reason: string | null;
  receivedAt: Date;
};

/** The interval at which a booted station sends heartbeats, in seconds. */
const HEARTBEAT_S = 300;
/** Spread so that a thousand stations back after a power cut do not stay in step. */
const JITTER = 0.2;

/** heartbeatInterval is 300 s ± 20 %, for a `random` from 0 to 1. */
export function heartbeatInterval(random: number): number {
  return Math.round(HEARTBEAT_S * (1 - JITTER + 2 * JITTER * random));
}

/** registerBoot stores what a station says of itself and asks it for its configuration. */
export async function registerBoot(tx: Tx, boot: BootReport): Promise<void> {
  const { station, receivedAt } = boot;
  await tx.chargingStation.update({
    where: { id: station.id },
    data: {
      vendor: boot.vendor,
      model: boot.model,
      serialNumber: boot.serialNumber,
      firmwareVersion: boot.firmwareVersion,
      protocol: boot.protocol,
      lastBootAt: receivedAt,
      lastSeenAt: receivedAt,
    },
  });
  await recordEvent(tx, {
    station,
    kind: 'BOOT',
    severity: 'INFO',
    evseId: null,
    data: { reason: boot.reason, firmwareVersion: boot.firmwareVersion },
    happenedAt: receivedAt,
    receivedAt,
  });
  await requestSetup(tx, { station, protocol: boot.protocol, at: receivedAt });
}

export type StatusReport = {
  station: StationIdentity;
  evseId: number;
  connectorId: number;
  status: string;
  errorCode: string | null;
  detail: Record<string, unknown>;
  at: Date;
  /** Whether `at` is the station's own time, from which its skew can be told. */
  isClockSet: boolean;
  receivedAt: Date;
};

/** States of a connector that are also states of the charging on it (1.6 says both in one word). */
const CHARGING_STATES = new Set(['Charging', 'SuspendedEV', 'SuspendedEVSE']);

/**
 * reportStatus keeps the newest status of a connector by the station's time and what it makes of its
 * EVSE; an older report changes nothing. A fault that is over needs nobody any more.
 */
export async function reportStatus(tx: Tx, report: StatusReport): Promise<void> {
  const { station, evseId, status } = report;
  if (report.errorCode !== null || status === 'Faulted') {
    await recordEvent(tx, {
      station,
      evseId,
      kind: 'STATUS',
      severity: 'WARNING',
      data: { status, errorCode: report.errorCode, ...report.detail },
      happenedAt: report.at,
      receivedAt: report.receivedAt,
    });
  }
  const isWell = report.errorCode === null && status !== 'Faulted';
  // The station as a whole has no EVSE whose newest status could tell a late report from a new one.
  if (evseId === 0) {
    if (isWell) await resolveFaults(tx, report);
    return;
  }
  await lockEvse(tx, station, evseId);
  const at = secondsFromDate(report.at);
  const connectors = await storeConnectorStatus(tx, report);
  if (connectors === null) return;
  const reported = { status, errorCode: report.errorCode, statusAt: at };
  await storeEvseStatus(tx, report, evseStatus(connectors, reported));
  if (isWell) await resolveFaults(tx, report);
  await noteSkew(tx, report);
  const chargingState = CHARGING_STATES.has(status) ? status : null;
  const sessions = await tx.$queryRaw<{ id: string }[]>`
    WITH t AS (
      UPDATE transaction SET charging_state = COALESCE(${chargingState}, charging_state)
      WHERE station_id = ${station.id} AND evse_id = ${evseId} AND state = 'ACTIVE' RETURNING session_id)
    UPDATE session s SET facts_version = s.facts_version + 1 FROM t
    WHERE s.id = t.session_id RETURNING s.id::text AS id`;
  await publish(
    tx,
    'session',
    sessions.map((session) => session.id),
  );
}

/** A report that is prompt proves the station's clock, which the stays that it could not report need. */
async function noteClock(tx: Tx, { station, at, receivedAt }: StatusReport): Promise<void> {
  await tx.$executeRaw`SELECT note_clock(${station.tenantId}, ${station.id}, ${at.toISOString()}::timestamptz,
    ${receivedAt.toISOString()}::timestamptz)`;
}

/** skew_ms is arrival minus device time: a queued report reads as a clock that is behind. */
async function noteSkew(tx: Tx, report: StatusReport): Promise<void> {
  if (!report.isClockSet) return;
  const skewMs = report.receivedAt.getTime() - report.at.getTime();
  if (Math.abs(skewMs) > 2_000_000_000) return;
  await noteClock(tx, report);
  await tx.$executeRaw`UPDATE charging_station SET skew_ms = ${skewMs} WHERE id = ${report.station.id}`;
}

/**
 * connectStation records a new connection. What the station holds of our profiles is unknown now,
 * so the facts of its open sessions change and the worker sends them again.
 * @returns the connection's epoch; null where the connection is not as it was seen any more.
 */
export async function connectStation(
  tx: Tx,
  opened: {
    station: StationIdentity;
    node: string;
    protocol: string;
    remoteAddress: string;
    at: Date;
    seen: SeenConnection | null;
  },
): Promise<bigint | null> {
  const epoch = await openConnection(tx, opened);
  if (epoch === null) return null;
  // Another gateway may hold the former one and would go on serving it.
  if (typeof opened.seen?.node === 'string') await publish(tx, 'connection', [opened.station.id]);
  const sessions = await tx.$queryRaw<{ id: string }[]>`
    UPDATE session SET facts_version = facts_version + 1
    WHERE station_id = ${opened.station.id} AND state = 'OPEN' RETURNING id::text AS id`;
  await publish(
    tx,
    'session',
    sessions.map((session) => session.id),
  );
  return epoch;
}

/** disconnectStation records a lost connection; whoever looks at a stay there is told at once. */
export async function disconnectStation(
  tx: Tx,
  closed: { stationId: string; epoch: bigint; at: Date },
): Promise<void> {
  await closeConnection(tx, closed);
  const sessions = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text AS id FROM session WHERE station_id = ${closed.stationId} AND state = 'OPEN'`;
  await publish(
    tx,
    'view',
    sessions.map((session) => session.id),
  );
}

/**
 * closeStaleConnections closes what a gateway of this name holds or left open when it was killed:
 * nobody else would, for a station that never comes back. Whoever looks at a stay there is told.
 */
export async function closeStaleConnections(tx: Tx, node: string, at: Date): Promise<void> {
  await publish(tx, 'view', await closeConnectionsOf(tx, node, at));
}
