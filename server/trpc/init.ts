import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { ZodError } from 'zod';
import { isGranted } from '../auth/grants.ts';
import type { Scope } from '../auth/grants.ts';
import type { Principal } from '../auth/principal.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { errorTable, ValleyError } from '../errors.ts';
import type { Log } from '../log.ts';

/** What procedures reach the world through. */
export type Deps = { db: Db; bus: Bus; clock: Clock; log: Log; ocppUrl: string };

export type Context = {
  deps: Deps;
  principal: Principal | null;
  /** The socket's own address; absent where a page of the portal itself asks. */
  remoteAddress?: string | undefined;
};

type PublicScope = Extract<Scope, `public:${string}`>;

/** `tenant: 'own'`: rows of the principal's tenant only, by row-level security. */
export type ProcedureMeta = { scope: Scope; tenant: 'own' | 'none' };

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
  const { cause } = result.error;
  throw new TRPCError({ code: errorTable[cause.code].trpc, message: cause.message, cause });
});

function decided(scope: Scope) {
  const tenant = scope.startsWith('public:') || scope.startsWith('account:') ? 'none' : 'own';
  return t.procedure
    .meta({ scope, tenant })
    .use(convertErrors)
    .use(({ ctx, next }) => {
      const role = ctx.principal?.role ?? null;
      if (isGranted(role, scope)) return next();
      throw role === null
        ? notSignedIn()
        : new TRPCError({
            code: 'FORBIDDEN',
            message: 'Your role may not do this. Ask an administrator.',
          });
    });
}

/**
 * scoped builds a procedure for people who are signed in and hold the scope. With `open` it is the
 * only way to build one, so none exists without a decision on access.
 */
export function scoped(scope: Exclude<Scope, PublicScope>) {
  return decided(scope).use(({ ctx, next }) => {
    if (ctx.principal === null) throw notSignedIn();
    return next({ ctx: { principal: ctx.principal } });
  });
}

/** open builds a procedure for anybody; `ctx.principal` is null where nobody is signed in. */
export function open(scope: PublicScope) {
  return decided(scope);
}

function notSignedIn(): TRPCError {
  return new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
}
