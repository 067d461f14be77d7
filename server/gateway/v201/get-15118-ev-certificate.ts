import type {
  Get15118EVCertificateRequest,
  Get15118EVCertificateResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley issues no contract certificates (plug and charge). */
export const get15118EVCertificateRoute = answering<
  Get15118EVCertificateRequest,
  Get15118EVCertificateResponse
>(() => ({ status: 'Failed', exiResponse: '' }));
