import type { RequestStopTransactionResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { commanding, readStatus } from '../rpc/command-route.ts';

export const requestStopTransactionCommand = commanding<
  'RequestStopTransaction',
  RequestStopTransactionResponse
>('RequestStopTransaction', {
  action: 'RequestStopTransaction',
  spell: ({ transactionOcppId }) => ({ transactionId: transactionOcppId }),
  read: readStatus,
});
