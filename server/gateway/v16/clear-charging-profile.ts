import type {
  ClearChargingProfileRequest,
  ClearChargingProfileResponse,
} from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const clearChargingProfileCommand = commanding<
  'ClearChargingProfile',
  ClearChargingProfileResponse
>('ClearChargingProfile', {
  action: 'ClearChargingProfile',
  spell: ({ evseId, profileId, purpose, stackLevel }): ClearChargingProfileRequest => ({
    ...(profileId === null ? {} : { id: profileId }),
    ...(evseId === null ? {} : { connectorId: evseId }),
    ...(purpose === null
      ? {}
      : {
          chargingProfilePurpose:
            purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose,
        }),
    ...(stackLevel === null ? {} : { stackLevel }),
  }),
  read: readStatus,
});
