import type {
  StartTransactionRequest,
  StartTransactionResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { startTransaction } from '../../charging/charging.service.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { evseNumber, meterMilliWh } from '../rpc/numbers.ts';
import { transacting } from '../rpc/route.ts';

/** A slip may cost a start its time or register. */
type Request = Pick<StartTransactionRequest, 'connectorId' | 'idTag'> &
  Partial<StartTransactionRequest>;

export const startTransactionRoute = transacting<Request, StartTransactionResponse>(
  async (request, { tx, station, receivedAt }) => {
    const { at, isClockSet } = deviceTime(request.timestamp, receivedAt);
    // Some stations with a single connector number it 0; a start must never fail.
    const evseId = evseNumber(request.connectorId === 0 ? 1 : request.connectorId, 1);
    const started = await startTransaction(tx, {
      station,
      evseId,
      connectorId: evseId,
      idToken: request.idTag,
      startedAt: at,
      isClockSet,
      receivedAt,
      meterStartMilliWh: meterMilliWh(request.meterStart),
      ocppId: null,
    });
    return { transactionId: started.transactionId, idTagInfo: { status: started.status } };
  },
  // Without a connector or a card there is nothing to start, and an id without a transaction would be a lie.
  null,
);
