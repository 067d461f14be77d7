import { randomUUID } from 'node:crypto';
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { ZodError } from 'zod';
import { memberOfSignIn } from '../auth/access.store.ts';
import { isGranted, isKeyScope } from '../auth/grants.ts';
import type { KeyScope, Scope } from '../auth/grants.ts';
import type { Mailer } from '../auth/mail.ts';
import { isPerson } from '../auth/principal.ts';
import type { Principal, Requester } from '../auth/principal.ts';
import type { Bus } from '../bus/bus.ts';
import type { Live } from '../charging/live.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { errorTable, ValleyError } from '../errors.ts';
import type { StationAddress } from '../fleet/station-address.ts';
import type { Log } from '../log.ts';
import type { DemoParts } from '../demo/demo.router.ts';
import { auditedDb } from './audited-db.ts';
import { untilRevoked } from './stream-guard.ts';

/** What procedures reach the world through. `siteUrl`: the portal's address, for links in mails. */
export type Deps = {
  db: Db;
  bus: Bus;
  clock: Clock;
  log: Log;
  stationAddress: StationAddress;
  siteUrl: string;
  mailer: Mailer;
  /** The open pages of this process. */
  live: Live;
  /** The street to play with; null outside the demo. */
  demo: DemoParts | null;
};

/** `remoteAddress`: where the request comes from; absent where a page asks on a person's behalf. */
export type Context = {
  deps: Deps;
  principal: Requester | null;
  remoteAddress?: string | null | undefined;
};

type PublicScope = Extract<Scope, `public:${string}`>;
type PersonScope = Exclude<Scope, PublicScope | KeyScope>;

/**
 * `own`: rows of the principal's tenant only, by row-level security; `all`: the platform's own
 * people, who see every organisation; `none`: nothing of a tenant.
 */
export type ProcedureMeta = { scope: Scope; tenant: 'own' | 'all' | 'none' };

const OUR_FAULT = 'Something went wrong on our side. Try again; if it stays, tell the operator.';

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    sse: {
      ping: { enabled: true, intervalMs: 10_000 },
      client: { reconnectAfterInactivityMs: 25_000 },
    },
    errorFormatter: ({ shape, error }) => {
      const { stack: _stack, ...data } = shape.data;
      const internal = error.code === 'INTERNAL_SERVER_ERROR';
      const fields = error.cause instanceof ZodError ? fieldsOf(error.cause) : null;
      const [firstField] = Object.values(fields ?? {});
      return {
        ...shape,
        message: internal ? OUR_FAULT : (firstField ?? shape.message),
        data: { ...data, fields },
      };
    },
  });

function fieldsOf(error: ZodError): Record<string, string> {
  return Object.fromEntries(error.issues.map(({ path, message }) => [path.join('.'), message]));
}

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

const convertErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok || !(result.error.cause instanceof ValleyError)) return result;
  throw asTrpcError(result.error.cause);
});

/** asTrpcError is how a refusal of ours leaves by tRPC. */
export function asTrpcError(cause: ValleyError): TRPCError {
  return new TRPCError({ code: errorTable[cause.code].trpc, message: cause.message, cause });
}

function tenantOf(scope: Scope): ProcedureMeta['tenant'] {
  if (scope.startsWith('platform:')) return 'all';
  return scope.startsWith('public:') || scope.startsWith('account:') ? 'none' : 'own';
}

/** Every mutation writes its audit entry in the tx of its change: here, and nowhere else. */
const audited = t.middleware(({ ctx, type, path, next }) => {
  if (type !== 'mutation') return next();
  const { deps, principal, remoteAddress } = ctx;
  const person = principal !== null && isPerson(principal) ? principal : null;
  const db = auditedDb(deps.db, {
    requestId: randomUUID(),
    personId: person?.personId ?? null,
    keyId: principal !== null && !isPerson(principal) ? principal.keyId : null,
    tenantId: principal?.tenantId ?? null,
    action: path,
    address: remoteAddress ?? null,
  });
  return next({ ctx: { deps: { ...deps, db } } });
});

/** Every stream ends within a moment of losing the right to it. */
function guardStreams(scope: Scope) {
  return t.middleware(async ({ ctx, type, next }) => {
    const result = await next();
    const { principal, deps } = ctx;
    if (type !== 'subscription' || !result.ok || principal === null) return result;
    if (!isPerson(principal) || !isIterable(result.data)) return result;
    const { sid, tenantId } = principal;
    const maySee = async () => {
      const member = await memberOfSignIn(deps.db, sid);
      return member !== null && member.tenantId === tenantId && isGranted(member, scope);
    };
    return { ...result, data: untilRevoked({ source: result.data, bus: deps.bus, sid, maySee }) };
  });
}

function isIterable(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data;
}

function decided(scope: Scope) {
  return t.procedure
    .meta({ scope, tenant: tenantOf(scope) })
    .use(convertErrors)
    .use(({ ctx, next }) => {
      if (isGranted(ctx.principal, scope)) return next();
      throw ctx.principal === null
        ? notSignedIn()
        : new TRPCError({
            code: 'FORBIDDEN',
            message: 'Your role may not do this. Ask an administrator.',
          });
    })
    .use(audited)
    .use(guardStreams(scope));
}

function ofPerson(scope: Scope) {
  return decided(scope).use(({ ctx, next }) => {
    const { principal } = ctx;
    if (principal === null || !isPerson(principal)) throw notSignedIn();
    return next({ ctx: { principal: principal satisfies Principal } });
  });
}

function ofOrganisation(scope: Scope) {
  return decided(scope).use(({ ctx, next }) => {
    if (ctx.principal === null) throw notSignedIn();
    return next({ ctx: { principal: ctx.principal } });
  });
}

/**
 * scoped builds a procedure for who holds the scope: `ctx.principal` is a person, or for scopes that
 * an API key may carry a person or a key. With `open` it is the only way to build one, so none
 * exists without a decision on access, and none without the audit, tenant and stream rules above.
 */
export function scoped(scope: KeyScope): ReturnType<typeof ofOrganisation>;
export function scoped(scope: PersonScope): ReturnType<typeof ofPerson>;
export function scoped(scope: KeyScope | PersonScope) {
  return isKeyScope(scope) ? ofOrganisation(scope) : ofPerson(scope);
}

/** open builds a procedure for anybody; `ctx.principal` is null where nobody is signed in. */
export function open(scope: PublicScope) {
  return decided(scope);
}

function notSignedIn(): TRPCError {
  return new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
}
