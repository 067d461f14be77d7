import type { NextAuthOptions } from 'next-auth';
import type { Db } from '../db/client.ts';
import type { Env } from '../env.ts';
import { proveAddress } from './one-time-link.ts';

type Provider = NextAuthOptions['providers'][number];

/** An OpenID Connect provider, as the environment names it. */
export type OidcSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What its button says. */
  name: string;
};

type OidcEnv = Pick<
  Env,
  | 'VALLEY_OIDC_ISSUER'
  | 'VALLEY_OIDC_CLIENT_ID'
  | 'VALLEY_OIDC_CLIENT_SECRET'
  | 'VALLEY_OIDC_NAME'
>;

/** oidcFrom reads the provider out of the environment, null where none is set. */
export function oidcFrom(env: OidcEnv): OidcSettings | null {
  const { VALLEY_OIDC_ISSUER: issuer, VALLEY_OIDC_NAME: name = 'single sign-on' } = env;
  const { VALLEY_OIDC_CLIENT_ID: clientId, VALLEY_OIDC_CLIENT_SECRET: clientSecret } = env;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  return { issuer, clientId, clientSecret, name };
}

/** What a provider says of a person. */
export type OidcProfile = {
  id: string;
  issuer: string;
  email: string | null;
  emailVerified: boolean;
};

type Claims = Record<string, unknown>;
type UserinfoArgs = {
  client: { userinfo(tokens: unknown): Promise<Claims> };
  tokens: { claims(): Claims };
};

/** oidcProvider is any provider with a discovery document: code flow with PKCE, state and nonce. */
export function oidcProvider(settings: OidcSettings): Provider {
  const { clientId, clientSecret, name } = settings;
  const issuer = settings.issuer.replace(/\/$/, '');
  return {
    id: 'oidc',
    name,
    type: 'oauth',
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    authorization: { params: { scope: 'openid email profile' } },
    clientId,
    clientSecret,
    userinfo: {
      // Some providers put the address into the signed token, others tell it when asked only.
      request: async ({ client, tokens }: UserinfoArgs): Promise<Claims> => {
        const claims = tokens.claims();
        if (claims['email'] !== undefined) return claims;
        return { ...(await client.userinfo(tokens)), ...claims };
      },
    },
    profile: profileFrom,
    options: {},
  } as unknown as Provider;
}

function profileFrom(claims: Claims): OidcProfile {
  const { sub, iss, email, email_verified: verified } = claims;
  return {
    id: String(sub),
    issuer: String(iss),
    email: typeof email === 'string' ? email.trim().toLowerCase() : null,
    emailVerified: verified === true || verified === 'true',
  };
}

/**
 * personOfProfile finds whom a provider vouches for: by its subject where it was here before, else
 * once by an address that the provider has verified. An account is never made: people are invited.
 */
export async function personOfProfile(db: Db, profile: OidcProfile): Promise<string | null> {
  const { issuer, id: subject, email, emailVerified } = profile;
  return await db.open.$transaction(async (tx) => {
    const known = await tx.personIdentity.findUnique({
      where: { issuer_subject: { issuer, subject } },
      include: { person: true },
    });
    if (known !== null) return known.person.disabledAt === null ? known.personId : null;
    if (email === null || !emailVerified) return null;
    const person = await tx.person.findUnique({ where: { email } });
    if (person === null || person.disabledAt !== null) return null;
    await tx.personIdentity.create({ data: { issuer, subject, personId: person.id } });
    await proveAddress(tx, person.id);
    return person.id;
  });
}
