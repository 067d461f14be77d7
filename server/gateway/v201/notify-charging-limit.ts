import type {
  NotifyChargingLimitRequest,
  NotifyChargingLimitResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const notifyChargingLimitRoute = effecting<
  NotifyChargingLimitRequest,
  NotifyChargingLimitResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: request.evseId ?? null,
      kind: 'CHARGING_LIMIT',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
