import type { UnlockConnectorResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding } from '../rpc/command-route.ts';

export const unlockConnectorCommand = commanding<'UnlockConnector', UnlockConnectorResponse>(
  'UnlockConnector',
  {
    action: 'UnlockConnector',
    spell: ({ evseId, connectorId }) => ({ evseId, connectorId }),
    read: ({ status }) => ({ isAccepted: status === 'Unlocked', answer: { status } }),
  },
);
