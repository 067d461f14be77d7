import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import { parkMessage, type StationIdentity } from '../fleet/station.store.ts';
import { rejoinStay, startTransaction } from './charging.service.ts';
import {
  findIdToken,
  findTransaction,
  hasRegister,
  touchSession,
  type TransactionRow,
} from './charging.store.ts';
import { giveDefaultWishes } from './preference-default.service.ts';
import { storeReadings, type NewReading } from './readings.store.ts';
import { stopTransaction } from './stop.service.ts';

/** A transaction event in the words of 2.0.1. */
export type TransactionEvent = {
  station: StationIdentity;
  kind: 'Started' | 'Updated' | 'Ended';
  ocppId: string;
  evse: { id: number; connectorId: number | null } | null;
  idToken: string | null;
  at: Date;
  isClockSet: boolean;
  receivedAt: Date;
  /** Sent later than it happened: it tells of the past and must not drive the present. */
  isOffline: boolean;
  chargingState: string | null;
  stopReason: string | null;
  readings: readonly NewReading[];
  message: { action: string; payload: object };
};

export type EventOutcome = 'STARTED' | 'APPLIED' | 'PARKED';

/**
 * transactionEvent stores one event. An event of a transaction that never started here is parked:
 * the start may still come, and a guess could put energy on the wrong session.
 */
export async function transactionEvent(tx: Tx, event: TransactionEvent): Promise<EventOutcome> {
  const known = await findTransaction(tx, event.station.id, event.ocppId);
  if (known !== null) {
    await apply(tx, known, event);
    return 'APPLIED';
  }
  if (event.kind !== 'Started' || event.evse === null) {
    await parkMessage(tx, {
      station: event.station,
      ...event.message,
      reason: 'UNKNOWN_TRANSACTION',
      receivedAt: event.receivedAt,
    });
    return 'PARKED';
  }
  await startTransaction(tx, {
    station: event.station,
    evseId: event.evse.id,
    connectorId: event.evse.connectorId,
    idToken: event.idToken ?? '',
    startedAt: event.at,
    isClockSet: event.isClockSet,
    receivedAt: event.receivedAt,
    meterStartMilliWh: firstRegister(event.readings),
    ocppId: event.ocppId,
  });
  const started = await findTransaction(tx, event.station.id, event.ocppId);
  if (started !== null) await apply(tx, started, event);
  return 'STARTED';
}

function firstRegister(readings: readonly NewReading[]): bigint | null {
  const wh = readings.find((row) => row.reading.registerMilliWh !== null)?.reading.registerMilliWh;
  return wh === undefined || wh === null ? null : BigInt(wh);
}

function lastRegisterOf(readings: readonly NewReading[]): bigint | null {
  return firstRegister(readings.toReversed());
}

async function apply(tx: Tx, transaction: TransactionRow, event: TransactionEvent): Promise<void> {
  if (event.idToken !== null && transaction.idToken === '') await bindCard(tx, transaction, event);
  await correctStart(tx, transaction, event);
  if (event.kind === 'Ended') {
    await stopTransaction(tx, {
      station: event.station,
      ocppId: event.ocppId,
      idToken: event.idToken,
      stoppedAt: event.at,
      receivedAt: event.receivedAt,
      meterStopMilliWh: lastRegisterOf(event.readings),
      reason: event.stopReason ?? 'Local',
      readings: event.readings,
      message: event.message,
    });
    return;
  }
  await storeReadings(
    tx,
    event.readings.map((row) => ({
      ...row,
      evseId: transaction.evseId,
      transactionId: transaction.id,
    })),
  );
  if (event.isOffline || event.chargingState === null || transaction.state !== 'ACTIVE') return;
  const changed = await tx.transaction.updateMany({
    where: {
      id: transaction.id,
      OR: [{ chargingState: null }, { chargingState: { not: event.chargingState } }],
    },
    data: { chargingState: event.chargingState },
  });
  if (changed.count === 0) return;
  await touchSession(tx, transaction.sessionId);
  await publish(tx, 'session', [transaction.sessionId]);
}

/**
 * Cable first, card later: the transaction began without anybody and now belongs to this card, whose
 * former stay may be the one it goes on with.
 */
async function bindCard(
  tx: Tx,
  transaction: TransactionRow,
  event: TransactionEvent,
): Promise<void> {
  const token = await findIdToken(tx, event.station.tenantId, event.idToken ?? '');
  const idToken = token?.uid ?? event.idToken ?? '';
  await tx.transaction.update({ where: { id: transaction.id }, data: { idToken } });
  const { sessionId } = transaction;
  const isNobodys = (await tx.session.count({ where: { id: sessionId, idToken: '' } })) > 0;
  if (!isNobodys) return;
  const { station, receivedAt } = event;
  if (await rejoinStay(tx, { station, transaction, idToken, receivedAt })) return;
  await tx.session.updateMany({
    where: { id: sessionId },
    data: { idToken, driverId: token?.driverId ?? null, factsVersion: { increment: 1 } },
  });
  if (token?.driverId != null) await giveDefaultWishes(tx, [sessionId], event.receivedAt);
  await publish(tx, 'session', [sessionId]);
}

/** A start without a register took the EVSE's last one, or 0: the first register that comes is better than 0. */
async function correctStart(
  tx: Tx,
  transaction: TransactionRow,
  event: TransactionEvent,
): Promise<void> {
  if (transaction.meterStartMilliWh !== 0n) return;
  const first = firstRegister(event.readings);
  if (first === null || first === 0n || (await hasRegister(tx, transaction.id))) return;
  await tx.transaction.update({
    where: { id: transaction.id },
    data: { meterStartMilliWh: first },
  });
}

/**
 * takeParkedEvents gives the messages that waited for this transaction's start, oldest first and each
 * with its own arrival, and marks them solved.
 */
export async function takeParkedEvents(
  tx: Tx,
  of: { station: StationIdentity; ocppId: string; at: Date },
): Promise<{ payload: object; receivedAt: Date }[]> {
  const rows = await tx.$queryRaw<{ id: bigint; payload: object; receivedAt: Date }[]>`
    UPDATE parked_message SET resolved_at = ${of.at.toISOString()}::timestamptz
    WHERE station_id = ${of.station.id} AND action = 'TransactionEvent' AND resolved_at IS NULL
      AND reason = 'UNKNOWN_TRANSACTION'
      AND payload #>> '{transactionInfo,transactionId}' = ${of.ocppId}
    RETURNING id, payload, received_at AS "receivedAt"`;
  return rows.toSorted((a, b) => Number(a.id - b.id));
}
