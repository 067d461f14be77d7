import type {
  StatusNotificationRequest,
  StatusNotificationResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { reportStatus } from '../../fleet/station.service.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { connectorNumber, evseNumber } from '../rpc/numbers.ts';
import { effecting } from '../rpc/route.ts';

export const statusNotificationRoute = effecting<
  StatusNotificationRequest,
  StatusNotificationResponse
>(async (request, { tx, station, receivedAt }) => {
  const { at, isClockSet } = deviceTime(request.timestamp, receivedAt);
  await reportStatus(tx, {
    station,
    evseId: evseNumber(request.evseId, 0),
    connectorId: connectorNumber(request.connectorId),
    status: request.connectorStatus,
    errorCode: null,
    detail: { connectorId: request.connectorId },
    at,
    isClockSet,
    receivedAt,
  });
  return {};
});
