import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueSession } from './auth/sign-in.ts';
import { migrationNames } from './db/migrate.ts';
import { createWeb } from './http.ts';
import type { Web } from './http.ts';
import { createWorld } from './trpc/world.test-support.ts';
import type { World } from './trpc/world.test-support.ts';

const secret = 'x'.repeat(40);
let world: World;
let web: Web;
let site: string;
let cookie: string;
let sid: string;

beforeAll(async () => {
  world = await createWorld();
  const { db, bus, clock, log } = world.deps;
  const env = {
    VALLEY_HOST: '127.0.0.1',
    VALLEY_PORT: 0,
    VALLEY_OCPP_PORT: 9000,
    VALLEY_SECRET: secret,
    VALLEY_TRUSTED_PROXIES: '127.0.0.1',
    VALLEY_MODE: 'live' as const,
    VALLEY_LOG_LEVEL: 'silent' as const,
    ENTSOE_URL: 'http://localhost',
  };
  web = createWeb({ db, bus, clock, log, env, version: '1.2.3' });
  // Without the pages: this test is about what stands before them.
  web.server.listen(0, '127.0.0.1');
  await once(web.server, 'listening');
  site = `http://127.0.0.1:${(web.server.address() as AddressInfo).port}`;
  const { personId } = await world.addPerson(await world.addTenant('A'), 'DRIVER');
  ({ cookie, sid } = await issueSession({ db, secret, secure: false }, personId));
});
afterAll(async () => {
  await web.close();
  await world[Symbol.asyncDispose]();
});

const call = (path: string, headers: Record<string, string>, body?: string) =>
  fetch(
    `${site}/api/trpc/${path}`,
    body === undefined
      ? { headers }
      : { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body },
  );
const battery = JSON.stringify({ json: { batteryWh: 60_000 } });

describe('the portal’s server', () => {
  it('is not ready while it has no pages, and says why', async () => {
    const response = await fetch(`${site}/healthz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      version: '1.2.3',
      role: 'web',
      database: 'ok',
      migration: (await migrationNames()).at(-1),
      reason: 'The pages are being loaded.',
    });
  });
  it('sends its guards with every answer and does not name its software', async () => {
    const { headers } = await fetch(`${site}/`);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  });
  it('takes a change from its own page and from nowhere else', async () => {
    expect((await call('driver.setBattery', { cookie, origin: site }, battery)).status).toBe(200);
    expect(
      (await call('driver.setBattery', { cookie, origin: 'https://evil.example' }, battery)).status,
    ).toBe(403);
    expect((await call('driver.setBattery', { cookie }, battery)).status).toBe(403);
    expect(
      (
        await call(
          'driver.setBattery',
          { cookie, origin: site, 'content-type': 'text/plain' },
          battery,
        )
      ).status,
    ).toBe(415);
    expect(
      (await call(`driver.setBattery?input=${encodeURIComponent(battery)}`, { cookie })).status,
    ).toBe(405);
  });
  it('hands on the address that its trusted proxy saw, and not the one a client claims', async () => {
    const seen: unknown[] = [];
    web.server.on('request', ({ headers }) => seen.push(headers['x-valley-remote-address']));
    const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
    await fetch(`${site}/`, { headers: { ...forwarded, 'x-valley-remote-address': '192.0.2.7' } });
    await fetch(`${site}/`);
    expect(seen).toEqual(['203.0.113.9', '127.0.0.1']);
  });
  it('refuses large batches and large bodies', async () => {
    const paths = Array.from({ length: 21 }, () => 'account.me').join(',');
    expect((await call(`${paths}?batch=1&input=%7B%7D`, { cookie })).status).toBe(400);
    const large = JSON.stringify({ json: { batteryWh: 60_000, x: 'x'.repeat(1_100_000) } });
    expect((await call('driver.setBattery', { cookie, origin: site }, large)).status).toBe(413);
  });
  it('tells nothing of what went wrong inside', async () => {
    const response = await call(
      'driver.setBattery',
      { cookie, origin: site },
      '{"json":{"batteryWh":"much"}}',
    );
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).not.toContain('stack');
  });
  it('ends a live stream by itself once its person signed out', async () => {
    const input = encodeURIComponent(JSON.stringify({ json: { sessionId: null } }));
    const response = await fetch(`${site}/api/trpc/charging.live?input=${input}`, {
      headers: { cookie, accept: 'text/event-stream' },
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const readUntil = async (mark: string) => {
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
        text += part.value;
        if (text.includes(mark)) return;
      }
    };
    await readUntil('"json":null');
    await world.db.open.signIn.update({ where: { sid }, data: { revokedAt: new Date() } });
    await world.db.open.$executeRaw`SELECT pg_notify('valley', ${`sign-in ${sid}`})`;
    await readUntil('event: return');
    expect(text).toContain('event: return');
    expect((await call('driver.profile', { cookie })).status).toBe(401);
  });
});
