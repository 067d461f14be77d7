import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startEmbeddedPostgres } from '#server/db/embedded.ts';
import { migrate, MIGRATIONS_DIR } from '#server/db/migrate.ts';
import { schemaDiff } from '#server/db/schema-diff.ts';
import { consoleLog, runCli } from './console.ts';

/** `20261122184500` of an instant, in UTC. */
export function stampOf(now: Date): string {
  return now.toISOString().replace(/\D/g, '').slice(0, 14);
}

/**
 * `npm run migration NAME`: writes the SQL from the migrated database to prisma/schema into a new
 * folder. Prints its path, or says that nothing changed.
 */
export async function main(args: readonly string[]): Promise<number> {
  const [name] = args;
  if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
    consoleLog.warn('Say what it does in lower case and underscores: npm run migration add_site');
    return 1;
  }
  await using server = await scratchServer();
  await migrate({ url: server.url, appPassword: server.appPassword, log: consoleLog });
  const sql = await schemaDiff(server.url);
  if (sql === '') {
    consoleLog.info('The migrations already make what prisma/schema describes.');
    return 0;
  }
  const dir = path.join(MIGRATIONS_DIR, `${stampOf(new Date())}_${name}`);
  await mkdir(dir);
  await writeFile(path.join(dir, 'migration.sql'), `${sql}\n`);
  consoleLog.info(`Written: ${path.join(dir, 'migration.sql')}`);
  consoleLog.info('Add what Prisma does not know (policies, triggers, grants) by hand.');
  return 0;
}

async function scratchServer(): Promise<
  AsyncDisposable & { readonly url: string; readonly appPassword: string }
> {
  const server = await startEmbeddedPostgres({ log: consoleLog, scratch: true, durable: false });
  const { url, appPassword } = server;
  return { url, appPassword, [Symbol.asyncDispose]: () => server.stop() };
}

if (import.meta.main) await runCli(main);
