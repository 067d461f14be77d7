import type { NotifyChargingLimitRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const notifyChargingLimitRoute =
  recordingEvent<NotifyChargingLimitRequest>('CHARGING_LIMIT', ({ evseId }) => evseId);
