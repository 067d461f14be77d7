import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { addTenant, bareSession, type World } from './world.fixture.ts';
import { adjustment, createLedgerWorld, settlement, type LedgerWorld } from './ledger.fixture.ts';
import { createDb } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { testDatabase } from '../db/test-database.ts';

let world: LedgerWorld;
beforeAll(async () => {
  world = await createLedgerWorld();
  for (const [tenant, stationId] of [[world, 'ST-1'], [world.other, 'OT-1']] as const) {
    const sessionId = await bareSession(world, tenant, stationId);
    await world.post([settlement({ tenant, sessionId })]);
    await fill(world, tenant.tenantId, { sessionId, stationId });
  }
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

/** One row of `tenantId` in every table that its sessions fill. */
async function fill(into: World, tenantId: number, { sessionId, stationId }: { sessionId: string; stationId: string }): Promise<void> {
  const insert = (table: string, columns: string, values: string) =>
    into.rows(`INSERT INTO ${table} (tenant_id, ${columns}) VALUES (${tenantId}, ${values})`);
  await insert('transaction', 'session_id, station_id, evse_id, ocpp_id, id_token, started_at, started_received_at, meter_start_milli_wh',
    `'${sessionId}', '${stationId}', 1, 'T-${tenantId}', 'CARD', now(), now(), 0`);
  await insert('meter_reading', 'station_id, evse_id, measured_at, received_at, context, digest, samples',
    `'${stationId}', 1, now(), now(), 'Sample.Periodic', 1, '[]'`);
  await insert('charging_preference', 'session_id, version, source, request_id, made_at', `'${sessionId}', 1, 'DRIVER', gen_random_uuid(), now()`);
  await insert('plan', 'session_id, version, reason, made_at, digest, content', `'${sessionId}', 1, 'PLUG_IN', now(), '\\x00', '{}'`);
  await insert('command', 'station_id, action, payload, requested_at', `'${stationId}', 'Reset', '{}', now()`);
  await insert('parked_message', 'station_id, action, payload, reason, received_at', `'${stationId}', 'StopTransaction', '{}', 'x', now()`);
  await insert('station_event', 'station_id, kind, happened_at, received_at', `'${stationId}', 'X', now(), now()`);
  await insert('connection', 'station_id, node, protocol, connected_at', `'${stationId}', 'n', 'ocpp1.6', now()`);
  await insert('power_limit', 'location_id, limit_w, valid_from',
    `(SELECT id FROM location WHERE tenant_id = ${tenantId} LIMIT 1), 1000, now()`);
  await into.rows(`INSERT INTO membership (person_id, organisation_id, tenant_id, role)
    SELECT driver_id, tenant_id, tenant_id, 'DRIVER' FROM id_token WHERE tenant_id = ${tenantId} LIMIT 1`);
}

describe('with the filter removed', () => {
  test('a tenant sees its own rows and no foreign one, in every table that names a tenant', async () => {
    const tables = await world.rows<{ name: string }>(`
      SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.columns
      WHERE column_name = 'tenant_id' AND table_schema IN ('public', 'ledger') ORDER BY 1`);
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) {
      const tenantsSeenBy = (setting: string) => seenBy(setting, `SELECT DISTINCT tenant_id AS id FROM ${name} ORDER BY 1`);
      expect([name, await tenantsSeenBy(String(world.tenantId))]).toEqual([name, [world.tenantId]]);
      expect([name, await tenantsSeenBy(String(world.other.tenantId))]).toEqual([name, [world.other.tenantId]]);
      expect([name, await tenantsSeenBy('')]).toEqual([name, []]);
      expect([name, await tenantsSeenBy('*')]).toEqual([name, [world.tenantId, world.other.tenantId]]);
    }
  });

  test('a tenant writes no foreign row', async () => {
    const as = (tenant: number, sql: string) => world.asApp(`SELECT set_config('app.tenant', '${tenant}', true)`, sql);
    const foreign = world.other.tenantId;
    await expect(as(world.tenantId, `INSERT INTO id_token (tenant_id, uid) VALUES (${foreign}, 'STOLEN')`)).rejects.toThrow(/row-level security/);
    await expect(as(world.tenantId, `UPDATE session SET tenant_id = ${foreign}`)).rejects.toThrow(/row-level security/);
    await as(world.tenantId, "UPDATE session SET id_token = 'MINE'");
    expect(await world.rows("SELECT tenant_id FROM session WHERE id_token = 'MINE'")).toEqual([{ tenant_id: world.tenantId }]);
  });
});

async function seenBy(setting: string, sql: string): Promise<number[]> {
  await world.app.query('BEGIN');
  try {
    await world.app.query("SELECT set_config('app.tenant', $1, true)", [setting]);
    return (await world.app.query<{ id: number }>(sql)).rows.map(({ id }) => id);
  } finally {
    await world.app.query('ROLLBACK');
  }
}

test('the ledger works where the owner of the database is no superuser', async () => {
  await using database = await testDatabase({ empty: true });
  const admin = new pg.Client({ connectionString: database.ownerUrl });
  await admin.connect();
  const role = `plain_${database.name}`;
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'plain' CREATEROLE`);
  await admin.query(`ALTER DATABASE ${database.name} OWNER TO ${role}`);
  const plainUrl = new URL(database.ownerUrl);
  plainUrl.username = role;
  plainUrl.password = 'plain';
  const quiet = { info: () => undefined, warn: () => undefined };
  try {
    await migrate({ url: plainUrl.href, log: quiet });
    const db = createDb(database.appUrl, { connections: 2 });
    try {
      const tenant = await addTenant(db, 'PL');
      const entry = JSON.stringify([adjustment(tenant.tenantId)]);
      await db.withTenant(tenant.tenantId, (tx) => tx.$executeRaw`SELECT ledger.post(${entry}::jsonb)`);
      const balances = await db.withTenant(tenant.tenantId, (tx) =>
        tx.$queryRaw<{ credits: bigint }[]>`SELECT credits FROM ledger.balance ORDER BY credits`);
      expect(balances.map(({ credits }) => credits)).toEqual([0n, 1_000_000n]);
    } finally {
      await db.close();
    }
  } finally {
    await admin.query(`REASSIGN OWNED BY ${role} TO CURRENT_USER`);
    await admin.query(`DROP OWNED BY ${role}`);
    await admin.query(`DROP ROLE ${role}`);
    await admin.end();
  }
});
