import type { ClearChargingProfileResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const clearChargingProfileCommand = commanding<
  'ClearChargingProfile',
  ClearChargingProfileResponse
>('ClearChargingProfile', {
  action: 'ClearChargingProfile',
  spell: ({ evseId, profileId, purpose, stackLevel }) => {
    // K10: an id says it all; criteria beside it make some stations clear nothing.
    if (profileId !== null) return { chargingProfileId: profileId };
    return {
      chargingProfileCriteria: {
        ...(evseId === null ? {} : { evseId }),
        ...(purpose === null ? {} : { chargingProfilePurpose: purpose }),
        ...(stackLevel === null ? {} : { stackLevel }),
      },
    };
  },
  read: readStatus,
});
