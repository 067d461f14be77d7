import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { embeddedHomeDir } from './embedded-home.ts';
import type { StatusLog } from './embedded-server.ts';
import { startEmbeddedPostgres, withRole } from './embedded.ts';

/** The settings that say where the database is (names as in server/env.ts). */
export type DatabaseEnv = {
  readonly DATABASE_URL?: string | undefined;
  readonly VALLEY_DATA_DIR?: string | undefined;
};
export type DatabaseMode = 'demo' | 'live' | 'replay';

export type OpenDatabaseOptions = {
  readonly env: DatabaseEnv;
  readonly mode: DatabaseMode;
  readonly log: StatusLog;
  /** Share the server of a running Valley instead of being refused. */
  readonly adopt?: boolean;
};

export type OpenedDatabase = {
  /** As the owner: migrations, jobs' tables, backup. */
  readonly ownerUrl: string;
  /** As role `valley_app`: everything else. */
  readonly appUrl: string;
  readonly appPassword: string;
  /** Where the data is, for people; never holds a password. */
  readonly place: string;
  /** Stops the embedded server if this process owns it. */
  stop(): Promise<void>;
};

/** The embedded instance's folder of a mode: demo data and real data never share one. */
export function instanceDir(env: DatabaseEnv, mode: DatabaseMode): string {
  return path.join(env.VALLEY_DATA_DIR ?? embeddedHomeDir(), mode);
}

/** The mode whose data this machine has: `live` unless there is only a demo. */
export function modeOnDisk(env: DatabaseEnv): DatabaseMode {
  const has = (mode: DatabaseMode): boolean =>
    existsSync(path.join(instanceDir(env, mode), 'data', 'PG_VERSION'));
  return env.DATABASE_URL === undefined && !has('live') && has('demo') ? 'demo' : 'live';
}

/** The parts of an address that may be shown. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
}

/**
 * Opens the database of a mode: DATABASE_URL where it is set, else the embedded server (a temporary
 * one for `replay`). Throws a sentence where another Valley holds the same data.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenedDatabase> {
  const { env, mode, log, adopt = false } = options;
  const url = env.DATABASE_URL;
  if (url !== undefined) {
    // Every machine of an installation must arrive at the same password without talking.
    const secret = decodeURIComponent(new URL(url).password);
    const appPassword = createHmac('sha256', secret).update('valley_app').digest('hex');
    const appUrl = withRole(url, 'valley_app', appPassword);
    const stop = (): Promise<void> => Promise.resolve();
    return { ownerUrl: url, appUrl, appPassword, place: placeOf(url), stop };
  }
  const where = mode === 'replay' ? { scratch: true } : { dataDir: instanceDir(env, mode) };
  const server = await startEmbeddedPostgres({ log, adopt, ...where });
  return {
    ownerUrl: server.url,
    appUrl: withRole(server.url, 'valley_app', server.appPassword),
    appPassword: server.appPassword,
    place: server.dataDir,
    stop: () => server.stop(),
  };
}
