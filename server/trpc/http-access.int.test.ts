import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueSession } from '../auth/sign-in.ts';
import { createWeb } from '../http.ts';
import type { Web } from '../http.ts';
import { createWorld } from './world.test-support.ts';
import type { Actor, World } from './world.test-support.ts';

const secret = 'x'.repeat(40);
let world: World;
let web: Web;
let site: string;
let tenantId: number;
let admin: Actor;

beforeAll(async () => {
  world = await createWorld();
  const { db, bus, clock, log } = world.deps;
  const env = {
    VALLEY_HOST: '127.0.0.1',
    VALLEY_PORT: 0,
    VALLEY_OCPP_PORT: 9000,
    VALLEY_SECRET: secret,
    VALLEY_MODE: 'live' as const,
    VALLEY_LOG_LEVEL: 'silent' as const,
    ENTSOE_URL: 'http://localhost',
  };
  web = createWeb({ db, bus, clock, log, env, version: '1' });
  web.server.listen(0, '127.0.0.1');
  await once(web.server, 'listening');
  site = `http://127.0.0.1:${(web.server.address() as AddressInfo).port}`;
  tenantId = await world.addTenant('Canal');
  admin = await world.addPerson(tenantId, 'ADMIN');
});
afterAll(async () => {
  await web.close();
  await world[Symbol.asyncDispose]();
});

async function cookieOf(personId: string): Promise<string> {
  return (await issueSession({ db: world.db, secret, secure: false }, personId)).cookie;
}

const post = (path: string, headers: Record<string, string>, input: object) =>
  fetch(`${site}/api/trpc/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ json: input }),
  });

describe('every answer', () => {
  it('has a policy with a nonce of its own and no inline script without it', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () => (await fetch(site)).headers.get('content-security-policy') ?? ''),
    );
    expect(policies[0]).not.toBe(policies[1]);
    for (const policy of policies) {
      expect(policy).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}=='/);
      expect(policy.split('; ').find((part) => part.startsWith('script-src'))).not.toContain(
        'unsafe',
      );
      expect(policy).toContain("frame-ancestors 'none'");
    }
  });
});

describe('a key in the header', () => {
  it('works without a browser’s Origin, is audited, and lets no cookie count', async () => {
    const { key } = await admin.caller.organisation.createApiKey({
      name: 'Robot',
      scopes: ['fleet:write'],
      days: 1,
    });
    const given = { name: 'By key', address: null, biddingZone: 'NL', salePriceMicro: 400_000 };
    const bearer = { authorization: `Bearer ${key}` };
    expect((await post('fleet.createLocation', bearer, given)).status).toBe(200);
    const [latest] = (await admin.caller.organisation.audit({ before: null })).entries;
    expect(latest).toMatchObject({ action: 'fleet.createLocation', address: '127.0.0.1' });
    expect(latest?.actor).toMatch(/^Robot/);
    const cookie = await cookieOf(admin.personId);
    const both = { cookie, authorization: 'Bearer wrong' };
    expect((await post('fleet.createLocation', both, given)).status).toBe(401);
    const evil = { ...bearer, origin: 'https://evil.example' };
    expect((await post('fleet.createLocation', evil, given)).status).toBe(403);
    const basic = { cookie, authorization: 'Basic eDp5' };
    expect((await post('fleet.createLocation', basic, given)).status).toBe(401);
  });
});

describe('whoever comes too often', () => {
  it('is told 429 and when to come again', async () => {
    const { personId } = await world.addPerson(tenantId, 'CPO');
    const headers = { cookie: await cookieOf(personId) };
    // Each call of a batch counts.
    const path = `${Array.from({ length: 20 }, () => 'account.me').join(',')}?batch=1&input=%7B%7D`;
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => fetch(`${site}/api/trpc/${path}`, { headers })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const other = await world.addPerson(tenantId, 'CPO');
    const fine = await fetch(`${site}/api/trpc/account.me`, {
      headers: { cookie: await cookieOf(other.personId) },
    });
    expect(fine.status).toBe(200);
  });
});

describe('an open page', () => {
  it('is told that its member was removed, without asking', async () => {
    const driver = await world.addPerson(tenantId, 'DRIVER');
    const cookie = await cookieOf(driver.personId);
    const input = encodeURIComponent(JSON.stringify({ json: { sessionId: null } }));
    const streams = await Promise.all(
      ['account.presence', `charging.live?input=${input}`].map((path) =>
        fetch(`${site}/api/trpc/${path}`, { headers: { cookie, accept: 'text/event-stream' } }),
      ),
    );
    const texts = streams.map(async (stream) => await stream.text());
    await admin.caller.organisation.removeMember({ personId: driver.personId });
    // They end by themselves: with no word of the removal they would go on for good.
    for (const text of await Promise.all(texts)) expect(text).toContain('event: return');
  });
});
