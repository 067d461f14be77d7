import type { AuthorizeRequest, AuthorizeResponse } from 'typed-ocpp/dist/ocpp20/types.js';
import { authorize } from '../../charging/charging.service.ts';
import { effecting } from '../rpc/route.ts';
import { idTokenOf } from './id-token.ts';

/** Asked anew each time: a card blocked since the last question must not get the old answer. */
export const authorizeRoute = effecting<AuthorizeRequest, AuthorizeResponse>(
  async (request, { tx, station }) => {
    const idToken = idTokenOf(request.idToken);
    return {
      idTokenInfo: {
        status: idToken === null ? 'Accepted' : await authorize(tx, station.tenantId, idToken),
      },
    };
  },
  () => false,
);
