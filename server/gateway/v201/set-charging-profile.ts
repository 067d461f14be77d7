import type {
  ChargingProfileType,
  SetChargingProfileResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import type { ChargingProfile } from '#domain/charging/commands.ts';
import { commanding, readStatus, tenths } from '../rpc/command-route.ts';

function spellProfile(profile: ChargingProfile): ChargingProfileType {
  return {
    id: profile.id,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: 'Absolute',
    validFrom: profile.validFrom,
    ...(profile.validTo === null ? {} : { validTo: profile.validTo }),
    ...(profile.transactionOcppId === null ? {} : { transactionId: profile.transactionOcppId }),
    chargingSchedule: [
      {
        // One schedule a profile, so the profile's id tells it apart as well.
        id: profile.id,
        startSchedule: profile.startAt,
        ...(profile.durationS === null ? {} : { duration: profile.durationS }),
        chargingRateUnit: profile.rateUnit,
        chargingSchedulePeriod: profile.periods.map((period) => ({
          startPeriod: period.startOffsetS,
          limit: tenths(period.limit),
          ...(profile.numberPhases === null ? {} : { numberPhases: profile.numberPhases }),
        })),
      },
    ],
  };
}

export const setChargingProfileCommand = commanding<
  'SetChargingProfile',
  SetChargingProfileResponse
>('SetChargingProfile', {
  action: 'SetChargingProfile',
  spell: ({ evseId, profile }) => ({ evseId, chargingProfile: spellProfile(profile) }),
  read: readStatus,
});
