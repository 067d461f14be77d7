import type { ReservationStatusUpdateRequest } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordingEvent } from '../rpc/route.ts';

export const reservationStatusUpdateRoute =
  recordingEvent<ReservationStatusUpdateRequest>('RESERVATION_STATUS');
