import type { AuthorizeRequest, AuthorizeResponse } from 'typed-ocpp/dist/ocpp16/types.js';
import { authorize } from '../../charging/charging.service.ts';
import { effecting } from '../rpc/route.ts';

/** Asked anew each time: a card blocked since the last question must not get the old answer. */
export const authorizeRoute = effecting<AuthorizeRequest, AuthorizeResponse>(
  async (request, { tx, station }) => ({
    idTagInfo: { status: await authorize(tx, station.tenantId, request.idTag) },
  }),
  () => false,
);
