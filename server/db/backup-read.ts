import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { z } from 'zod';
import {
  END_OF_ROWS,
  endSchema,
  fixSettings,
  footerSchema,
  headerSchema,
  listTables,
  SCHEMAS,
  tableSchema,
} from './backup-format.ts';
import type { BackupHeader, BackupSummary, BackupTable } from './backup-format.ts';
import { fingerprint, tableName } from './backup-write.ts';
import { createDatabase } from './embedded.ts';
import type { StatusLog } from './embedded-server.ts';
import { migrate, migrationNames, migrationStatus } from './migrate.ts';
import type { MigrateOptions } from './migrate.ts';

const NEWLINE = 10;
const BATCH_BYTES = 256 * 1024;
const DAMAGED = 'The backup is damaged or incomplete: nothing was changed. Take another file.';

export type RestoreOptions = {
  /** Address of the target database for its owner. */
  readonly url: string;
  readonly file: string;
  /** Password for role `valley_app`; left out, the next start of Valley sets it. */
  readonly appPassword?: string;
  readonly log: StatusLog;
  /** Drops and makes the database anew where it holds data. */
  readonly force?: boolean;
};

/** Reads a stream line by line, as bytes without the newline. */
class LineReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async next(): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      if (end >= 0) {
        parts.push(this.#rest.subarray(0, end));
        this.#rest = this.#rest.subarray(end + 1);
        return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      }
      parts.push(this.#rest);
      const chunk = await this.#chunks.next();
      if (chunk.done === true) throw new Error(DAMAGED);
      this.#rest = chunk.value;
    }
  }

  async json(): Promise<unknown> {
    const line = await this.next();
    try {
      return JSON.parse(line.toString('utf8'));
    } catch (cause) {
      throw new Error(DAMAGED, { cause });
    }
  }

  /** The rows up to the end mark, in batches. */
  async *rows(): AsyncGenerator<Buffer> {
    let batch: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const line = await this.next();
      if (line.length === END_OF_ROWS.length && line.toString('latin1') === END_OF_ROWS) break;
      batch.push(line, Buffer.of(NEWLINE));
      bytes += line.length + 1;
      if (bytes < BATCH_BYTES) continue;
      yield Buffer.concat(batch);
      batch = [];
      bytes = 0;
    }
    if (bytes > 0) yield Buffer.concat(batch);
  }
}

async function withReader<T>(file: string, use: (reader: LineReader) => Promise<T>): Promise<T> {
  const source = createReadStream(file);
  const plain = createGunzip();
  // Errors of either stream surface where the reader waits for its next chunk.
  const flow = pipeline(source, plain).catch((error: unknown) => {
    plain.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    return await use(new LineReader(plain));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') throw new Error(`There is no file ${file}.`, { cause: error });
    if (code.startsWith('Z_')) throw new Error(DAMAGED, { cause: error });
    throw error;
  } finally {
    source.destroy();
    plain.destroy();
    await flow;
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(DAMAGED, { cause: result.error });
  return result.data;
}

/** Reads what a backup says about itself. Throws a sentence where the file is none. */
export async function readBackupHeader(file: string): Promise<BackupHeader> {
  return withReader(file, async (reader) => {
    const result = headerSchema.safeParse(await reader.json());
    if (!result.success) throw new Error(`${file} is no backup of Valley that this program reads.`);
    return result.data;
  });
}

async function holdsData(client: pg.Client): Promise<boolean> {
  for (const table of await listTables(client)) {
    const found = await client.query(`SELECT 1 FROM ${tableName(table)} LIMIT 1`);
    if ((found.rowCount ?? 0) > 0) return true;
  }
  return false;
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** Statements beside the target database, which cannot be dropped or renamed from within. */
async function withServer<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function dropDatabase(url: string, name: string): Promise<void> {
  const sql = `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`;
  await withServer(url, async (client) => client.query(sql));
}

// Both names change in one transaction: whoever connects finds the former data or the restored.
async function takePlace(url: string, restored: string): Promise<void> {
  const name = databaseOf(url);
  const [target, source] = [pg.escapeIdentifier(name), pg.escapeIdentifier(restored)];
  const former = `${name}_replaced`;
  await dropDatabase(url, former);
  await withServer(url, async (client) => {
    await client.query(`ALTER DATABASE ${target} ALLOW_CONNECTIONS false`);
    try {
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
        [name],
      );
      await client.query('BEGIN');
      await client.query(`ALTER DATABASE ${target} RENAME TO ${pg.escapeIdentifier(former)}`);
      await client.query(`ALTER DATABASE ${source} RENAME TO ${target}`);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      await client.query(`ALTER DATABASE ${target} ALLOW_CONNECTIONS true`);
      throw error;
    }
  });
  await dropDatabase(url, former);
}

function migration({ url, log, appPassword }: RestoreOptions): MigrateOptions {
  return { url, log, ...(appPassword === undefined ? {} : { appPassword }) };
}

// Whether the target is empty and can be brought to the backup's version as it stands.
async function canTakeIn(options: RestoreOptions, header: BackupHeader): Promise<boolean> {
  const { url, force } = options;
  const known = await migrationNames();
  const unknown = header.migrations.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `The backup is newer than this program (migration ${unknown}): update the program first.`,
    );
  }
  const status = await migrationStatus({ url });
  if (status.applied.length === 0) return true;
  const isFull = await withTarget(url, holdsData);
  if (isFull && force !== true) {
    throw new Error(
      'The database holds data. To replace all of it: npm run restore FILE -- --force',
    );
  }
  return !isFull && status.applied.join() === header.migrations.join();
}

async function withTarget<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fixSettings(client);
    return await use(client);
  } finally {
    await client.end();
  }
}

type Statements = { readonly before: readonly string[]; readonly after: readonly string[] };

// Foreign keys are dropped and made again, which checks every row: disabling them would need a
// superuser and check nothing. Triggers come back in the state they had (ENABLE ALWAYS too). COPY
// fills no table whose policies bind the owner.
async function suspension(client: pg.Client): Promise<Statements> {
  const found = await client.query<{ before: string; after: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS before,
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                   pg_get_constraintdef(oid)) AS after
       FROM pg_constraint
      WHERE contype = 'f' AND connamespace::regnamespace::text = ANY ($1)
     UNION ALL
     SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname),
            format('ALTER TABLE %s ENABLE%s TRIGGER %I', tgrelid::regclass,
                   CASE tgenabled WHEN 'A' THEN ' ALWAYS' WHEN 'R' THEN ' REPLICA' ELSE '' END,
                   tgname)
       FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE NOT tgisinternal AND tgenabled <> 'D'
        AND c.relnamespace::regnamespace::text = ANY ($1)
     UNION ALL
     SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', oid::regclass),
            format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', oid::regclass)
       FROM pg_class
      WHERE relforcerowsecurity AND relnamespace::regnamespace::text = ANY ($1)`,
    [SCHEMAS],
  );
  return { before: found.rows.map((row) => row.before), after: found.rows.map((row) => row.after) };
}

async function restoreTable(
  client: pg.Client,
  reader: LineReader,
  table: BackupTable,
): Promise<number> {
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const batch of reader.rows()) {
      hash.update(batch);
      yield batch;
    }
  }
  const columns = table.columns.map((name) => pg.escapeIdentifier(name)).join(', ');
  await client.query(`DELETE FROM ${tableName(table)}`);
  const target = client.query(copyFrom(`COPY ${tableName(table)} (${columns}) FROM STDIN`));
  await pipeline(Readable.from(hashed()), target);
  const footer = parse(footerSchema, await reader.json());
  if (hash.digest('hex') !== footer.sha256) throw new Error(DAMAGED);
  const stored = await fingerprint(client, table);
  if (stored.rows !== footer.rows || stored.sha256 !== footer.sha256) {
    throw new Error(
      `Table ${table.schema}.${table.table} did not arrive as it was: nothing was changed.`,
    );
  }
  return stored.rows;
}

async function restoreSequences(client: pg.Client, end: z.infer<typeof endSchema>): Promise<void> {
  for (const { schema, name, value, isCalled } of end.sequences) {
    const sequence = tableName({ schema, table: name });
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [sequence, value, isCalled]);
  }
}

async function restoreAll(client: pg.Client, reader: LineReader): Promise<BackupSummary> {
  const header = parse(headerSchema, await reader.json());
  await client.query('BEGIN');
  const { before, after } = await suspension(client);
  for (const statement of before) await client.query(statement);
  let tables = 0;
  let rows = 0;
  for (;;) {
    const mark = await reader.json();
    const table = tableSchema.safeParse(mark);
    if (!table.success) {
      await restoreSequences(client, parse(endSchema, mark));
      break;
    }
    rows += await restoreTable(client, reader, table.data);
    tables += 1;
  }
  for (const statement of after) await client.query(statement);
  await client.query('COMMIT');
  return { tables, rows, createdAt: header.createdAt };
}

async function fill(options: RestoreOptions, header: BackupHeader): Promise<BackupSummary> {
  const { url, file } = options;
  await migrate({ ...migration(options), only: header.migrations });
  const summary = await withTarget(url, (client) =>
    withReader(file, (reader) => restoreAll(client, reader)),
  );
  await migrate(migration(options));
  return summary;
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === '42501')) return error;
  return new Error(
    `The database's role may not restore beside the data that is there (${error.message}): nothing was changed. ` +
      'Stop Valley, and let a superuser give the role CREATEDB.',
    { cause: error },
  );
}

/**
 * Restores a backup into an empty database (or, with `force`, instead of what is there), verifies
 * every table's rows and checksum and every foreign key, and applies the migrations made since.
 * What cannot be taken in as it stands is restored beside the target, which it replaces when it is
 * whole. Throws a sentence; then the data of the target is as it was.
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupSummary> {
  const { url, file } = options;
  const header = await readBackupHeader(file);
  if (await canTakeIn(options, header)) return await fill(options, header);
  const beside = `${databaseOf(url)}_restoring`;
  await dropDatabase(url, beside);
  try {
    const summary = await fill({ ...options, url: await createDatabase(url, beside) }, header);
    await takePlace(url, beside);
    return summary;
  } catch (error) {
    await dropDatabase(url, beside);
    throw explained(error);
  }
}
