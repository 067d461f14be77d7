import type { LogStatusNotificationRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const logStatusNotificationRoute =
  recordingEvent<LogStatusNotificationRequest>('LOG_STATUS');
