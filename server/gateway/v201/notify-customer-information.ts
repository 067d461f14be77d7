import type {
  NotifyCustomerInformationRequest,
  NotifyCustomerInformationResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley asks no station for customer data and keeps none. */
export const notifyCustomerInformationRoute = answering<
  NotifyCustomerInformationRequest,
  NotifyCustomerInformationResponse
>(() => ({}));
