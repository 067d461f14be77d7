import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { addTenant, bareSession } from './world.fixture.ts';
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
  }
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

// That no tenant sees another's rows in any table: server/auth/row-security.int.test.ts.
describe('with the filter removed', () => {
  test('a tenant writes no foreign row', async () => {
    const as = (tenant: number, sql: string) => world.asApp(`SELECT set_config('app.tenant', '${tenant}', true)`, sql);
    const foreign = world.other.tenantId;
    await expect(as(world.tenantId, `INSERT INTO id_token (tenant_id, uid) VALUES (${foreign}, 'STOLEN')`)).rejects.toThrow(/row-level security/);
    await expect(as(world.tenantId, `UPDATE session SET tenant_id = ${foreign}`)).rejects.toThrow(/row-level security/);
    await as(world.tenantId, "UPDATE session SET id_token = 'MINE'");
    expect(await world.rows("SELECT tenant_id FROM session WHERE id_token = 'MINE'")).toEqual([{ tenant_id: world.tenantId }]);
  });
});

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
