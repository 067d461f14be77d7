import type { RemoteStartTransactionResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const remoteStartTransactionCommand =
  commanding<'RequestStartTransaction', RemoteStartTransactionResponse>('RequestStartTransaction', {
    action: 'RemoteStartTransaction',
    spell: ({ evseId, idToken }) => ({ connectorId: evseId, idTag: idToken }),
    read: readStatus,
  });
