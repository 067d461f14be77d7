import type { SignedFirmwareStatusNotificationRequest } from 'typed-ocpp/dist/ocpp16/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const signedFirmwareStatusNotificationRoute =
  recordingEvent<SignedFirmwareStatusNotificationRequest>('SIGNED_FIRMWARE_STATUS');
