import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { testDatabase } from '../db/test-database.ts';
import type { TestDatabase } from '../db/test-database.ts';

const A = 1;
const B = 2;
type Table = { name: string };
type Column = { name: string; type: string; isNullable: boolean };

let database: TestDatabase;
let owner: pg.Client;
let app: pg.Client;
let tables: Table[];

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  app = new pg.Client({ connectionString: database.appUrl });
  await Promise.all([owner.connect(), app.connect()]);
  tables = await tenantTables();
  await loosen();
  for (const tenantId of [A, B]) for (const { name } of tables) await insertRow(name, tenantId);
});
afterAll(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database[Symbol.asyncDispose]();
});

/** Every table that names a tenant, as the catalogue knows them: also one that is added tomorrow. */
async function tenantTables(): Promise<Table[]> {
  const { rows } = await owner.query<Table>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname NOT LIKE 'pgboss%' ORDER BY 1`);
  return rows;
}

/** Rows of any content are enough here, so what says which content is right is taken away. */
async function loosen(): Promise<void> {
  const { rows } = await owner.query<{ source: string; name: string }>(`
    SELECT c.conrelid::regclass::text AS source, quote_ident(c.conname) AS name FROM pg_constraint c
      JOIN pg_namespace n ON n.oid = c.connamespace
     WHERE c.contype IN ('c', 'f') AND c.conrelid <> 0 AND n.nspname IN ('public', 'ledger')
     ORDER BY c.contype DESC`);
  for (const { source, name } of rows) {
    await owner.query(`ALTER TABLE ${source} DROP CONSTRAINT IF EXISTS ${name} CASCADE`);
  }
  for (const { name } of tables) await owner.query(`ALTER TABLE ${name} DISABLE TRIGGER ALL`);
}

const VALUES: readonly (readonly [RegExp, (tenantId: number) => string])[] = [
  [/^(smallint|integer|bigint|numeric)/, (tenantId) => String(tenantId)],
  [/^double/, () => '1'],
  [/^boolean/, () => 'false'],
  [/^uuid/, () => 'gen_random_uuid()'],
  [/^timestamp/, () => 'now()'],
  [/^date/, () => 'current_date'],
  [/^tstzrange/, () => "tstzrange(now(), NULL)"],
  [/^jsonb?/, () => "'{}'"],
  [/^bytea/, (tenantId) => `decode(repeat('0${tenantId}', 32), 'hex')`],
  [/^text\[\]/, () => "'{}'"],
  [/^character\(3\)/, () => "'EUR'"],
  [/^(text|character)/, (tenantId) => `'T${tenantId}'`],
  [/^xid8/, () => 'pg_current_xact_id()'],
  [/^ledger\.account_kind/, () => "'suspense'"],
];

function valueOf({ name, type }: Column, tenantId: number): string {
  if (name === 'tenant_id') return String(tenantId);
  const make = VALUES.find(([pattern]) => pattern.test(type))?.[1];
  if (make === undefined) throw new Error(`Say in VALUES what a ${type} may be (column ${name}).`);
  return make(tenantId);
}

async function insertRow(table: string, tenantId: number): Promise<void> {
  const { rows } = await owner.query<Column>(
    `SELECT quote_ident(a.attname) AS name, format_type(a.atttypid, a.atttypmod) AS type,
            NOT a.attnotnull OR a.atthasdef AS "isNullable"
       FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = '' AND a.attidentity = ''`,
    [table],
  );
  const needed = rows.filter(({ name, isNullable }) => name === 'tenant_id' || !isNullable);
  const columns = needed.map(({ name }) => name).join(', ');
  const values = needed.map((column) => valueOf(column, tenantId)).join(', ');
  await owner.query(`INSERT INTO ${table} (${columns}) VALUES (${values})`);
}

/** What the program sees with its own filter left out: nothing but the wall stands. */
async function tenantsSeen(setting: string, table: string): Promise<(number | null)[]> {
  await app.query('BEGIN');
  try {
    await app.query("SELECT set_config('app.tenant', $1, true)", [setting]);
    const sql = `SELECT DISTINCT tenant_id AS id FROM ${table} ORDER BY 1`;
    return (await app.query<{ id: number }>(sql)).rows.map(({ id }) => id);
  } finally {
    await app.query('ROLLBACK');
  }
}

async function rowsChanged(setting: string, sql: string): Promise<number | null> {
  await app.query('BEGIN');
  try {
    await app.query("SELECT set_config('app.tenant', $1, true)", [setting]);
    return (await app.query(sql)).rowCount;
  } finally {
    await app.query('ROLLBACK');
  }
}

async function privileges(table: string): Promise<Record<string, boolean>> {
  const { rows } = await owner.query<Record<string, boolean>>(
    `SELECT has_table_privilege('valley_app', $1, 'SELECT') AS "SELECT",
            has_table_privilege('valley_app', $1, 'UPDATE') AS "UPDATE",
            has_table_privilege('valley_app', $1, 'DELETE') AS "DELETE"`,
    [table],
  );
  return rows[0] ?? {};
}

describe('with the application’s filter removed', () => {
  it('there are tables to look at', () => {
    expect(tables.map(({ name }) => name)).toContain('public.session');
    expect(tables.length).toBeGreaterThan(23);
  });

  it('every table that names a tenant forces a policy, on its owner too', async () => {
    const { rows } = await owner.query<{ name: string }>(`
      SELECT format('%I.%I', n.nspname, c.relname) AS name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relrowsecurity AND c.relforcerowsecurity
         AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)`);
    const walled = new Set(rows.map(({ name }) => name));
    expect(tables.map(({ name }) => name).filter((name) => !walled.has(name))).toEqual([]);
  });

  it('a tenant sees its own rows, no foreign one, and nobody’s without a tenant', async () => {
    for (const { name } of tables) {
      if ((await privileges(name))['SELECT'] !== true) continue;
      expect([name, await tenantsSeen(String(A), name)]).toEqual([name, [A]]);
      expect([name, await tenantsSeen(String(B), name)]).toEqual([name, [B]]);
      expect([name, await tenantsSeen('', name)]).toEqual([name, []]);
      expect([name, await tenantsSeen('*', name)]).toEqual([name, [A, B]]);
    }
  });

  it('a tenant changes and deletes its own rows only, and gives none away', async () => {
    for (const { name } of tables) {
      const may = await privileges(name);
      if (may['UPDATE'] === true) {
        const own = `UPDATE ${name} SET tenant_id = tenant_id`;
        expect([name, await rowsChanged(String(A), own)]).toEqual([name, 1]);
        const away = rowsChanged(String(A), `UPDATE ${name} SET tenant_id = ${B}`);
        await expect(away).rejects.toThrow(/row-level security/);
      }
      if (may['DELETE'] === true) {
        const all = `DELETE FROM ${name}`;
        expect([name, await rowsChanged(String(A), all)]).toEqual([name, 1]);
      }
    }
  });

  it('the program’s role neither owns a table nor passes a policy', async () => {
    const { rows } = await owner.query(`
      SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
             (SELECT count(*)::int FROM pg_class WHERE relowner = r.oid) AS owned
        FROM pg_roles r WHERE rolname = 'valley_app'`);
    expect(rows).toEqual([
      { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, owned: 0 },
    ]);
  });

  it('a new table without a policy is noticed', async () => {
    await owner.query('CREATE TABLE stranger (tenant_id integer NOT NULL)');
    expect((await tenantTables()).map(({ name }) => name)).toContain('public.stranger');
    await owner.query('GRANT SELECT ON stranger TO valley_app');
    await owner.query(`INSERT INTO stranger VALUES (${A}), (${B})`);
    expect(await tenantsSeen(String(A), 'stranger')).toEqual([A, B]);
    await owner.query('DROP TABLE stranger');
  });
});
