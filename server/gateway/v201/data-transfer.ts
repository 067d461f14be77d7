import type { DataTransferRequest, DataTransferResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley speaks no vendor's extension. */
export const dataTransferRoute = answering<DataTransferRequest, DataTransferResponse>(
  () => ({ status: 'UnknownVendorId' }),
);
