import type {
  StopTransactionRequest,
  StopTransactionResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { authorize } from '../../charging/charging.service.ts';
import { stopTransaction } from '../../charging/stop.service.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { meterMilliWh } from '../rpc/numbers.ts';
import { transacting } from '../rpc/route.ts';
import { readings16 } from './meter-values.ts';

/** A slip may cost a stop its time or register. */
type Request = Pick<StopTransactionRequest, 'transactionId'> & Partial<StopTransactionRequest>;

export const stopTransactionRoute = transacting<Request, StopTransactionResponse>(
  async (request, context) => {
    const { tx, station, receivedAt } = context;
    const idToken = request.idTag ?? null;
    // Ids start at 1: 0 and below come from stations that never got an answer to their start.
    const ocppId = request.transactionId > 0 ? String(request.transactionId) : null;
    await stopTransaction(tx, {
      station,
      ocppId,
      idToken,
      receivedAt,
      stoppedAt: deviceTime(request.timestamp, receivedAt).at,
      meterStopMilliWh: meterMilliWh(request.meterStop),
      reason: request.reason ?? 'Local',
      readings: readings16(
        request.transactionData ?? [],
        { evseId: 0, transactionId: undefined },
        context,
      ),
      message: { action: 'StopTransaction', payload: request },
    });
    if (idToken === null) return {};
    return { idTagInfo: { status: await authorize(tx, station.tenantId, idToken) } };
  },
  {},
);
