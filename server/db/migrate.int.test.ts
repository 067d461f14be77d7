import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, MIGRATIONS_DIR, migrationNames, migrationStatus } from './migrate.ts';
import { testDatabase } from './test-database.ts';

const log = { info: () => undefined, warn: () => undefined };
let dir = '';

async function write(name: string, sql: string): Promise<void> {
  await mkdir(path.join(dir, name), { recursive: true });
  await writeFile(path.join(dir, name, 'migration.sql'), sql);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'valley-migrate-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

describe('migrate', () => {
  test('applies every migration once, in order, and records it as Prisma does', async () => {
    await using world = await testDatabase({ empty: true });
    const { ownerUrl: url } = world;
    await write('0001_first', 'CREATE TABLE a (id int); CREATE TABLE b (id int);');
    await write('0002_second', 'ALTER TABLE a ADD COLUMN note text;');
    expect(await migrate({ url, dir, log })).toEqual(['0001_first', '0002_second']);
    expect(await migrate({ url, dir, log })).toEqual([]);
    const rows = await query(
      url,
      `SELECT migration_name, length(checksum) AS size, finished_at IS NOT NULL AS finished,
              applied_steps_count AS steps FROM _prisma_migrations ORDER BY 1`,
    );
    expect(rows).toEqual([
      { migration_name: '0001_first', size: 64, finished: true, steps: 1 },
      { migration_name: '0002_second', size: 64, finished: true, steps: 1 },
    ]);
  });

  test('leaves nothing of a failing migration behind and goes on after it is mended', async () => {
    await using world = await testDatabase({ empty: true });
    const { ownerUrl: url } = world;
    await rm(dir, { recursive: true });
    await write('0001_first', 'CREATE TABLE a (id int);');
    await write('0002_broken', 'CREATE TABLE b (id int); SELECT no_such_function();');
    await expect(migrate({ url, dir, log })).rejects.toThrow(/0002_broken failed/);
    expect(await query(url, "SELECT to_regclass('a') a, to_regclass('b') b")).toEqual([
      { a: 'a', b: null },
    ]);
    await write('0002_broken', 'CREATE TABLE b (id int);');
    expect(await migrate({ url, dir, log })).toEqual(['0002_broken']);
  });

  test('refuses a file changed after it was applied, and a database newer than it', async () => {
    await using world = await testDatabase({ empty: true });
    const { ownerUrl: url } = world;
    await rm(dir, { recursive: true });
    await write('0001_first', 'CREATE TABLE a (id int);');
    await write('0002_second', 'CREATE TABLE b (id int);');
    await migrate({ url, dir, log });
    await write('0002_second', 'CREATE TABLE b (id bigint);');
    await expect(migrate({ url, dir, log })).rejects.toThrow(/0002_second was changed/);
    await rm(path.join(dir, '0002_second'), { recursive: true });
    await expect(migrate({ url, dir, log })).rejects.toThrow(/newer than this program/);
    expect((await migrationStatus({ url, dir })).refusal).toMatch(/newer than this program/);
  });

  test('refuses a migration that ends its own transaction', async () => {
    await using world = await testDatabase({ empty: true });
    await rm(dir, { recursive: true });
    await write('0001_commits', 'CREATE TABLE a (id int); COMMIT; CREATE TABLE b (id int);');
    const { ownerUrl: url } = world;
    await expect(migrate({ url, dir, log })).rejects.toThrow(/ends the transaction/);
  });

  test('lets two processes at once apply each migration exactly once', async () => {
    await using world = await testDatabase({ empty: true });
    const { ownerUrl: url } = world;
    await rm(dir, { recursive: true });
    await write('0001_first', 'SELECT pg_sleep(0.2); CREATE TABLE a (id int);');
    const runs = await Promise.all([migrate({ url, dir, log }), migrate({ url, dir, log })]);
    expect(runs.flat()).toEqual(['0001_first']);
  });

  test('gives a migration the password for the role it makes', async () => {
    await using world = await testDatabase({ empty: true });
    const { ownerUrl: url } = world;
    await rm(dir, { recursive: true });
    await write(
      '0001_first',
      "CREATE TABLE seen AS SELECT current_setting('valley.app_password') AS word;",
    );
    await migrate({ url, dir, log, appPassword: world.appPassword });
    expect(await query(url, 'SELECT word FROM seen')).toEqual([{ word: world.appPassword }]);
  });
});

describe('the template of the tests', () => {
  test('has every migration of the repository', async () => {
    await using world = await testDatabase();
    const status = await migrationStatus({ url: world.ownerUrl });
    expect(status.applied).toEqual(await migrationNames(MIGRATIONS_DIR));
    expect(status.pending).toEqual([]);
  });
});
