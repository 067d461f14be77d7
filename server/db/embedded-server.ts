import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { EmbeddedHome } from './embedded-home.ts';
import {
  readPostmaster,
  retireStalePid,
  runProgram,
  spawnServer,
  stopServer,
} from './embedded-process.ts';
import type { ServerProcess } from './embedded-process.ts';

const OWNER_ROLE = 'valley_owner';
// Crash recovery replays at most max_wal_size of log, which takes seconds, not minutes.
export const READY_LIMIT_MS = 60_000;
// After a SIGKILL the dead server's lock lingers up to 2 s, longer while its children write.
const LOCK_RETRY_MS = 10_000;
const LOCK_PAUSE_MS = 200;

/** The part of the program's logger used here. */
export type StatusLog = { info(message: string): void; warn(message: string): void };

export type EmbeddedOptions = {
  readonly log: StatusLog;
  /** Folder of the instance (settings, secret, data); by default one per clone. */
  readonly dataDir?: string;
  /** TCP port on 127.0.0.1; by default any free one. */
  readonly port?: number;
  /** Use a server that another live Valley process owns; it stays that process's to stop. */
  readonly adopt?: boolean;
  /** A temporary instance, removed by stop(). */
  readonly scratch?: boolean;
  /** false: no fsync. Only for tests: a crash of the machine would lose data. */
  readonly durable?: boolean;
};

/** One data folder with what is needed to run a server on it. */
export type Instance = {
  readonly home: EmbeddedHome;
  readonly dir: string;
  readonly dataDir: string;
  readonly secret: string;
  readonly options: EmbeddedOptions;
};

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Address of a database of the instance for its owner role. */
export function adminUrl(instance: Instance, port: number, database: string): string {
  return `postgres://${OWNER_ROLE}:${instance.secret}@127.0.0.1:${port}/${database}`;
}

/**
 * True when the server on this port serves this instance's folder: the port may have been taken by
 * somebody else's server.
 */
export async function answers(instance: Instance, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: adminUrl(instance, port, 'postgres'),
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query<{ dir: string }>(
      "SELECT current_setting('data_directory') AS dir",
    );
    return found.rows[0]?.dir === instance.dataDir;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Makes the data folder (initdb). Throws with what the program said. */
export async function initialise(instance: Instance): Promise<void> {
  const { home, dir, dataDir } = instance;
  const partDir = `${dataDir}.part`;
  await rm(partDir, { recursive: true, force: true });
  await mkdir(partDir, { mode: 0o700 });
  const passwordFile = path.join(dir, 'secret.initdb');
  await writeFile(passwordFile, instance.secret, { mode: 0o600 });
  if (home.account !== undefined) {
    const { uid, gid } = home.account;
    await Promise.all([chown(partDir, uid, gid), chown(passwordFile, uid, gid)]);
  }
  const args = ['-D', partDir, '-U', OWNER_ROLE, `--pwfile=${passwordFile}`];
  args.push('-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--data-checksums');
  if (instance.options.durable === false) args.push('--no-sync');
  try {
    const { code, output } = await runProgram(home, 'initdb', { args, cwd: dir });
    if (code !== 0) throw new Error(`PostgreSQL could not make its data folder:\n${output}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  // Only a complete folder gets the real name: an interrupted first start begins again.
  await rename(partDir, dataDir);
}

function serverArguments(instance: Instance, port: number): string[] {
  const durable = instance.options.durable !== false;
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    // TCP only: a socket file's path has a length limit that deep folders break.
    unix_socket_directories: '',
    port: String(port),
    max_connections: '100',
    shared_buffers: '128MB',
    fsync: durable ? 'on' : 'off',
    synchronous_commit: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    max_wal_size: '1GB',
    wal_compression: 'on',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', instance.dataDir, ...flags];
}

function sayWhy(output: string): string {
  const lines = output.split('\n').filter((line) => /FATAL|HINT|PANIC|EACCES|ENOENT/.test(line));
  return lines.length > 0 ? lines.join('\n') : output.slice(-2000);
}

// Resolves true when ready and with the server's last words when it ended instead.
async function waitReady(
  instance: Instance,
  server: ServerProcess,
  port: number,
): Promise<true | string> {
  const deadline = performance.now() + READY_LIMIT_MS;
  const state: { ended?: string } = {};
  void server.exited.then((output) => {
    state.ended = output;
  });
  while (performance.now() < deadline) {
    if (state.ended !== undefined) return state.ended;
    const postmaster = await readPostmaster(instance.dataDir);
    const isUp = postmaster?.pid === server.pid && postmaster.status === 'ready';
    if (isUp && (await answers(instance, port))) return true;
    await sleep(25);
  }
  await stopServer({ pid: server.pid, port, status: '' });
  throw new Error(
    `PostgreSQL was not ready within ${READY_LIMIT_MS / 1000} s: see ` +
      path.join(instance.dir, 'postgresql.log'),
  );
}

/**
 * Starts the server and waits until it answers; retries while the lock of a killed one lingers.
 * Returns its port. Throws with the server's own words.
 */
export async function startServer(instance: Instance): Promise<number> {
  const deadline = performance.now() + LOCK_RETRY_MS;
  for (;;) {
    await retireStalePid(instance.dataDir);
    const port = instance.options.port ?? (await freePort());
    const args = serverArguments(instance, port);
    const server = await spawnServer(instance.home, instance.dir, args);
    const ready = await waitReady(instance, server, port);
    if (ready === true) return port;
    const isLocked = /lock file|shared memory block/.test(ready);
    const isPortLost = /could not bind|Address already in use/.test(ready);
    const mayRetry = isLocked || (isPortLost && instance.options.port === undefined);
    if (!mayRetry || performance.now() > deadline) {
      throw new Error(`PostgreSQL did not start on port ${port}:\n${sayWhy(ready)}`);
    }
    await sleep(LOCK_PAUSE_MS);
  }
}
