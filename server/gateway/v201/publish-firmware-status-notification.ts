import type { PublishFirmwareStatusNotificationRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const publishFirmwareStatusNotificationRoute =
  recordingEvent<PublishFirmwareStatusNotificationRequest>('PUBLISH_FIRMWARE_STATUS');
