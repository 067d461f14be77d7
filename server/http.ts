import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import createNext from 'next';
import { isGranted } from './auth/grants.ts';
import type { Scope } from './auth/grants.ts';
import { createMailer } from './auth/mail.ts';
import {
  createAuthOptions,
  REMOTE_ADDRESS_HEADER,
  signInRequest,
} from './auth/next-auth-options.ts';
import { oidcFrom } from './auth/oidc.ts';
import { setNextAuthUrl } from './auth/next-auth-env.ts';
import { principalFrom } from './auth/principal.ts';
import { rolesPresent } from './auth/access.store.ts';
import type { AuthDeps } from './auth/sign-in.ts';
import type { Bus } from './bus/bus.ts';
import { liveOf } from './charging/live.ts';
import { createClientAddress } from './client-address.ts';
import type { Clock } from './clock.ts';
import type { Db } from './db/client.ts';
import { storedMigration } from './db/stored-migration.ts';
import { demoParts } from './demo/demo-parts.ts';
import type { Env } from './env.ts';
import { stationAddress } from './fleet/station-address.ts';
import type { Log } from './log.ts';
import { isForeign, setSecurityHeaders } from './request-guard.ts';
import { setRuntime } from './runtime.ts';
import { appRouter, createCaller } from './trpc/root.ts';
import { createRequests } from './trpc/http-context.ts';
import type { Deps } from './trpc/init.ts';

const BATCH_MAX = 20;
const BODY_MAX_BYTES = 1024 * 1024;
const TRPC_PATH = '/api/trpc/';
const CLOSE_GRACE_MS = 3_000;

export type WebArgs = {
  db: Db;
  bus: Bus;
  clock: Clock;
  log: Log;
  env: Env;
  /** Valley's version, as `/healthz` tells it. */
  version: string;
  /** Folder with `.next` and `app`; the clone's root where left out. */
  dir?: string;
};

export type Web = {
  server: Server;
  /** @returns the port, also where `port` was 0. Resolves when pages can be served. */
  listen(port: number, host: string): Promise<number>;
  /** Ends streams and stops listening; resolves within a few seconds. */
  close(): Promise<void>;
};

type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/**
 * createWeb makes the portal's server: `/healthz`, `/api/trpc/*` by tRPC, all else by Next.
 * @throws Error where VALLEY_SECRET is missing: the supervisor makes one.
 */
export function createWeb(args: WebArgs): Web {
  const { db, bus, clock, log, env } = args;
  const { VALLEY_SECRET: secret, VALLEY_URL: siteUrl } = env;
  if (secret === undefined) throw new Error('VALLEY_SECRET is not set: start Valley by npm start.');
  const secure = siteUrl?.startsWith('https:') ?? false;
  const auth: AuthDeps = { db, secret, secure };
  const deps: Deps = {
    db,
    bus,
    clock,
    log,
    stationAddress: stationAddress(env),
    siteUrl: siteUrl?.replace(/\/$/, '') ?? `http://localhost:${env.VALLEY_PORT}`,
    mailer: createMailer(env, log),
    live: liveOf(args),
    demo: demoParts(env),
  };
  const state: { pages: Handle | null } = { pages: null };
  openRuntime(args, auth, deps);

  const clientAddress = createClientAddress(env.VALLEY_TRUSTED_PROXIES);
  const trpc = trpcHandler(auth, deps);
  const handle: Handle = async (request, response) => {
    setSecurityHeaders(request, response, secure);
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/healthz') return await answerHealth(args, state.pages !== null, response);
    if (isForeign(request, siteUrl))
      return refuse(response, 403, 'This request comes from another site.');
    // Whatever the client wrote is replaced: from here on this is the address limits count by.
    request.headers[REMOTE_ADDRESS_HEADER] = clientAddress(request);
    if (path.startsWith(TRPC_PATH)) return trpc(request, response);
    if (state.pages === null)
      return refuse(response, 503, 'Valley is starting. Try again in a few seconds.');
    return await state.pages(request, response);
  };
  const server = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch((error: unknown) => {
      log.error({ error: String(error) }, 'request failed');
      if (!response.headersSent)
        refuse(response, 500, 'Something went wrong on our side. Try again.');
      else response.destroy();
    });
  });
  return {
    server,
    ...lifecycle(server, args, (pages) => {
      state.pages = pages;
    }),
  };
}

function lifecycle(
  server: Server,
  args: WebArgs,
  onPages: (pages: Handle) => void,
): Pick<Web, 'listen' | 'close'> {
  let closePages: () => Promise<void> = async () => undefined;
  return {
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          resolve();
        });
      });
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      setNextAuthUrl(args.env.VALLEY_URL ?? `http://localhost:${bound}`);
      const next = createNext({
        dev: false,
        dir: args.dir ?? process.cwd(),
        httpServer: server,
        port: bound,
        quiet: true,
      });
      await next.prepare();
      closePages = () => next.close();
      const pages = next.getRequestHandler();
      onPages((request, response) => pages(request, response));
      return bound;
    },
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeIdleConnections();
      const timer = setTimeout(() => {
        server.closeAllConnections();
      }, CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
      await closePages();
    },
  };
}

function openRuntime(args: WebArgs, auth: AuthDeps, deps: Deps): void {
  const mode = args.env.VALLEY_MODE;
  const oidc = oidcFrom(args.env);
  const waysIn = { link: deps.mailer.canSend, oidc: oidc?.name ?? null };
  setRuntime({
    mode,
    speed: () => args.clock.speed(),
    authOptions: (request) =>
      createAuthOptions({ ...auth, log: args.log, mode, link: waysIn.link, oidc }, request),
    signInRequest,
    waysIn,
    outbox: () => deps.mailer.outbox(),
    forRequest: async (cookieHeader) => {
      const principal = await principalFrom(auth, cookieHeader);
      const may = (scope: Scope) => isGranted(principal, scope);
      return { principal, caller: createCaller({ deps, principal }), may };
    },
    demoRoles: async () => (mode === 'demo' ? await rolesPresent(args.db) : []),
  });
}

function trpcHandler(auth: AuthDeps, deps: Deps): Handle {
  return createHTTPHandler({
    router: appRouter,
    basePath: TRPC_PATH,
    maxBodySize: BODY_MAX_BYTES,
    maxBatchSize: BATCH_MAX,
    // The address is the header's, which the server itself has set.
    ...createRequests(auth, deps, (req) => String(req.headers[REMOTE_ADDRESS_HEADER] ?? '')),
    onError: ({ error, path }) => {
      if (error.code !== 'INTERNAL_SERVER_ERROR') return;
      deps.log.error(
        { path, error: String(error.cause ?? error), stack: error.stack },
        'procedure failed',
      );
    },
  });
}

async function answerHealth(
  args: WebArgs,
  pagesReady: boolean,
  response: ServerResponse,
): Promise<void> {
  const migration = await storedMigration(args.db);
  const database = migration !== null;
  const reason = pagesReady ? 'The database does not answer.' : 'The pages are being loaded.';
  const ready = pagesReady && database;
  response.writeHead(ready ? 200 : 503, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
  });
  response.end(
    JSON.stringify({
      version: args.version,
      role: 'web',
      database: database ? 'ok' : 'unreachable',
      migration,
      ...(ready ? {} : { reason }),
    }),
  );
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(`${sentence}\n`);
}
