import type {
  GetCertificateStatusRequest,
  GetCertificateStatusResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley asks no certificate authority on a station's behalf. */
export const getCertificateStatusRoute = answering<
  GetCertificateStatusRequest,
  GetCertificateStatusResponse
>(() => ({ status: 'Failed' }));
