import { existsSync } from 'node:fs';
import path from 'node:path';
import { embeddedHomeDir } from './embedded-home.ts';
import type { StatusLog } from './embedded-server.ts';
import { startEmbeddedPostgres } from './embedded.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

/** The settings that say where the database is (names as in server/env.ts). */
export type DatabaseEnv = {
  readonly DATABASE_URL?: string | undefined;
  readonly VALLEY_DATA_DIR?: string | undefined;
};

export type OpenedDatabase = {
  /** As the owner. */
  readonly ownerUrl: string;
  /** Password of role `valley_app`; undefined where DATABASE_URL leads to a server of its own. */
  readonly appPassword: string | undefined;
  /** Where the data is, for people; never holds a password. */
  readonly place: string;
  /** Stops the embedded server if this process owns it. */
  stop(): Promise<void>;
};

/** The folder of this clone's embedded instance. */
export function instanceDir(env: DatabaseEnv): string {
  return path.resolve(ROOT, env.VALLEY_DATA_DIR ?? path.join(embeddedHomeDir(), 'main'));
}

/** True when there is a database to open: looking at one must not make one. */
export function hasDatabase(env: DatabaseEnv): boolean {
  if (env.DATABASE_URL !== undefined) return true;
  return existsSync(path.join(instanceDir(env), 'data', 'PG_VERSION'));
}

function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
}

/**
 * Opens the database for a command that runs beside Valley (`adopt`) or instead of it. Applies no
 * migrations. Throws a sentence where another Valley holds the same data and `adopt` is not set.
 */
export async function openDatabase(
  env: DatabaseEnv,
  options: { readonly log: StatusLog; readonly adopt?: boolean },
): Promise<OpenedDatabase> {
  const url = env.DATABASE_URL;
  if (url !== undefined) {
    const stop = (): Promise<void> => Promise.resolve();
    return { ownerUrl: url, appPassword: undefined, place: placeOf(url), stop };
  }
  const { log, adopt = false } = options;
  const server = await startEmbeddedPostgres({ log, adopt, dataDir: instanceDir(env) });
  return {
    ownerUrl: server.url,
    appPassword: server.appPassword,
    place: server.dataDir,
    stop: () => server.stop(),
  };
}
