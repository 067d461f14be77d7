import type { RequestStartTransactionResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const requestStartTransactionCommand = commanding<
  'RequestStartTransaction',
  RequestStartTransactionResponse
>('RequestStartTransaction', {
  action: 'RequestStartTransaction',
  spell: ({ evseId, idToken, remoteStartId }) => ({
    evseId,
    remoteStartId,
    idToken: { idToken, type: 'Central' },
  }),
  read: readStatus,
});
