import type { ClearedChargingLimitRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const clearedChargingLimitRoute =
  recordingEvent<ClearedChargingLimitRequest>('CHARGING_LIMIT_CLEARED', ({ evseId }) => evseId);
