import type {
  ReservationStatusUpdateRequest,
  ReservationStatusUpdateResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const reservationStatusUpdateRoute = effecting<
  ReservationStatusUpdateRequest,
  ReservationStatusUpdateResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: null,
      kind: 'RESERVATION_STATUS',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
