import type {
  DiagnosticsStatusNotificationRequest,
  DiagnosticsStatusNotificationResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { effecting } from '../rpc/route.ts';

export const diagnosticsStatusNotificationRoute = effecting<
  DiagnosticsStatusNotificationRequest,
  DiagnosticsStatusNotificationResponse
>(
  async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: null,
      kind: 'DIAGNOSTICS_STATUS',
      severity: 'INFO',
      data: { ...request },
      happenedAt: receivedAt,
      receivedAt,
    });
    return {};
  },
  () => false,
);
