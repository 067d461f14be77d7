import type { FirmwareStatusNotificationRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const firmwareStatusNotificationRoute =
  recordingEvent<FirmwareStatusNotificationRequest>('FIRMWARE_STATUS');
