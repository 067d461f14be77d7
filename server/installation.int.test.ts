import { createHmac } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres, withRole, type EmbeddedPostgres } from './db/embedded.ts';
import { migrationNames } from './db/migrate.ts';
import { storedMigration } from './db/stored-migration.ts';
import { readEnv } from './env.ts';
import { openInstallation } from './installation.ts';

const log = pino({ level: 'silent' });
const SECRET = 'the secret of who runs Valley here';
const OTHER = 'another secret of another clone here';

/** A server of its own: roles belong to the whole server, and this one's password is played with. */
let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startEmbeddedPostgres({ log: { info: () => undefined, warn: () => undefined }, scratch: true, durable: false });
});
afterAll(() => server.stop());

const envOf = (secret: string) => readEnv({ DATABASE_URL: server.url, VALLEY_SECRET: secret });
const start = (secret: string) => openInstallation({ env: envOf(secret), mode: 'live', log });
const oneShot = (secret: string) => openInstallation({ env: envOf(secret), mode: null, log, adopt: true });
const passwordOf = (secret: string) => createHmac('sha256', secret).update('valley_app').digest('hex');

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a database of one’s own', () => {
  test('is made by the start of Valley alone: a command beside it says so and makes nothing', async () => {
    await expect(oneShot(SECRET)).rejects.toThrow(/^The database is empty: start Valley once/);
    expect(await query(server.url, "SELECT to_regclass('session') AS made")).toEqual([{ made: null }]);
    await using started = disposable(await start(SECRET));
    expect(await storedMigration(started.db)).toBe((await migrationNames()).at(-1));
  });

  test('is not entered without the secret that it was made with', async () => {
    const opening = openInstallation({ env: readEnv({ DATABASE_URL: server.url }), mode: null, log, adopt: true });
    await expect(opening).rejects.toThrow(/^VALLEY_SECRET is not usable: set it to at least 32 random characters/);
  });

  test('is left as it is by a command of a clone with another secret, which says what to set', async () => {
    await using running = disposable(await start(SECRET));
    await expect(oneShot(OTHER)).rejects.toThrow(/^VALLEY_SECRET is not the one that Valley runs with/);
    await expect(start(OTHER)).rejects.toThrow(/^Another Valley with another VALLEY_SECRET works on this/);
    await query(withRole(server.url, 'valley_app', passwordOf(SECRET)), 'SELECT 1');
    await using beside = disposable(await oneShot(SECRET));
    expect(await storedMigration(beside.db)).toBe(await storedMigration(running.db));
  });

  test('is not migrated by a command of a newer clone', async () => {
    const newest = "(SELECT max(migration_name) FROM _prisma_migrations)";
    await query(server.url, `DELETE FROM _prisma_migrations WHERE migration_name = ${newest}`);
    const before = await query(server.url, 'SELECT count(*) FROM _prisma_migrations');
    await expect(oneShot(SECRET)).rejects.toThrow(/^This program is newer than the database \(1 migrations not applied\)/);
    expect(await query(server.url, 'SELECT count(*) FROM _prisma_migrations')).toEqual(before);
  });
});

function disposable<T extends { close(): Promise<void> }>(opened: T): T & AsyncDisposable {
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() });
}
