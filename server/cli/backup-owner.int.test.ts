import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTables } from '#server/db/backup-format.ts';
import { restoreBackup } from '#server/db/backup-read.ts';
import { tableName, writeBackup } from '#server/db/backup-write.ts';
import { withRole } from '#server/db/embedded.ts';
import { migrate } from '#server/db/migrate.ts';
import { testDatabase, type TestDatabase } from '#server/db/test-database.ts';
import { checkOwner } from './doctor-checks.ts';

const log = { info: () => undefined, warn: () => undefined };
const role = `owner_${randomBytes(4).toString('hex')}`;
let dir = '';
let database: TestDatabase;
/** As an owner that is neither superuser nor BYPASSRLS. */
let url = '';

async function withClient<T>(address: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const asAdmin = (sql: string) => withClient(database.ownerUrl, (client) => client.query(sql));

/** Rows per table as a superuser counts them. */
async function counts(): Promise<Record<string, number>> {
  return withClient(database.ownerUrl, async (client) => {
    const found: Record<string, number> = {};
    for (const table of await listTables(client)) {
      const name = tableName(table);
      const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`);
      found[name] = rows[0]?.n ?? 0;
    }
    return found;
  });
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'valley-owner-'));
  database = await testDatabase({ empty: true });
  await asAdmin(`CREATE ROLE ${role} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD 'x'`);
  await asAdmin(`ALTER DATABASE ${database.name} OWNER TO ${role}`);
  await asAdmin(`ALTER SCHEMA public OWNER TO ${role}`);
  url = withRole(database.ownerUrl, role, 'x');
  await migrate({ url, log, appPassword: database.appPassword });
  await asAdmin(`
    INSERT INTO organisation (kind, name) VALUES ('CPO', 'One'), ('CPO', 'Two');
    INSERT INTO location (tenant_id, name, bidding_zone, sale_price_micro)
      SELECT id, name, 'NL', 450000 FROM organisation;
    INSERT INTO audit_entry (request_id, action, changes) VALUES (gen_random_uuid(), 'of nobody', '[]')`);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await using other = await testDatabase({ empty: true });
  await withClient(other.ownerUrl, (client) => client.query(`DROP ROLE ${role}`));
  await rm(dir, { recursive: true });
});

test('an owner that row-level security binds backs up and restores every row', async () => {
  const file = path.join(dir, 'bound.gz');
  const before = await counts();
  const { rows } = await writeBackup(url, file);
  expect(rows).toBe(Object.values(before).reduce((sum, n) => sum + n, 0));
  expect(before['"public"."location"']).toBe(2);
  await asAdmin("INSERT INTO organisation (kind, name) VALUES ('CPO', 'Three')");
  await restoreBackup({ url, file, log, appPassword: database.appPassword, force: true });
  expect(await counts()).toEqual(before);
  expect(await withClient(url, checkOwner)).toMatchObject({ ok: true });
});

test('a policy that hides rows makes no smaller backup but a sentence, which the doctor says too', async () => {
  await asAdmin('ALTER POLICY tenant ON location USING (tenant_id = 1)');
  const sentence = new RegExp(`cannot see every row of location: let a superuser run ALTER ROLE "${role}" BYPASSRLS`);
  await expect(writeBackup(url, path.join(dir, 'small.gz'))).rejects.toThrow(sentence);
  const check = await withClient(url, checkOwner);
  expect(check.ok).toBe(false);
  expect(check.remedy).toMatch(sentence);
});
