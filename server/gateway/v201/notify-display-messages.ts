import type {
  NotifyDisplayMessagesRequest,
  NotifyDisplayMessagesResponse,
} from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

/** Valley sets no display messages; a report of them tells nothing new. */
export const notifyDisplayMessagesRoute = answering<
  NotifyDisplayMessagesRequest,
  NotifyDisplayMessagesResponse
>(() => ({}));
