import { parseArgs } from 'node:util';
import { readBackupHeader, restoreBackup } from '#server/db/backup-read.ts';
import { writeBackup } from '#server/db/backup-write.ts';
import { hasDatabase, openDatabase } from '#server/db/database.ts';
import { readEnv } from '#server/env.ts';
import { consoleLog, printLine, runCli } from './console.ts';

const USAGE = {
  backup: 'Say where to write it: npm run backup FILE',
  restore: 'Say which file: npm run restore FILE (to replace existing data: -- --force)',
} as const;

async function backup(file: string): Promise<number> {
  const env = readEnv();
  if (!hasDatabase(env)) throw new Error('There is no data yet: nothing to back up.');
  const database = await openDatabase(env, { log: consoleLog, adopt: true });
  try {
    const { tables, rows, createdAt } = await writeBackup(database.ownerUrl, file);
    printLine(
      `${file}: ${rows} rows of ${tables} tables as of ${createdAt}, from ${database.place}`,
    );
    return 0;
  } finally {
    await database.stop();
  }
}

async function restore(file: string, force: boolean): Promise<number> {
  const env = readEnv();
  // Before a server is started for nothing.
  await readBackupHeader(file);
  const database = await openDatabase(env, { log: consoleLog });
  try {
    const { ownerUrl: url, appPassword } = database;
    const password = appPassword === undefined ? {} : { appPassword };
    const summary = await restoreBackup({ url, file, force, log: consoleLog, ...password });
    printLine(`${summary.rows} rows of ${summary.tables} tables restored to ${database.place}`);
    return 0;
  } finally {
    await database.stop();
  }
}

/** `npm run backup FILE` and `npm run restore FILE [-- --force]`. */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { force: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [command, file] = positionals;
  const what = command === 'restore' ? 'restore' : 'backup';
  if (file === undefined) {
    consoleLog.warn(USAGE[what]);
    return 1;
  }
  return what === 'restore' ? restore(file, values.force) : backup(file);
}

if (import.meta.main) await runCli(main);
