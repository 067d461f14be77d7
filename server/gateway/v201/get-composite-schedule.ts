import type { GetCompositeScheduleResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding } from '../rpc/command-route.ts';

/** The answer's schedule is in the words of Valley's own profiles; null where the station sent none. */
export const getCompositeScheduleCommand = commanding<
  'GetCompositeSchedule',
  GetCompositeScheduleResponse
>('GetCompositeSchedule', {
  action: 'GetCompositeSchedule',
  spell: ({ evseId, durationS, rateUnit }) => ({
    evseId,
    duration: durationS,
    ...(rateUnit === null ? {} : { chargingRateUnit: rateUnit }),
  }),
  read: ({ status, schedule }) => ({
    isAccepted: status === 'Accepted',
    answer: {
      status,
      evseId: schedule?.evseId ?? null,
      schedule:
        schedule === undefined
          ? null
          : {
              startAt: schedule.scheduleStart,
              durationS: schedule.duration,
              rateUnit: schedule.chargingRateUnit,
              periods: schedule.chargingSchedulePeriod.map((period) => ({
                startOffsetS: period.startPeriod,
                limit: period.limit,
              })),
            },
    },
  }),
});
