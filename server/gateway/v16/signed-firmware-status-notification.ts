import type {
  SignedFirmwareStatusNotificationRequest,
  SignedFirmwareStatusNotificationResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const signedFirmwareStatusNotificationRoute = effecting<
  SignedFirmwareStatusNotificationRequest,
  SignedFirmwareStatusNotificationResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: null,
      kind: 'SIGNED_FIRMWARE_STATUS',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
