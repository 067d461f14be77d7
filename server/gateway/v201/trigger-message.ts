import type { TriggerMessageResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const triggerMessageCommand = commanding<'TriggerMessage', TriggerMessageResponse>(
  'TriggerMessage',
  {
    action: 'TriggerMessage',
    spell: ({ requestedMessage, evseId, connectorId }) => ({
      requestedMessage,
      ...(evseId === null
        ? {}
        : { evse: { id: evseId, ...(connectorId === undefined ? {} : { connectorId }) } }),
    }),
    read: readStatus,
  },
);
