import type { UnlockConnectorResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding } from '../rpc/command-route.ts';

export const unlockConnectorCommand = commanding<'UnlockConnector', UnlockConnectorResponse>(
  'UnlockConnector',
  {
    action: 'UnlockConnector',
    spell: ({ evseId }) => ({ connectorId: evseId }),
    read: ({ status }) => ({ isAccepted: status === 'Unlocked', answer: { status } }),
  },
);
