import type {
  BootNotificationRequest,
  BootNotificationResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { heartbeatInterval, registerBoot } from '../../fleet/station.service.ts';
import { effecting } from '../rpc/route.ts';

/** Never answered from the inbox: the answer sets the station's clock, and a reboot repeats its bytes. */
export const bootNotificationRoute = effecting<BootNotificationRequest, BootNotificationResponse>(
  async (request, { tx, station, receivedAt }) => {
    await registerBoot(tx, {
      station,
      protocol: 'ocpp1.6',
      receivedAt,
      reason: null,
      vendor: request.chargePointVendor,
      model: request.chargePointModel,
      serialNumber: request.chargePointSerialNumber ?? request.chargeBoxSerialNumber ?? null,
      firmwareVersion: request.firmwareVersion ?? null,
    });
    return {
      status: 'Accepted',
      currentTime: receivedAt.toISOString(),
      interval: heartbeatInterval(Math.random()),
    };
  },
  () => false,
);
