import type pg from 'pg';
import { z } from 'zod';
import { seeEveryRow } from './every-row.ts';

/**
 * A backup is one gzip file: a JSON line with the header, then for each table a JSON line with its
 * columns, its rows as PostgreSQL's COPY writes them, the line `\.`, and a JSON line with the
 * number of rows and their SHA-256; then a JSON line with the sequences, which also marks the end.
 */
export const FORMAT = 'valley-backup';
export const FORMAT_VERSION = 1;
/** The line after a table's rows; COPY escapes backslashes, so no row can look like it. */
export const END_OF_ROWS = '\\.';
export const SCHEMAS = ['public', 'ledger'] as const;

export const headerSchema = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.literal(FORMAT_VERSION),
  migrations: z.array(z.string()),
  createdAt: z.string(),
});
export const tableSchema = z.object({
  schema: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
});
export const footerSchema = z.object({ rows: z.number().int(), sha256: z.string() });
export const endSchema = z.object({
  sequences: z.array(
    z.object({ schema: z.string(), name: z.string(), value: z.string(), isCalled: z.boolean() }),
  ),
});
export type BackupHeader = z.infer<typeof headerSchema>;
export type BackupTable = z.infer<typeof tableSchema>;

/** What a backup or a restore did. */
export type BackupSummary = {
  readonly tables: number;
  readonly rows: number;
  readonly createdAt: string;
};

// The text of a value must not depend on the settings of either server.
const SETTINGS = `SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601';
  SET extra_float_digits = 1; SET bytea_output = 'hex';
  SET synchronize_seqscans = off; SET statement_timeout = 0;
  SET idle_in_transaction_session_timeout = 0`;

/** Makes a connection write and read values in one fixed form, and every row. Throws a sentence. */
export async function fixSettings(client: pg.Client): Promise<void> {
  await client.query(SETTINGS);
  await seeEveryRow(client);
}

/** Every table of the backed-up schemas with the columns that can be written. */
export async function listTables(client: pg.Client): Promise<BackupTable[]> {
  const found = await client.query<BackupTable>(
    `SELECT n.nspname AS schema, c.relname AS table,
            array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = ''
      WHERE c.relkind = 'r' AND n.nspname = ANY ($1) AND c.relname <> '_prisma_migrations'
      GROUP BY n.nspname, c.relname ORDER BY n.nspname, c.relname`,
    [SCHEMAS],
  );
  return found.rows;
}
