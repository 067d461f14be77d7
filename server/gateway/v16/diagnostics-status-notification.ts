import type { DiagnosticsStatusNotificationRequest } from 'typed-ocpp/dist/ocpp16/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const diagnosticsStatusNotificationRoute =
  recordingEvent<DiagnosticsStatusNotificationRequest>('DIAGNOSTICS_STATUS');
