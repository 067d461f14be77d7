import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  END_OF_ROWS,
  fixSettings,
  FORMAT,
  FORMAT_VERSION,
  listTables,
  SCHEMAS,
} from './backup-format.ts';
import type { BackupHeader, BackupSummary, BackupTable } from './backup-format.ts';

const NEWLINE = 10;

/** The quoted name of a table. */
export function tableName({ schema, table }: Pick<BackupTable, 'schema' | 'table'>): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`;
}

function copyOut(client: pg.Client, table: BackupTable): AsyncIterable<Buffer> {
  const columns = table.columns.map((name) => pg.escapeIdentifier(name)).join(', ');
  return client.query(copyTo(`COPY ${tableName(table)} (${columns}) TO STDOUT`));
}

function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

/** Number of rows of a table and the SHA-256 of what COPY writes of them. */
export async function fingerprint(
  client: pg.Client,
  table: BackupTable,
): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const chunk of copyOut(client, table)) {
    hash.update(chunk);
    rows += countLines(chunk);
  }
  return { rows, sha256: hash.digest('hex') };
}

async function readHeader(client: pg.Client): Promise<BackupHeader> {
  const migrations = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`,
  );
  const clock = await client.query<{ at: string }>('SELECT now()::text AS at');
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    migrations: migrations.rows.map((row) => row.name),
    createdAt: clock.rows[0]?.at ?? '',
  };
}

// Sequences are outside of the snapshot. Read last, they are at least at every number used in it.
async function readSequences(client: pg.Client): Promise<object[]> {
  const names = await client.query<{ schema: string; name: string }>(
    `SELECT schemaname AS schema, sequencename AS name FROM pg_sequences
      WHERE schemaname = ANY ($1) ORDER BY 1, 2`,
    [SCHEMAS],
  );
  const found: object[] = [];
  for (const { schema, name } of names.rows) {
    const from = tableName({ schema, table: name });
    const state = await client.query<{ value: string; isCalled: boolean }>(
      `SELECT last_value::text AS value, is_called AS "isCalled" FROM ${from}`,
    );
    found.push({ schema, name, ...state.rows[0] });
  }
  return found;
}

type Progress = { tables: number; rows: number; createdAt: string };

async function* backupChunks(
  client: pg.Client,
  progress: Progress,
): AsyncGenerator<Buffer | string> {
  await fixSettings(client);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const header = await readHeader(client);
  progress.createdAt = header.createdAt;
  yield `${JSON.stringify(header)}\n`;
  for (const table of await listTables(client)) {
    yield `${JSON.stringify(table)}\n`;
    const hash = createHash('sha256');
    let rows = 0;
    for await (const chunk of copyOut(client, table)) {
      hash.update(chunk);
      rows += countLines(chunk);
      yield chunk;
    }
    yield `${END_OF_ROWS}\n${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`;
    progress.tables += 1;
    progress.rows += rows;
  }
  yield `${JSON.stringify({ sequences: await readSequences(client) })}\n`;
  await client.query('COMMIT');
}

/**
 * Writes everything of one moment (a REPEATABLE READ snapshot; Valley may go on running) into a
 * gzip file, readable by its owner only: it holds password hashes and people's sessions.
 */
export async function writeBackup(url: string, file: string): Promise<BackupSummary> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const part = `${file}.part`;
  const progress: Progress = { tables: 0, rows: 0, createdAt: '' };
  try {
    await pipeline(
      Readable.from(backupChunks(client, progress)),
      createGzip({ level: 6 }),
      createWriteStream(part, { mode: 0o600 }),
    );
    // A backup that a power cut can still take away is none.
    const handle = await open(part, 'r+');
    await handle.sync();
    await handle.close();
    await rename(part, file);
    return progress;
  } finally {
    await rm(part, { force: true });
    await client.end();
  }
}
