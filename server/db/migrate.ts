import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { ValleyError } from '../errors.ts';
import { alignAppPassword } from './app-role.ts';
import type { StatusLog } from './embedded-server.ts';

/** `prisma/migrations` of this clone. */
export const MIGRATIONS_DIR = path.resolve(import.meta.dirname, '..', '..', 'prisma', 'migrations');

// The key Prisma's own CLI locks with, so that the two exclude each other.
const LOCK_KEY = 72_707_369;
const LOCK_WAIT = '10min';
const NAME_SETTING = /^\d{4,14}_[a-z0-9_]+$/;

// As Prisma makes it, so that `prisma migrate deploy` and `status` go on from where we stopped.
const TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

type MigrationFile = { readonly name: string; readonly sql: string; readonly checksum: string };
type Row = { name: string; checksum: string; isFinished: boolean };

export type MigrateOptions = {
  /** Connection string of the owner role. */
  readonly url: string;
  readonly log: StatusLog;
  /** Folder with `<name>/migration.sql`; by default `prisma/migrations`. */
  readonly dir?: string;
  /** Password given to role `valley_app`; migrations read it as `valley.app_password`. */
  readonly appPassword?: string;
  /** Apply only these of the pending ones (a restore goes to the version of its backup first). */
  readonly only?: readonly string[];
};

/** How a database stands against the migrations of this code. */
export type MigrationStatus = {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Why this code must not use the database; undefined when it may. */
  readonly refusal: string | undefined;
};

/** Names of the migrations in a folder, in the order they are applied. */
export async function migrationNames(dir: string = MIGRATIONS_DIR): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const odd = names.find((name) => !NAME_SETTING.test(name));
  if (odd !== undefined) {
    throw new Error(`Migration folder "${odd}" must be named like 20261122120000_what_it_does.`);
  }
  return names.toSorted();
}

async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const names = await migrationNames(dir);
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(path.join(dir, name, 'migration.sql'));
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return { name, checksum, sql: bytes.toString('utf8') };
    }),
  );
}

async function readRows(client: pg.Client): Promise<Row[]> {
  const table = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS yes");
  if (table.rows[0]?.yes !== true) return [];
  const found = await client.query<Row>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
       FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return found.rows;
}

function compare(files: readonly MigrationFile[], rows: readonly Row[]): MigrationStatus {
  const byName = new Map(files.map((file) => [file.name, file]));
  const applied = new Set(rows.map((row) => row.name));
  const pending = files.filter((file) => !applied.has(file.name)).map((file) => file.name);
  const refusal = findRefusal(byName, rows, pending);
  return { applied: rows.map((row) => row.name), pending, refusal };
}

function findRefusal(
  byName: ReadonlyMap<string, MigrationFile>,
  rows: readonly Row[],
  pending: readonly string[],
): string | undefined {
  const unknown = rows.find((row) => !byName.has(row.name));
  if (unknown !== undefined) {
    return (
      `The database is newer than this program (it has migration ${unknown.name}): ` +
      'update the program, or restore a backup of the former version.'
    );
  }
  const half = rows.find((row) => !row.isFinished);
  if (half !== undefined) {
    return (
      `Migration ${half.name} was begun by another tool and never finished: repair what it left, ` +
      `then mark it with "prisma migrate resolve".`
    );
  }
  const changed = rows.find((row) => byName.get(row.name)?.checksum !== row.checksum);
  if (changed !== undefined) {
    return (
      `Migration ${changed.name} was changed after it had been applied: ` +
      'bring the file back as it was and make a new migration for the change.'
    );
  }
  const last = rows.at(-1)?.name ?? '';
  const early = pending.find((name) => name < last);
  if (early === undefined) return undefined;
  return (
    `Migration ${early} sorts before ${last}, which is already applied: ` +
    'rename its folder so that it comes last.'
  );
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks between two queries must fail the next query, not the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Compares a database with the migrations of this code; changes nothing. */
export async function migrationStatus(
  options: Pick<MigrateOptions, 'url' | 'dir'>,
): Promise<MigrationStatus> {
  const files = await readMigrations(options.dir ?? MIGRATIONS_DIR);
  return withClient(options.url, async (client) => compare(files, await readRows(client)));
}

async function transactionId(client: pg.Client): Promise<string> {
  const found = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return found.rows[0]?.id ?? '';
}

async function applyOne(
  client: pg.Client,
  file: MigrationFile,
  appPassword: string | undefined,
): Promise<void> {
  await client.query('BEGIN');
  try {
    const id = await transactionId(client);
    if (appPassword !== undefined) {
      await client.query("SELECT set_config('valley.app_password', $1, true)", [appPassword]);
    }
    // Without parameters the driver sends one simple query: functions keep their semicolons.
    await client.query(file.sql);
    if ((await transactionId(client)) !== id) {
      throw new Error('it ends the transaction it runs in: remove BEGIN, COMMIT and ROLLBACK');
    }
    await client.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), file.checksum, file.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`Migration ${file.name} failed: ${reason(cause)}`, {
      cause,
    });
  }
}

function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const position = 'position' in cause ? ` (at character ${String(cause.position)})` : '';
  return `${cause.message}${position}`;
}

/**
 * Brings a database to the newest migration, each in one transaction, and returns the names newly
 * applied. Safe to run from several processes and again after a crash. Throws a sentence where the
 * database is newer than the code, an applied file was changed, or a migration fails.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const files = await readMigrations(options.dir ?? MIGRATIONS_DIR);
  return withClient(options.url, async (client) => {
    await client.query(`SET lock_timeout = '${LOCK_WAIT}'`);
    // Where the owner is no superuser, row-level policies bind it too: what a migration moves must be seen.
    await client.query("SELECT set_config('app.tenant', '*', false)");
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    const before = compare(files, await readRows(client));
    if (before.refusal !== undefined) throw new ValleyError('NOT_READY', before.refusal);
    if (before.applied.length === 0) await client.query(TABLE);
    const { only } = options;
    const names = before.pending.filter((name) => only === undefined || only.includes(name));
    for (const file of files.filter((known) => names.includes(known.name))) {
      await applyOne(client, file, options.appPassword);
      options.log.info(`Applied migration ${file.name}.`);
    }
    const { url: ownerUrl, appPassword } = options;
    if (appPassword !== undefined) await alignAppPassword(client, { ownerUrl, appPassword });
    return names;
  });
}
