import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixSettings, listTables } from '#server/db/backup-format.ts';
import { readBackupHeader, restoreBackup } from '#server/db/backup-read.ts';
import { fingerprint, writeBackup } from '#server/db/backup-write.ts';
import { migrate, migrationNames, migrationStatus } from '#server/db/migrate.ts';
import { schemaDiff } from '#server/db/schema-diff.ts';
import { testDatabase } from '#server/db/test-database.ts';
import type { TestDatabase } from '#server/db/test-database.ts';

const log = { info: () => undefined, warn: () => undefined };
const AWKWARD = 'line\nbreak\ttab \\. back\\slash ø 🚗 ""';
let dir = '';
let source: TestDatabase;
let file = '';

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fixSettings(client);
    return await use(client);
  } finally {
    await client.end();
  }
}

async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query<object>(sql)).rows);
}

/** Every table's row count and checksum. */
async function contentOf(url: string): Promise<Record<string, object>> {
  return withClient(url, async (client) => {
    const content: Record<string, object> = {};
    for (const table of await listTables(client)) {
      content[`${table.schema}.${table.table}`] = await fingerprint(client, table);
    }
    return content;
  });
}

/** Triggers with their state, every constraint as PostgreSQL writes it, and whom policies bind. */
async function rulesOf(url: string): Promise<unknown[]> {
  return rowsOf(
    url,
    `SELECT tgrelid::regclass::text AS "on", tgname AS name, tgenabled::text AS rule FROM pg_trigger
      WHERE NOT tgisinternal
     UNION ALL
     SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE conrelid <> 0
     UNION ALL
     SELECT oid::regclass::text, 'row security', relrowsecurity || ' ' || relforcerowsecurity FROM pg_class
      WHERE relkind = 'r' AND relnamespace::regnamespace::text IN ('public', 'ledger')
     ORDER BY 1, 2, 3`,
  );
}

async function seed(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(
      "INSERT INTO organisation (kind, name) VALUES ('CPO', $1), ('MSP', 'Laadpas')",
      [AWKWARD],
    );
    await client.query("INSERT INTO person (email, name) VALUES ('a@example.org', $1)", [AWKWARD]);
    await client.query(
      "INSERT INTO membership (person_id, organisation_id, tenant_id, role) SELECT id, 1, 1, 'CPO' FROM person",
    );
    await client.query("SELECT set_config('app.tenant', '*', false)");
    const side = (kind: string): object => ({ party: 'platform', kind });
    const entry = {
      kind: 'adjustment',
      tenant: 1,
      key: 'adjustment-1',
      sourceId: 'opening',
      sourceRev: 0,
      legs: [{ debit: side('suspense'), credit: side('bank'), micro: '123456789' }],
    };
    await client.query('SELECT ledger.post($1::jsonb)', [JSON.stringify([entry])]);
  });
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'valley-backup-'));
  source = await testDatabase();
  await seed(source.ownerUrl);
  file = path.join(dir, 'valley.backup.gz');
  await writeBackup(source.ownerUrl, file);
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await rm(dir, { recursive: true });
});

test('the file names its version and can be read by its owner only', async () => {
  expect((await readBackupHeader(file)).migrations).toEqual(await migrationNames());
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a restored database has the same rows, rules and next numbers', async () => {
  await using target = await testDatabase({ empty: true });
  const { ownerUrl: url, appPassword } = target;
  const summary = await restoreBackup({ url, appPassword, file, log });
  expect(summary.rows).toBeGreaterThanOrEqual(8);
  expect(await contentOf(url)).toEqual(await contentOf(source.ownerUrl));
  expect(await rulesOf(url)).toEqual(await rulesOf(source.ownerUrl));
  expect(await schemaDiff(url)).toBe('');
  expect(await rowsOf(url, 'SELECT name FROM person')).toEqual([{ name: AWKWARD }]);
  const next = "INSERT INTO organisation (kind, name) VALUES ('CPO', 'next') RETURNING id";
  expect(await rowsOf(url, next)).toEqual([{ id: 3 }]);
  await expect(rowsOf(url, 'UPDATE ledger.transfer SET micro = 1')).rejects.toThrow(/append-only/);
});

test('a database that holds data is refused, and replaced only when that is asked', async () => {
  await using target = await testDatabase();
  const { ownerUrl: url, appPassword } = target;
  await rowsOf(url, "INSERT INTO organisation (kind, name) VALUES ('CPO', 'other')");
  await expect(restoreBackup({ url, appPassword, file, log })).rejects.toThrow(/holds data/);
  expect(await rowsOf(url, 'SELECT name FROM organisation')).toEqual([{ name: 'other' }]);
  await restoreBackup({ url, appPassword, file, log, force: true });
  expect(await contentOf(url)).toEqual(await contentOf(source.ownerUrl));
});

test('a migrated database without data takes a backup as it is', async () => {
  await using target = await testDatabase();
  const { ownerUrl: url, appPassword } = target;
  await restoreBackup({ url, appPassword, file, log });
  expect(await contentOf(url)).toEqual(await contentOf(source.ownerUrl));
});

test('a truncated or altered file changes nothing and leaves the rules in force', async () => {
  const bytes = await readFile(file);
  const short = path.join(dir, 'short.gz');
  await writeFile(short, bytes.subarray(0, bytes.length - 200));
  const altered = path.join(dir, 'altered.gz');
  const middle = Math.floor(bytes.length / 2);
  await writeFile(altered, bytes.with(middle, (bytes[middle] ?? 0) ^ 0xff));
  for (const bad of [short, altered]) {
    await using target = await testDatabase();
    const { ownerUrl: url, appPassword } = target;
    const before = await contentOf(url);
    await expect(restoreBackup({ url, appPassword, file: bad, log })).rejects.toThrow(/damaged/);
    expect(await contentOf(url)).toEqual(before);
    expect(await rulesOf(url)).toEqual(await rulesOf(source.ownerUrl));
  }
});

test('a damaged file asked for by force leaves the data that is there', async () => {
  const bytes = await readFile(file);
  const cut = path.join(dir, 'cut.gz');
  await writeFile(cut, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  await using target = await testDatabase();
  const { ownerUrl: url, appPassword } = target;
  await rowsOf(url, "INSERT INTO organisation (kind, name) VALUES ('CPO', 'other')");
  const before = await contentOf(url);
  const restoring = restoreBackup({ url, appPassword, file: cut, log, force: true });
  await expect(restoring).rejects.toThrow(/nothing was changed/);
  expect(await contentOf(url)).toEqual(before);
  const names = `SELECT datname FROM pg_database WHERE datname LIKE current_database() || '%'`;
  expect(await rowsOf(url, names)).toHaveLength(1);
});

test('a file that is no backup is refused with a sentence', async () => {
  const other = path.join(dir, 'other.txt');
  await writeFile(other, 'hello');
  await expect(readBackupHeader(other)).rejects.toThrow(/damaged|no backup/);
  await expect(readBackupHeader(path.join(dir, 'none'))).rejects.toThrow(/There is no file/);
});

test('a backup of an earlier version is restored and then brought up to date', async () => {
  await using earlier = await testDatabase({ empty: true });
  const [first = ''] = await migrationNames();
  await migrate({ url: earlier.ownerUrl, log, only: [first] });
  await rowsOf(earlier.ownerUrl, "INSERT INTO organisation (kind, name) VALUES ('CPO', 'early')");
  const old = path.join(dir, 'old.gz');
  await writeBackup(earlier.ownerUrl, old);
  // The target is migrated to today's version and empty: it has to go back first.
  await using target = await testDatabase();
  const { ownerUrl: url, appPassword } = target;
  await restoreBackup({ url, appPassword, file: old, log });
  expect(await rowsOf(url, 'SELECT name FROM organisation')).toEqual([{ name: 'early' }]);
  expect((await migrationStatus({ url })).pending).toEqual([]);
});

test('a backup of a later version is refused and the target left alone', async () => {
  await using later = await testDatabase();
  await rowsOf(
    later.ownerUrl,
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at)
       VALUES ('x', 'x', '99991231000000_future', now())`,
  );
  const future = path.join(dir, 'future.gz');
  await writeBackup(later.ownerUrl, future);
  await using target = await testDatabase();
  const { ownerUrl: url, appPassword } = target;
  const restoring = restoreBackup({ url, appPassword, file: future, log, force: true });
  await expect(restoring).rejects.toThrow(/newer than this program/);
  expect((await migrationStatus({ url })).applied).toEqual(await migrationNames());
});
