import type {
  StatusNotificationRequest,
  StatusNotificationResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { reportStatus } from '../../fleet/station.service.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { evseNumber } from '../rpc/numbers.ts';
import { effecting } from '../rpc/route.ts';

export const statusNotificationRoute = effecting<
  StatusNotificationRequest,
  StatusNotificationResponse
>(
  async (request, { tx, station, receivedAt }) => {
    const { at, isClockSet } = deviceTime(request.timestamp, receivedAt);
    const { info, vendorId, vendorErrorCode } = request;
    await reportStatus(tx, {
      station,
      evseId: evseNumber(request.connectorId, 0),
      // What 1.6 calls a connector is an EVSE with one.
      connectorId: 1,
      status: request.status,
      errorCode: request.errorCode === 'NoError' ? null : request.errorCode,
      detail: { info, vendorId, vendorErrorCode },
      at,
      isClockSet,
      receivedAt,
    });
    return {};
  },
  (request) => request.timestamp !== undefined,
);
