import type {
  PublishFirmwareStatusNotificationRequest,
  PublishFirmwareStatusNotificationResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const publishFirmwareStatusNotificationRoute = effecting<
  PublishFirmwareStatusNotificationRequest,
  PublishFirmwareStatusNotificationResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: null,
      kind: 'PUBLISH_FIRMWARE_STATUS',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
