import type {
  NotifyEVChargingNeedsRequest, NotifyEVChargingNeedsResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { recordNeeds } from '../../charging/needs.service.ts';
import { deviceTime } from '../rpc/device-time.ts';
import { evseNumber } from '../rpc/numbers.ts';
import { effecting } from '../rpc/route.ts';

/** K15: the profile follows from the worker; a departure in the past says nothing. */
export const notifyEVChargingNeedsRoute =
  effecting<NotifyEVChargingNeedsRequest, NotifyEVChargingNeedsResponse>(
    async ({ evseId, chargingNeeds }, { tx, station, receivedAt }) => {
      const departure = deviceTime(chargingNeeds.departureTime, receivedAt);
      const energyWh = chargingNeeds.acChargingParameters?.energyAmount
        ?? chargingNeeds.dcChargingParameters?.energyAmount ?? null;
      const isKnown = await recordNeeds(tx, {
        station, evseId: evseNumber(evseId, 1), receivedAt,
        departureAt: departure.isClockSet && departure.at > receivedAt ? departure.at : null,
        energyMilliWh: energyWh === null ? null : energyWh * 1000,
      });
      return { status: isKnown ? 'Accepted' : 'Rejected' };
    },
    () => false,
  );
