import type {
  GetCompositeScheduleRequest,
  GetCompositeScheduleResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding } from '../rpc/command-route.ts';

/** The answer's schedule is in the words of Valley's own profiles; null where the station sent none. */
export const getCompositeScheduleCommand = commanding<
  'GetCompositeSchedule',
  GetCompositeScheduleResponse
>('GetCompositeSchedule', {
  action: 'GetCompositeSchedule',
  spell: ({ evseId, durationS, rateUnit }): GetCompositeScheduleRequest => ({
    connectorId: evseId,
    duration: durationS,
    ...(rateUnit === null ? {} : { chargingRateUnit: rateUnit }),
  }),
  read: ({ status, scheduleStart, chargingSchedule, connectorId }) => ({
    isAccepted: status === 'Accepted',
    answer: {
      status,
      evseId: connectorId ?? null,
      schedule:
        chargingSchedule === undefined
          ? null
          : {
              startAt: scheduleStart ?? chargingSchedule.startSchedule ?? null,
              durationS: chargingSchedule.duration ?? null,
              rateUnit: chargingSchedule.chargingRateUnit,
              periods: chargingSchedule.chargingSchedulePeriod.map((period) => ({
                startOffsetS: period.startPeriod,
                limit: period.limit,
              })),
            },
    },
  }),
});
