import type { NotifyEventRequest, NotifyEventResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { effecting } from '../rpc/route.ts';

/** Cleared events and periodic ones are news, an alert is a warning. */
export const notifyEventRoute = effecting<NotifyEventRequest, NotifyEventResponse>(
  async ({ eventData }, { tx, station, receivedAt }) => {
    for (const data of eventData) {
      await recordEvent(tx, {
        station, evseId: data.component.evse?.id ?? null, kind: 'DEVICE_EVENT',
        severity: data.trigger === 'Alerting' && data.cleared !== true ? 'WARNING' : 'INFO',
        data: {
          component: data.component.name, variable: data.variable.name, value: data.actualValue,
          trigger: data.trigger, cleared: data.cleared ?? false, techInfo: data.techInfo,
        },
        happenedAt: deviceTime(data.timestamp, receivedAt).at, receivedAt,
      });
    }
    return {};
  },
);
