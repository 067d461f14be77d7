import type {
  SignCertificateRequest,
  SignCertificateResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley is no certificate authority; stations authenticate with keys. */
export const signCertificateRoute = answering<SignCertificateRequest, SignCertificateResponse>(
  () => ({ status: 'Rejected' }),
);
