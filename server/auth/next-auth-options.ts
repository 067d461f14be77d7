import type { NextAuthOptions, User } from 'next-auth';
import type { Log } from '../log.ts';
import { isRole } from './grants.ts';
import {
  createPasswordDoor,
  demoSignIn,
  revokeSignIn,
  SIGN_IN_SECONDS,
  sessionCookieName,
} from './sign-in.ts';
import type { AuthDeps } from './sign-in.ts';

type Provider = NextAuthOptions['providers'][number];
type SignInRequest = { headers?: Record<string, unknown> };

/** The header in which the web server hands the socket's address to the sign-in. */
export const REMOTE_ADDRESS_HEADER = 'x-valley-remote-address';

/**
 * createAuthOptions configures next-auth. The provider `demo` (one tap per role) exists in mode
 * `demo` only; the cookie carries nothing but the sign-in's id, and `session.update` changes nothing.
 */
export function createAuthOptions(
  deps: AuthDeps & { log: Log; mode: 'demo' | 'live' | 'replay' },
): NextAuthOptions {
  const { db, secret, secure, log, mode } = deps;
  return {
    secret,
    providers: [passwordProvider(deps), ...(mode === 'demo' ? [demoProvider(deps)] : [])],
    session: { strategy: 'jwt', maxAge: SIGN_IN_SECONDS },
    pages: { signIn: '/sign-in', error: '/sign-in', signOut: '/sign-in' },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(secure),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
      },
    },
    callbacks: {
      jwt: ({ token, user }) => {
        const signedIn: User | undefined = user;
        return signedIn === undefined ? token : { sid: sidOf(signedIn) };
      },
      session: ({ session }) => ({ expires: session.expires }),
      redirect: ({ baseUrl }) => baseUrl,
    },
    events: {
      signOut: async ({ token }) => {
        const sid: unknown = token['sid'];
        if (typeof sid === 'string') await revokeSignIn(db, sid);
      },
    },
    logger: {
      error: (code) => log.warn({ code }, 'sign-in failed'),
      warn: (code) => log.debug({ code }, 'sign-in warning'),
      debug: () => undefined,
    },
  };
}

function sidOf(user: User): string | null {
  const sid: unknown = (user as { sid?: unknown }).sid;
  return typeof sid === 'string' ? sid : null;
}

// Written out as objects: next-auth's own helper is a CommonJS default export, which differs
// between Node and the bundler.
function passwordProvider(deps: AuthDeps): Provider {
  const enter = createPasswordDoor(deps.db);
  return {
    id: 'credentials',
    name: 'Password',
    type: 'credentials',
    credentials: {},
    authorize: async (given: unknown, request: SignInRequest) => {
      const { email, password } = (given ?? {}) as Record<string, unknown>;
      if (typeof email !== 'string' || typeof password !== 'string') return null;
      const remoteAddress = String(request.headers?.[REMOTE_ADDRESS_HEADER] ?? '');
      const entered = await enter({
        email: email.slice(0, 320),
        password: password.slice(0, 1000),
        remoteAddress,
      });
      return entered === null ? null : { id: entered.personId, sid: entered.sid };
    },
    options: {},
  } as unknown as Provider;
}

function demoProvider(deps: AuthDeps): Provider {
  return {
    id: 'demo',
    name: 'Demo',
    type: 'credentials',
    credentials: {},
    authorize: async (given: unknown) => {
      const { role } = (given ?? {}) as Record<string, unknown>;
      if (typeof role !== 'string' || !isRole(role)) return null;
      const entered = await demoSignIn(deps.db, role);
      return entered === null ? null : { id: entered.personId, sid: entered.sid };
    },
    options: {},
  } as unknown as Provider;
}
