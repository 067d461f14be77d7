import type {
  TransactionEventRequest,
  TransactionEventResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { authorize } from '../../charging/charging.service.ts';
import {
  takeParkedEvents,
  transactionEvent,
  type TransactionEvent,
} from '../../charging/event.service.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { evseNumber } from '../rpc/numbers.ts';
import { transacting, type CallContext } from '../rpc/route.ts';
import { idTokenOf } from './id-token.ts';
import { readings201 } from './meter-values.ts';

function eventFrom(request: TransactionEventRequest, context: CallContext): TransactionEvent {
  const { station, receivedAt } = context;
  const { at, isClockSet } = deviceTime(request.timestamp, receivedAt);
  const evse =
    request.evse === undefined
      ? null
      : { id: evseNumber(request.evse.id, 1), connectorId: request.evse.connectorId ?? null };
  return {
    station,
    receivedAt,
    at,
    isClockSet,
    evse,
    kind: request.eventType,
    ocppId: request.transactionInfo.transactionId,
    idToken: idTokenOf(request.idToken),
    isOffline: request.offline ?? false,
    chargingState: request.transactionInfo.chargingState ?? null,
    stopReason: request.transactionInfo.stoppedReason ?? null,
    readings: readings201(request.meterValue ?? [], evse?.id ?? 0, context),
    message: { action: 'TransactionEvent', payload: request },
  };
}

export const transactionEventRoute = transacting<TransactionEventRequest, TransactionEventResponse>(
  async (request, context) => {
    const { tx, station, receivedAt } = context;
    const event = eventFrom(request, context);
    const outcome = await transactionEvent(tx, event);
    if (outcome === 'STARTED') {
      const waited = await takeParkedEvents(tx, { station, ocppId: event.ocppId, at: receivedAt });
      // What is parked was checked by its schema when it came.
      for (const { payload, receivedAt: arrivedAt } of waited) {
        const then = { ...context, receivedAt: arrivedAt };
        await transactionEvent(tx, eventFrom(payload as TransactionEventRequest, then));
      }
    }
    if (event.idToken === null) return {};
    return { idTokenInfo: { status: await authorize(tx, station.tenantId, event.idToken) } };
  },
  {},
);
