import type {
  SetChargingProfileRequest,
  SetChargingProfileResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import type { ChargingProfile } from '#domain/charging/commands.ts';
import { commanding, readStatus, tenths } from '../rpc/command-route.ts';

type Profile16 = SetChargingProfileRequest['csChargingProfiles'];

function spellProfile(profile: ChargingProfile): Profile16 {
  return {
    chargingProfileId: profile.id,
    ...(profile.transactionOcppId === null
      ? {}
      : { transactionId: Number(profile.transactionOcppId) }),
    stackLevel: profile.stackLevel,
    chargingProfilePurpose:
      profile.purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : profile.purpose,
    chargingProfileKind: 'Absolute',
    validFrom: profile.validFrom,
    ...(profile.validTo === null ? {} : { validTo: profile.validTo }),
    chargingSchedule: {
      ...(profile.durationS === null ? {} : { duration: profile.durationS }),
      startSchedule: profile.startAt,
      chargingRateUnit: profile.rateUnit,
      chargingSchedulePeriod: profile.periods.map((period) => ({
        startPeriod: period.startOffsetS,
        limit: tenths(period.limit),
        ...(profile.numberPhases === null ? {} : { numberPhases: profile.numberPhases }),
      })),
    },
  };
}

export const setChargingProfileCommand = commanding<
  'SetChargingProfile',
  SetChargingProfileResponse
>('SetChargingProfile', {
  action: 'SetChargingProfile',
  spell: ({ evseId, profile }): SetChargingProfileRequest => ({
    connectorId: evseId,
    csChargingProfiles: spellProfile(profile),
  }),
  read: readStatus,
});
