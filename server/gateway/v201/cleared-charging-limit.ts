import type {
  ClearedChargingLimitRequest,
  ClearedChargingLimitResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const clearedChargingLimitRoute = effecting<
  ClearedChargingLimitRequest,
  ClearedChargingLimitResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: request.evseId ?? null,
      kind: 'CHARGING_LIMIT_CLEARED',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
