import type { Tx } from '../db/client.ts';
import { parkMessage, type StationIdentity } from '../fleet/station.store.ts';
import { closeSession } from './charging.service.ts';
import {
  findIdToken,
  findOpenByCard,
  findTransaction,
  lastSample,
  lockEvse,
  type TransactionRow,
} from './charging.store.ts';
import { storeReadings, type NewReading } from './readings.store.ts';

export type TransactionStop = {
  station: StationIdentity;
  /** The transaction as the station names it; null where it names none (1.6: 0 or below). */
  ocppId: string | null;
  idToken: string | null;
  stoppedAt: Date;
  receivedAt: Date;
  /** Null where the station sent no final register (2.0.1). */
  meterStopMilliWh: bigint | null;
  reason: string;
  readings: readonly NewReading[];
  /** The message itself, kept where its transaction is unknown. */
  message: { action: string; payload: object };
};

/**
 * stopTransaction ends a transaction. The first stop wins and a second one changes nothing; a stop
 * for a transaction this station does not have is parked and answered like any other, for an error
 * would make the station repeat it for ever, and a guess would end somebody else's charging.
 */
export async function stopTransaction(
  tx: Tx,
  stop: TransactionStop,
): Promise<'STOPPED' | 'REPEATED' | 'PARKED'> {
  const found =
    stop.ocppId === null
      ? await findUnnamed(tx, stop)
      : await findTransaction(tx, stop.station.id, stop.ocppId);
  if (found === null) {
    await parkMessage(tx, {
      station: stop.station,
      ...stop.message,
      reason: 'UNKNOWN_TRANSACTION',
      receivedAt: stop.receivedAt,
    });
    return 'PARKED';
  }
  await lockEvse(tx, stop.station, found.evseId);
  const current = (await findTransaction(tx, stop.station.id, found.ocppId)) ?? found;
  if (current.state === 'ENDED') return 'REPEATED';
  await tx.transaction.update({
    where: { id: current.id },
    data: {
      state: 'ENDED',
      stoppedAt: stop.stoppedAt,
      stoppedReceivedAt: stop.receivedAt,
      stopReason: stop.reason,
      chargingState: null,
      ...(stop.meterStopMilliWh === null ? {} : { meterStopMilliWh: stop.meterStopMilliWh }),
    },
  });
  await storeReadings(
    tx,
    stop.readings.map((row) => ({ ...row, evseId: current.evseId, transactionId: current.id })),
  );
  if (stop.meterStopMilliWh === null) await endAtLastSample(tx, current.id, stop.stoppedAt);
  await closeSession(tx, current.sessionId, stop.receivedAt);
  return 'STOPPED';
}

/** A stop without a register ends at the last one that was measured, if any was. */
async function endAtLastSample(tx: Tx, transactionId: number, stoppedAt: Date): Promise<void> {
  const last = await lastSample(tx, transactionId, stoppedAt);
  if (last === null) return;
  await tx.transaction.update({
    where: { id: transactionId },
    data: { meterStopMilliWh: last.registerMilliWh },
    select: { id: true },
  });
}

/**
 * A station that started offline names no transaction. Its stop is taken only if exactly one running
 * transaction of that card on that station could have ended so.
 */
async function findUnnamed(tx: Tx, stop: TransactionStop): Promise<TransactionRow | null> {
  if (stop.idToken === null || stop.idToken === '') return null;
  const token = await findIdToken(tx, stop.station.tenantId, stop.idToken);
  const open = await findOpenByCard(tx, stop.station.id, token?.uid ?? stop.idToken);
  const [only, ...others] = open.filter(
    (transaction) =>
      transaction.startedAt <= stop.stoppedAt &&
      (stop.meterStopMilliWh === null || stop.meterStopMilliWh >= transaction.meterStartMilliWh),
  );
  return only !== undefined && others.length === 0 ? only : null;
}
