import type {
  SecurityEventNotificationRequest, SecurityEventNotificationResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { effecting } from '../rpc/route.ts';

export const securityEventNotificationRoute =
  effecting<SecurityEventNotificationRequest, SecurityEventNotificationResponse>(
    async (request, { tx, station, receivedAt }) => {
      await recordEvent(tx, {
        station, evseId: null, kind: request.type, severity: 'SECURITY',
        data: { techInfo: request.techInfo },
        happenedAt: deviceTime(request.timestamp, receivedAt).at, receivedAt,
      });
      return {};
    },
  );
