import type { RemoteStopTransactionResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const remoteStopTransactionCommand =
  commanding<'RequestStopTransaction', RemoteStopTransactionResponse>('RequestStopTransaction', {
    action: 'RemoteStopTransaction',
    spell: ({ transactionOcppId }) => ({ transactionId: Number(transactionOcppId) }),
    read: readStatus,
  });
