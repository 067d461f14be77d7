import type {
  NotifyEVChargingScheduleRequest, NotifyEVChargingScheduleResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordEvent } from '../../fleet/station.store.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { effecting } from '../rpc/route.ts';

/** K16: what the car intends to do within our profile; kept to be compared with what it metered. */
export const notifyEVChargingScheduleRoute =
  effecting<NotifyEVChargingScheduleRequest, NotifyEVChargingScheduleResponse>(
    async ({ evseId, timeBase, chargingSchedule }, { tx, station, receivedAt }) => {
      await recordEvent(tx, {
        station, evseId, kind: 'EV_CHARGING_SCHEDULE', severity: 'INFO', data: { chargingSchedule },
        happenedAt: deviceTime(timeBase, receivedAt).at, receivedAt,
      });
      return { status: 'Accepted' };
    },
    () => false,
  );
