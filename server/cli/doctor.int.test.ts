import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '#server/db/test-database.ts';
import { readEnv } from '#server/env.ts';
import {
  checkClock,
  checkDatabase,
  checkNode,
  checkNotices,
  checkPort,
  checkPrices,
  checkStationClocks,
  checkStations,
} from './doctor-checks.ts';
import { examine, formatCheck } from './doctor.ts';

async function serve(listener: RequestListener): Promise<{ server: Server; port: number }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: address !== null && typeof address === 'object' ? address.port : 0 };
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const SITE = `
  INSERT INTO organisation (kind, name) VALUES ('CPO', 'Straatstroom');
  INSERT INTO location (tenant_id, name, bidding_zone, sale_price_micro)
    VALUES (1, 'Dorpsplein', 'NL', 450000);
  INSERT INTO charging_station (id, tenant_id, location_id, key_hash)
    SELECT station, 1, id, sha256('key') FROM location, (VALUES ('A1'), ('A2')) x (station);`;
const STAY_IN_REVIEW = `
  INSERT INTO programme_version (tenant_id, version, valid_from, share_bp, driver_bp, msp_bp, cpo_bp, platform_bp)
    VALUES (1, 1, now(), 8000, 6000, 1500, 1500, 1000);
  INSERT INTO contract (tenant_id, kind, bidding_zone, valid_from) VALUES (1, 'DAY_AHEAD', 'NL', now());
  INSERT INTO session (tenant_id, location_id, station_id, evse_id, id_token, programme_version_id,
      contract_id, sale_price_micro, plug_in_at, plug_out_at, state, settle_state)
    SELECT 1, l.id, 'A1', 1, 'CARD', p.id, c.id, 450000, now(), now(), 'CLOSED', 'REVIEW'
      FROM location l, programme_version p, contract c;`;
const PRICE = `
  INSERT INTO price_document (bidding_zone, source, digest, published_at)
    VALUES ('NL', 'test', sha256('x'), now());
  INSERT INTO day_ahead_price (bidding_zone, start_at, minutes, version, price_ticks, document_id)
    VALUES ('NL', now() + $1::interval, 15, 1, 5000, 1);`;

describe('ports', () => {
  const question = { name: 'portal', host: '127.0.0.1', variable: 'VALLEY_PORT' } as const;

  test('a port that Valley serves is recognised by its health answer', async () => {
    const { server, port } = await serve((_, response) => {
      response.end(JSON.stringify({ role: 'web', version: '0.1.0' }));
    });
    expect(await checkPort({ ...question, port })).toMatchObject({
      check: { ok: true },
      isOurs: true,
    });
    server.close();
    expect(await checkPort({ ...question, port })).toMatchObject({
      check: { ok: true },
      isOurs: false,
    });
  });

  test('a port of another program fails with the variable to set', async () => {
    const { server, port } = await serve((_, response) => {
      response.end('hello');
    });
    const { check, isOurs } = await checkPort({ ...question, port });
    expect([check.ok, isOurs]).toEqual([false, false]);
    expect(check.remedy).toContain('VALLEY_PORT');
    server.close();
  });
});

describe('database', () => {
  test('one without migrations fails, one with all of them passes', async () => {
    await using empty = await testDatabase({ empty: true });
    expect(await checkDatabase(empty.ownerUrl, 'here')).toMatchObject({ ok: false });
    await using full = await testDatabase();
    expect(await checkDatabase(full.ownerUrl, 'here')).toMatchObject({ ok: true });
  });

  test('one that does not answer fails with what to check', async () => {
    const check = await checkDatabase('postgres://a:b@127.0.0.1:1/x', '127.0.0.1:1/x');
    expect(check.ok).toBe(false);
    expect(check.remedy).toContain('DATABASE_URL');
  });

  test('the clock of this machine agrees with itself', async () => {
    await using world = await testDatabase();
    const check = await withClient(world.ownerUrl, checkClock);
    expect(check.detail).toMatch(/database [+-]?\d+ ms from this machine/);
  });
});

describe('prices and stations', () => {
  test('prices that end before now fail, and those that reach beyond pass', async () => {
    await using world = await testDatabase();
    await withClient(world.ownerUrl, async (client) => {
      expect(await checkPrices(client)).toMatchObject({ ok: true });
      await client.query(SITE);
      expect(await checkPrices(client)).toMatchObject({ ok: false, detail: 'NL: none' });
      await client.query(PRICE.replace('$1', "'-1 hour'"));
      expect(await checkPrices(client)).toMatchObject({ ok: false });
      await client.query("UPDATE day_ahead_price SET start_at = now() + interval '1 hour'");
      expect(await checkPrices(client)).toMatchObject({ ok: true });
    });
  });

  test('a clock row moves the moment the prices must reach', async () => {
    await using world = await testDatabase();
    await withClient(world.ownerUrl, async (client) => {
      await client.query(SITE + PRICE.replace('$1', "'1 hour'"));
      await client.query(
        "INSERT INTO clock (real_anchor, sim_anchor, speed) VALUES (now(), now() + '1 day', 60)",
      );
      expect(await checkPrices(client)).toMatchObject({ ok: false });
    });
  });

  test('absent stations are named while the gateway runs', async () => {
    await using world = await testDatabase();
    await withClient(world.ownerUrl, async (client) => {
      await client.query(SITE);
      await client.query(
        "INSERT INTO connection (station_id, tenant_id, node, protocol, connected_at) VALUES ('A1', 1, 'n', 'ocpp1.6', now())",
      );
      expect(await checkStations(client, true)).toMatchObject({
        ok: true,
        detail: '1 of 2 connected; not yet seen: A2',
      });
      await client.query('UPDATE connection SET closed_at = now()');
      expect(await checkStations(client, true)).toMatchObject({
        ok: false,
        detail: '0 of 2 connected; absent: A1; not yet seen: A2',
      });
      expect(await checkStations(client, false)).toMatchObject({ ok: true });
    });
  });
});

describe('what the stations told', () => {
  test('open events and messages without a transaction are counted until they are settled', async () => {
    await using world = await testDatabase();
    await withClient(world.ownerUrl, async (client) => {
      await client.query(SITE);
      expect(await checkNotices(client)).toMatchObject({ ok: true });
      await client.query(`
        INSERT INTO station_event (tenant_id, station_id, kind, severity, happened_at, received_at)
          VALUES (1, 'A1', 'BOOT', 'INFO', now(), now()), (1, 'A1', 'STATUS', 'WARNING', now(), now());
        INSERT INTO parked_message (tenant_id, station_id, action, payload, reason, received_at)
          VALUES (1, 'A2', 'StopTransaction', '{}', 'UNKNOWN_TRANSACTION', now())`);
      const check = await checkNotices(client);
      expect(check).toMatchObject({ ok: false });
      expect(check.detail).toBe(
        '1 open event(s), 1 message(s) without their transaction, 0 stay(s) that cannot be settled',
      );
      await client.query('UPDATE station_event SET resolved_at = now()');
      await client.query('UPDATE parked_message SET resolved_at = now()');
      expect(await checkNotices(client)).toMatchObject({ ok: true });
      await client.query(STAY_IN_REVIEW);
      const withStay = await checkNotices(client);
      expect(withStay.ok).toBe(false);
      expect(withStay.detail).toContain('1 stay(s) that cannot be settled');
    });
  });

  test('a clock that is minutes off is named, in simulated time only where latency cannot explain it', async () => {
    await using world = await testDatabase();
    await withClient(world.ownerUrl, async (client) => {
      await client.query(SITE);
      await client.query("UPDATE charging_station SET skew_ms = 180000 WHERE id = 'A1'");
      expect(await checkStationClocks(client)).toMatchObject({ ok: false, detail: 'A1 3 min slow' });
      await client.query(
        'INSERT INTO clock (real_anchor, sim_anchor, speed) VALUES (now(), now(), 60)',
      );
      expect(await checkStationClocks(client)).toMatchObject({ ok: true });
    });
  });
});

test('a machine without any data passes without a database being made', async () => {
  const dataDir = path.join(tmpdir(), `valley-none-${process.pid}`);
  const ports = { VALLEY_PORT: '39871', VALLEY_OCPP_PORT: '39872' };
  const checks = await examine(readEnv({ VALLEY_DATA_DIR: dataDir, ...ports }));
  expect(checks.map((check) => check.name)).toEqual(['node', 'portal', 'gateway', 'database']);
  expect(checks.find((check) => check.name === 'database')?.detail).toContain('none yet');
});

test('an old Node fails with what to do, on a line of its own', () => {
  expect(checkNode('24.21.0').ok).toBe(true);
  expect(checkNode('20.20.2').ok).toBe(false);
  expect(formatCheck(checkNode('20.20.2'))).toMatch(/^✗ node {6}Node 20\.20\.2\n {12}→ Start/);
});
