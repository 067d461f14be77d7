import { recordEvent } from '../../fleet/station.store.ts';
import { deviceTime } from './device-time.ts';
import { effecting, type Route } from './route.ts';

type SecurityEvent = { type: string; timestamp: string; techInfo?: string };

/** What every station reports in the course of a good day; all else needs a person's eye. */
const ROUTINE = new Set([
  'FirmwareUpdated',
  'ResetOrReboot',
  'SettingSystemTime',
  'StartupOfTheDevice',
]);

/** securityEventRoute keeps a station's security event; both versions spell it alike. */
export function securityEventRoute<Request extends SecurityEvent>(): Route {
  return effecting<Request, object>(async (request, { tx, station, receivedAt }) => {
    await recordEvent(tx, {
      station,
      evseId: null,
      kind: request.type,
      severity: ROUTINE.has(request.type) ? 'INFO' : 'SECURITY',
      data: { techInfo: request.techInfo },
      happenedAt: deviceTime(request.timestamp, receivedAt).at,
      receivedAt,
    });
    return {};
  });
}
