import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as bodyOf } from 'node:stream/consumers';
import type { NextAuthOptions } from 'next-auth';
import NextAuthModule from 'next-auth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from '../trpc/world.test-support.ts';
import type { World } from '../trpc/world.test-support.ts';
import { setNextAuthUrl } from './next-auth-env.ts';
import { createAuthOptions } from './next-auth-options.ts';
import { cookiesFrom, principalFrom } from './principal.ts';
import { issueSession } from './sign-in.ts';

type NextAuth = (request: object, response: object, options: NextAuthOptions) => Promise<void>;
// A CommonJS default export: the function, or the module around it.
const NextAuthHandler = ((NextAuthModule as unknown as { default?: NextAuth }).default ??
  NextAuthModule) as unknown as NextAuth;

const secret = 'x'.repeat(40);
const clientId = 'valley';
const clientSecret = 'a secret of the provider';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** What the provider says of whoever comes next. */
type Claims = { sub: string; email: string; email_verified: boolean };

let world: World;
let provider: Server;
let portal: Server;
let claims: Claims;
let spoil: (claims: Record<string, unknown>) => Record<string, unknown>;

const urlOf = (server: Server) =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function signed(payload: object): string {
  const head = `${encoded({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${encoded(payload)}`;
  return `${head}.${createSign('RSA-SHA256').update(head).sign(privateKey, 'base64url')}`;
}

/** A provider of one file: discovery, keys, authorization and token, with PKCE checked. */
function createProvider(): Server {
  const asked = new Map<string, { nonce: string; challenge: string; redirect: string }>();
  return createServer((request, response) => {
    const issuer = urlOf(provider);
    const url = new URL(request.url ?? '/', issuer);
    const json = (value: object, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (url.pathname === '/.well-known/openid-configuration') {
      json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    } else if (url.pathname === '/jwks') {
      json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }] });
    } else if (url.pathname === '/authorize') {
      const code = randomUUID();
      const query = url.searchParams;
      const redirect = query.get('redirect_uri') ?? '';
      const nonce = query.get('nonce') ?? '';
      asked.set(code, { nonce, challenge: query.get('code_challenge') ?? '', redirect });
      const back = `${redirect}?${new URLSearchParams({ code, state: query.get('state') ?? '' })}`;
      response.writeHead(302, { location: back });
      response.end();
    } else {
      void answerToken(request, { asked, issuer, json });
    }
  });
}

async function answerToken(
  request: IncomingMessage,
  given: {
    asked: Map<string, { nonce: string; challenge: string; redirect: string }>;
    issuer: string;
    json: (value: object, status?: number) => void;
  },
): Promise<void> {
  const form = new URLSearchParams(await bodyOf(request));
  const code = given.asked.get(form.get('code') ?? '');
  const verifier = form.get('code_verifier') ?? '';
  const basic = Buffer.from(`${clientId}:${encodeURIComponent(clientSecret).replaceAll('%20', '+')}`);
  const isUs = request.headers.authorization === `Basic ${basic.toString('base64')}`;
  const isProven = createHash('sha256').update(verifier).digest('base64url') === code?.challenge;
  if (!isUs || code === undefined || !isProven) {
    given.json({ error: 'invalid_grant' }, 400);
    return;
  }
  const now = Math.floor(Date.now() / 1000);
  const standard = { iss: given.issuer, aud: clientId, iat: now, exp: now + 300, nonce: code.nonce };
  given.json({
    access_token: randomUUID(),
    token_type: 'Bearer',
    id_token: signed(spoil({ ...standard, ...claims })),
  });
}

/** next-auth behind a plain server, as Next would put it behind its own. */
function createPortal(): Server {
  return createServer((request, response) => {
    void handle(request, response);
  });
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', urlOf(portal));
  const path = url.pathname.replace('/api/auth/', '').split('/');
  const body = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
  const from = { address: '192.0.2.1', device: 'Firefox', waitS: 0 };
  const oidc = { issuer: urlOf(provider), clientId, clientSecret, name: 'Test' };
  const auth = { db: world.db, secret, secure: false };
  const options = createAuthOptions(
    { ...auth, mode: 'live', link: false, oidc, log: world.deps.log },
    from,
  );
  const parsed = Object.assign(request, {
    query: { ...Object.fromEntries(url.searchParams), nextauth: path },
    cookies: Object.fromEntries(cookiesFrom(request.headers.cookie)),
    body,
  });
  const answering = Object.assign(response, {
    status: (code: number) => Object.assign(response, { statusCode: code }),
    json: (value: object) => response.end(JSON.stringify(value)),
    send: (value: unknown) => response.end(typeof value === 'string' ? value : JSON.stringify(value)),
    redirect: (to: string) => response.writeHead(302, { location: to }).end(),
  });
  await NextAuthHandler(parsed, answering, options);
}

/** A browser's part: it keeps cookies and follows redirects by hand. */
function createBrowser() {
  const jar = new Map<string, string>();
  const go = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1);
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  return { jar, go };
}

/** Goes the whole way once. @returns where it ended, and the cookie header it ended with. */
async function signInByProvider(): Promise<{ location: string; cookie: string }> {
  const { jar, go } = createBrowser();
  const base = `${urlOf(portal)}/api/auth`;
  const { csrfToken } = (await (await go(`${base}/csrf`)).json()) as { csrfToken: string };
  const started = await go(`${base}/signin/oidc`, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, json: 'true' }),
  });
  const { url } = (await started.json()) as { url: string };
  const back = (await go(url)).headers.get('location') ?? '';
  const ended = await go(back);
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  return { location: ended.headers.get('location') ?? '', cookie };
}

beforeAll(async () => {
  world = await createWorld();
  provider = createProvider();
  portal = createPortal();
  for (const server of [provider, portal]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  setNextAuthUrl(urlOf(portal));
});
afterAll(async () => {
  provider.closeAllConnections();
  portal.closeAllConnections();
  provider.close();
  portal.close();
  await world[Symbol.asyncDispose]();
});

let personId: string;
beforeEach(async () => {
  spoil = (given) => given;
  personId = (await world.addPerson(await world.addTenant('Canal'), 'ADMIN')).personId;
  const { email } = await world.db.open.person.findUniqueOrThrow({ where: { id: personId } });
  claims = { sub: randomUUID(), email: email.toUpperCase(), email_verified: true };
});

const auth = () => ({ db: world.db, secret, secure: false });

describe('a provider of OpenID Connect', () => {
  it('lets a person in by a verified address, and from then on by its subject', async () => {
    const first = await signInByProvider();
    expect(await principalFrom(auth(), first.cookie)).toMatchObject({ personId });
    claims = { ...claims, email: 'moved@example.org', email_verified: false };
    const second = await signInByProvider();
    expect(await principalFrom(auth(), second.cookie)).toMatchObject({ personId });
    const rows = await world.db.open.signIn.findMany({ where: { personId, method: 'OIDC' } });
    expect(rows.map(({ device }) => device)).toEqual(['Firefox', 'Firefox']);
  });

  it('lets nobody in by an address it has not verified, or that nobody has here', async () => {
    claims = { ...claims, email_verified: false };
    const unverified = await signInByProvider();
    claims = { sub: randomUUID(), email: 'stranger@example.org', email_verified: true };
    const stranger = await signInByProvider();
    for (const { location, cookie } of [unverified, stranger]) {
      expect(location).toContain('/sign-in?error=NoAccount');
      expect(await principalFrom(auth(), cookie)).toBeNull();
    }
  });

  it.each([
    ['nonce', { nonce: 'another' }],
    ['audience', { aud: 'another' }],
    ['issuer', { iss: 'https://evil.example' }],
    ['time', { exp: 1 }],
  ])('is not believed with a wrong %s', async (_name, wrong) => {
    spoil = (given) => ({ ...given, ...wrong });
    const { location, cookie } = await signInByProvider();
    expect(location).toContain('error=');
    expect(await principalFrom(auth(), cookie)).toBeNull();
  });

  it('the first time drops a password that was set before the address was shown to be theirs', async () => {
    const { cookie } = await issueSession(auth(), personId);
    const data = { passwordHash: 'scrypt$x$y' };
    await world.db.open.person.update({ where: { id: personId }, data });
    await signInByProvider();
    const person = await world.db.open.person.findUniqueOrThrow({ where: { id: personId } });
    expect(person).toMatchObject({ passwordHash: null, addressProvenAt: expect.any(Date) });
    expect(await principalFrom(auth(), cookie)).toBeNull();
    await world.db.open.person.update({ where: { id: personId }, data });
    await signInByProvider();
    const later = await world.db.open.person.findUniqueOrThrow({ where: { id: personId } });
    expect(later.passwordHash).toBe(data.passwordHash);
  });
});

describe('session.update', () => {
  it('changes nothing of who somebody is', async () => {
    const { cookie, sid } = await issueSession(auth(), personId);
    const { jar, go } = createBrowser();
    const [name = '', value = ''] = cookie.split('=', 2);
    jar.set(name, value);
    const base = `${urlOf(portal)}/api/auth`;
    const { csrfToken } = (await (await go(`${base}/csrf`)).json()) as { csrfToken: string };
    const other = await world.addPerson(await world.addTenant('Harbour'), 'ADMIN');
    const forged = { sid: other.sid, email: 'admin@example.org', role: 'PLATFORM', tenantId: '1' };
    await go(`${base}/session`, {
      method: 'POST',
      body: new URLSearchParams({ csrfToken, ...forged }),
    });
    const after = [...jar].map(([key, text]) => `${key}=${text}`).join('; ');
    expect(await principalFrom(auth(), after)).toMatchObject({ sid, personId });
  });
});
