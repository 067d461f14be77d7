import type { IncomingMessage } from 'node:http';
import { isPerson, requesterFrom } from '../auth/principal.ts';
import type { Requester } from '../auth/principal.ts';
import { createRateLimit } from '../auth/rate-limit.ts';
import { tooMany } from '../auth/sign-in.ts';
import type { AuthDeps } from '../auth/sign-in.ts';
import { ValleyError } from '../errors.ts';
import { asTrpcError } from './init.ts';
import type { Context, Deps } from './init.ts';

/** A page with everything on it asks some ten times at once and then now and again. */
const PER_REQUESTER = { burst: 200, perSecond: 50 };
/** Many people may share an address; those who are signed in are not counted by it. */
const PER_ADDRESS = { burst: 200, perSecond: 20 };

/** `calls`: the procedures of a batch, each of which counts. */
type HttpRequest = { req: IncomingMessage; info: { calls: readonly unknown[] } };
type ErrorLike = { cause?: unknown };

/**
 * createRequests makes what tRPC needs of each HTTP request: who asks and from where, and the
 * refusal (429 with Retry-After) of whoever asks too often.
 */
export function createRequests(auth: AuthDeps, deps: Deps, addressOf: AddressOf) {
  const requesters = createRateLimit(PER_REQUESTER);
  const addresses = createRateLimit(PER_ADDRESS);
  const waitOf = (principal: Requester | null, address: string, calls: number) => {
    if (principal === null) return addresses.take(address, Date.now(), calls);
    const key = isPerson(principal) ? principal.sid : principal.keyId;
    return requesters.take(key, Date.now(), calls);
  };
  return {
    createContext: async ({ req, info }: HttpRequest): Promise<Context> => {
      const address = addressOf(req);
      const principal = await requesterFrom(auth, req.headers);
      const waitS = waitOf(principal, address, info.calls.length);
      if (waitS > 0) throw asTrpcError(tooMany(waitS));
      return { deps, principal, remoteAddress: address };
    },
    responseMeta: ({ errors }: { errors: readonly ErrorLike[] }) => {
      const waits = errors.map(({ cause }) =>
        cause instanceof ValleyError ? cause.retryAfterS : null,
      );
      const waitS = Math.max(0, ...waits.map((wait) => wait ?? 0));
      return waitS === 0 ? {} : { headers: { 'retry-after': String(waitS) } };
    },
  };
}

type AddressOf = (request: IncomingMessage) => string;
