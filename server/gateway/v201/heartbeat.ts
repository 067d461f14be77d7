import type { HeartbeatRequest, HeartbeatResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { answering } from '../rpc/route.ts';

export const heartbeatRoute = answering<HeartbeatRequest, HeartbeatResponse>(
  (_request, { receivedAt }) => ({ currentTime: receivedAt.toISOString() }),
);
