import type { NextAuthOptions, User } from 'next-auth';
import { ValleyError } from '../errors.ts';
import type { Log } from '../log.ts';
import { isRole } from './grants.ts';
import { oidcProvider, personOfProfile } from './oidc.ts';
import type { OidcProfile, OidcSettings } from './oidc.ts';
import { takeSignInLink } from './one-time-link.ts';
import {
  createPasswordDoor,
  demoSignIn,
  revokeSignIn,
  SIGN_IN_SECONDS,
  sessionCookieName,
  startSignIn,
} from './sign-in.ts';
import type { AuthDeps, Entered } from './sign-in.ts';

type Provider = NextAuthOptions['providers'][number];
type Given = Record<string, unknown>;

/** The header in which the web server hands the client's address to the sign-in. */
export const REMOTE_ADDRESS_HEADER = 'x-valley-remote-address';

/** Where a request comes from; a sign-in that is refused for its number notes the seconds to wait. */
export type SignInRequest = { address: string; device: string | null; waitS: number };

export type WaysIn = {
  mode: 'demo' | 'live' | 'replay';
  /** Mails can be sent. */
  link: boolean;
  oidc: OidcSettings | null;
  log: Log;
};

const DEVICE_MAX = 300;

/** signInRequest reads where a request comes from out of its headers. */
export function signInRequest(headers: { get(name: string): string | null }): SignInRequest {
  return {
    address: headers.get(REMOTE_ADDRESS_HEADER) ?? '',
    device: headers.get('user-agent')?.slice(0, DEVICE_MAX) ?? null,
    waitS: 0,
  };
}

/**
 * createAuthOptions configures next-auth for one request. The provider `demo` (one tap per role)
 * exists in mode `demo` only; the cookie carries nothing but the sign-in's id, and `session.update`
 * changes nothing.
 */
export function createAuthOptions(
  deps: AuthDeps & WaysIn,
  request: SignInRequest,
): NextAuthOptions {
  const { db, secret, secure, log, oidc } = deps;
  return {
    secret,
    providers: providersOf(deps, request),
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
      signIn: async ({ user, account }) => {
        if (account?.type !== 'oauth' || oidc === null) return sidOf(user) !== null;
        const entered = await enterByProvider(deps, user as unknown as OidcProfile, request);
        if (entered === null) return '/sign-in?error=NoAccount';
        Object.assign(user, { id: entered.personId, sid: entered.sid });
        return true;
      },
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

function providersOf(deps: AuthDeps & WaysIn, request: SignInRequest): Provider[] {
  const { db, mode, link, oidc } = deps;
  const enter = createPasswordDoor(db);
  const { device, address } = request;
  const password = credentials('credentials', async (given) => {
    const { email, password: text } = given;
    if (typeof email !== 'string' || typeof text !== 'string') return null;
    const known = { email: email.slice(0, 320), password: text.slice(0, 1000) };
    return await noting(request, () => enter({ ...known, remoteAddress: address, device }));
  });
  const byLink = credentials('link', async ({ token }) => {
    const personId = typeof token === 'string' ? await takeSignInLink(db, token) : null;
    if (personId === null) return null;
    return { personId, sid: await startSignIn(db, personId, { method: 'LINK', device, address }) };
  });
  const byRole = credentials('demo', async ({ role }) =>
    typeof role === 'string' && isRole(role) ? await demoSignIn(db, role, { device, address }) : null,
  );
  return [
    password,
    ...(link ? [byLink] : []),
    ...(oidc === null ? [] : [oidcProvider(oidc)]),
    ...(mode === 'demo' ? [byRole] : []),
  ];
}

/** next-auth keeps a refusal's sentence only: the seconds to wait go past it. */
async function noting<T>(request: SignInRequest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ValleyError) request.waitS = error.retryAfterS ?? 0;
    throw error;
  }
}

async function enterByProvider(
  { db }: AuthDeps,
  profile: OidcProfile,
  { device, address }: SignInRequest,
): Promise<Entered | null> {
  const personId = await personOfProfile(db, profile);
  if (personId === null) return null;
  return { personId, sid: await startSignIn(db, personId, { method: 'OIDC', device, address }) };
}

function sidOf(user: unknown): string | null {
  const sid: unknown = (user as { sid?: unknown }).sid;
  return typeof sid === 'string' ? sid : null;
}

// Written out as an object: next-auth's own helper is a CommonJS default export, which differs
// between Node and the bundler.
function credentials(id: string, enter: (given: Given) => Promise<Entered | null>): Provider {
  return {
    id,
    name: id,
    type: 'credentials',
    credentials: {},
    authorize: async (given: unknown) => {
      const entered = await enter((given ?? {}) as Given);
      return entered === null ? null : { id: entered.personId, sid: entered.sid };
    },
    options: {},
  } as unknown as Provider;
}
