import type {
  BootNotificationRequest,
  BootNotificationResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { heartbeatInterval, registerBoot } from '../../fleet/station.service.ts';
import { effecting } from '../rpc/route.ts';

/** Never answered from the inbox: the answer sets the station's clock, and a reboot repeats its bytes. */
export const bootNotificationRoute = effecting<BootNotificationRequest, BootNotificationResponse>(
  async ({ chargingStation, reason }, { tx, station, receivedAt }) => {
    await registerBoot(tx, {
      station,
      protocol: 'ocpp2.0.1',
      receivedAt,
      reason,
      vendor: chargingStation.vendorName,
      model: chargingStation.model,
      serialNumber: chargingStation.serialNumber ?? null,
      firmwareVersion: chargingStation.firmwareVersion ?? null,
    });
    return {
      status: 'Accepted',
      currentTime: receivedAt.toISOString(),
      interval: heartbeatInterval(Math.random()),
    };
  },
  () => false,
);
