import type {
  FirmwareStatusNotificationRequest,
  FirmwareStatusNotificationResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const firmwareStatusNotificationRoute = effecting<
  FirmwareStatusNotificationRequest,
  FirmwareStatusNotificationResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: null,
      kind: 'FIRMWARE_STATUS',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
