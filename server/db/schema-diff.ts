import { EventEmitter } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { ConstructorOptions, SchemaContainer, SchemaEngine } from '@prisma/schema-engine-wasm';
import pg from 'pg';

/** `prisma/schema` of this clone. */
export const SCHEMA_DIR = path.resolve(import.meta.dirname, '..', '..', 'prisma', 'schema');

type EngineConstructor = WebAssembly.ImportValue & {
  new: (options: ConstructorOptions, log: () => void, adapter: object) => Promise<SchemaEngine>;
};
type Glue = {
  SchemaEngine: EngineConstructor;
  __wbg_set_wasm: WebAssembly.ImportValue & ((exports: WebAssembly.Exports) => void);
};

// The glue code looks for this name on the global object to report a panic of the engine.
const PANIC_REGISTRY = 'PRISMA_WASM_PANIC_REGISTRY';
let loading: Promise<EngineConstructor> | undefined;

// The package's own entry imports the .wasm file as a module, which Vitest cannot; its glue code
// takes an instance made by hand just as well. It holds one instance per process.
async function loadEngine(): Promise<EngineConstructor> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@prisma/schema-engine-wasm');
  const glueName = '@prisma/schema-engine-wasm/schema_engine_bg';
  const glue: Glue & WebAssembly.ModuleImports = await import(glueName);
  const bytes = await readFile(path.join(path.dirname(entry), 'schema_engine_bg.wasm'));
  const imports = { './schema_engine_bg.js': glue };
  const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes), imports);
  Object.assign(globalThis, { [PANIC_REGISTRY]: { set_message: reportPanic } });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return glue.SchemaEngine;
}

function reportPanic(message: string): void {
  throw new Error(`Prisma's schema engine failed: ${message}`);
}

const INTERNAL_CHAR_OID = 18;
const TEXT_OID = 25;

// The engine reads catalogue columns of PostgreSQL's internal one-byte type "char" (constraint
// kinds, foreign-key actions), which the adapter refuses (7.10.0: "Column type 'char' could not be
// deserialized"). So the adapter is told it is text, and the engine that it is a character.
class CatalogPg extends PrismaPg {
  readonly #charColumns: Set<string>;

  constructor(pool: pg.Pool) {
    super(pool);
    const charColumns = new Set<string>();
    this.#charColumns = charColumns;
    pool.on('connect', (client) => {
      const connection: unknown = 'connection' in client ? client.connection : undefined;
      if (!(connection instanceof EventEmitter)) throw new Error('pg no longer has .connection');
      connection.prependListener('rowDescription', (message: { fields: pg.FieldDef[] }) => {
        for (const field of message.fields.filter((it) => it.dataTypeID === INTERNAL_CHAR_OID)) {
          charColumns.add(field.name);
          field.dataTypeID = TEXT_OID;
        }
      });
    });
  }

  override async connect(): ReturnType<PrismaPg['connect']> {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const columnTypes = result.columnTypes.map((type, index) =>
        this.#charColumns.has(result.columnNames[index] ?? '') ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  }
}

async function readSchema(dir: string): Promise<SchemaContainer[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.prisma')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const file = path.join(dir, name);
      return { path: file, content: await readFile(file, 'utf8') };
    }),
  );
}

/**
 * The SQL that brings a database (schema `public`) to `prisma/schema`; an empty string when they
 * agree. Constraints, triggers, policies and functions are outside Prisma's view and stay out.
 */
export async function schemaDiff(url: string, dir: string = SCHEMA_DIR): Promise<string> {
  loading ??= loadEngine();
  const [constructor, files] = await Promise.all([loading, readSchema(dir)]);
  const pool = new pg.Pool({ connectionString: url });
  const adapter = bindMigrationAwareSqlAdapterFactory(new CatalogPg(pool));
  const engine = await constructor.new({ datamodels: undefined }, () => undefined, adapter);
  try {
    const result = await engine.diff({
      // The files only name the provider here; the adapter leads to the database itself.
      from: { tag: 'schemaDatasource', files, configDir: dir },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return result.exitCode === 0 ? '' : (result.stdout ?? '').trim();
  } finally {
    engine.free();
    await pool.end();
  }
}
