import type { SecurityEventNotificationRequest } from 'typed-ocpp/dist/ocpp16/types.js';
import { securityEventRoute } from '../rpc/security-event.ts';

export const securityEventNotificationRoute =
  securityEventRoute<SecurityEventNotificationRequest>();
