import { createHmac, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { prepareHome } from './embedded-home.ts';
import {
  dropOwnership,
  isRunning,
  liveOwner,
  readPostmaster,
  runProgram,
  stopServer,
  takeOwnership,
} from './embedded-process.ts';
import type { Postmaster } from './embedded-process.ts';
import { adminUrl, answers, initialise, READY_LIMIT_MS, startServer } from './embedded-server.ts';
import type { EmbeddedOptions, Instance, StatusLog } from './embedded-server.ts';

const DATABASE = 'valley';
const WATCH_MS = 500;

/** A running server. */
export type EmbeddedPostgres = {
  /** Connection string of the owner role to the database `valley`. */
  readonly url: string;
  /** Password for the role `valley_app`, derived from the instance's secret. */
  readonly appPassword: string;
  readonly port: number;
  /** The instance's folder, for messages to people. */
  readonly dataDir: string;
  /** True when a running server was taken over instead of started. */
  readonly adopted: boolean;
  /** Stops the server, unless another live process owns it. Safe to call twice. */
  stop(): Promise<void>;
};

/** A connection string for another role of the same database. */
export function withRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = encodeURIComponent(password);
  return changed.href;
}

/** Creates a database on the server of `url` where it is missing and returns its address. */
export async function createDatabase(url: string, name: string): Promise<string> {
  const target = new URL(url);
  target.pathname = `/${name}`;
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return target.href;
}

async function readSecret(dir: string): Promise<string> {
  const file = path.join(dir, 'secret');
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.trim().length > 0) return known.trim();
  const secret = randomBytes(24).toString('hex');
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

async function openInstance(options: EmbeddedOptions): Promise<Instance> {
  const home = await prepareHome();
  const scratchDir = path.join(home.homeDir, `scratch-${randomBytes(6).toString('hex')}`);
  const ownDir = path.join(home.homeDir, 'main');
  const dir = path.resolve(options.dataDir ?? (options.scratch === true ? scratchDir : ownDir));
  await mkdir(dir, { recursive: true, mode: 0o755 });
  // The borrowed account must be able to walk through the folder whatever our umask is.
  if (home.account !== undefined) await chmod(dir, 0o755);
  return { home, dir, dataDir: path.join(dir, 'data'), secret: await readSecret(dir), options };
}

async function assertSameMajor(instance: Instance): Promise<void> {
  const file = path.join(instance.dataDir, 'PG_VERSION');
  const stored = (await readFile(file, 'utf8').catch(() => '')).trim();
  const { output } = await runProgram(instance.home, 'postgres', {
    args: ['--version'],
    cwd: instance.dir,
  });
  const ours = /\) (\d+)/.exec(output)?.[1] ?? '';
  if (stored === '' || stored === ours) return;
  throw new Error(
    `The data in ${instance.dir} belongs to PostgreSQL ${stored}, this program brings ${ours}: ` +
      'go back to the former version, run "npm run backup FILE", and restore it with this one.',
  );
}

async function findRunning(instance: Instance): Promise<Postmaster | undefined> {
  const postmaster = await readPostmaster(instance.dataDir);
  if (postmaster === undefined || !isRunning(postmaster)) return undefined;
  return postmaster;
}

/** Starts the server again, on the same port, whenever it ends without being told to. */
function watch(instance: Instance, port: number): () => Promise<void> {
  const samePort = { ...instance, options: { ...instance.options, port } };
  let isWatching = true;
  const timer = new AbortController();
  const loop = async (): Promise<void> => {
    while (isWatching) {
      await sleep(WATCH_MS, undefined, { ref: false, signal: timer.signal }).catch(() => undefined);
      if (!isWatching || (await findRunning(instance)) !== undefined) continue;
      instance.options.log.warn('The database ended unexpectedly; starting it again.');
      await startServer(samePort).catch((error: unknown) => {
        instance.options.log.warn(String(error));
      });
    }
  };
  const done = loop();
  return async () => {
    isWatching = false;
    timer.abort();
    await done;
  };
}

type Running = { readonly port: number; readonly url: string; readonly adopted: boolean };

function handleOf(instance: Instance, server: Running, isOurs: boolean): EmbeddedPostgres {
  const endWatch = isOurs ? watch(instance, server.port) : undefined;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    if (endWatch === undefined) return;
    await endWatch();
    const postmaster = await findRunning(instance);
    if (postmaster !== undefined) await stopServer(postmaster);
    if (instance.options.scratch === true) {
      await rm(instance.dir, { recursive: true, force: true, maxRetries: 5 });
    } else {
      await dropOwnership(instance.dir);
    }
  };
  return {
    ...server,
    appPassword: createHmac('sha256', instance.secret).update('valley_app').digest('hex'),
    dataDir: instance.dir,
    stop: () => (stopping ??= stop()),
  };
}

async function useForeign(instance: Instance, ownerPid: number): Promise<EmbeddedPostgres> {
  const deadline = performance.now() + READY_LIMIT_MS;
  // The owner may be starting it at this moment.
  while (performance.now() < deadline && (await liveOwner(instance.dir)) === ownerPid) {
    const running = await findRunning(instance);
    if (running !== undefined && (await answers(instance, running.port))) {
      const url = await createDatabase(adminUrl(instance, running.port, 'postgres'), DATABASE);
      return handleOf(instance, { port: running.port, url, adopted: true }, false);
    }
    await sleep(100);
  }
  throw new Error(`The database in ${instance.dir} did not answer; process ${ownerPid} owns it.`);
}

async function startOwned(instance: Instance): Promise<EmbeddedPostgres> {
  const { log } = instance.options;
  const orphan = await findRunning(instance);
  if (orphan !== undefined) {
    const isPortFine = [undefined, orphan.port].includes(instance.options.port);
    if (isPortFine && (await answers(instance, orphan.port))) {
      log.info(`Took over the database an earlier process left running (port ${orphan.port}).`);
      const url = await createDatabase(adminUrl(instance, orphan.port, 'postgres'), DATABASE);
      return handleOf(instance, { port: orphan.port, url, adopted: true }, true);
    }
    log.warn(`Stopping a database that an earlier process left behind (pid ${orphan.pid}).`);
    await stopServer(orphan);
  }
  const isNew = await stat(instance.dataDir).then(
    () => false,
    () => true,
  );
  if (isNew) await initialise(instance);
  else await assertSameMajor(instance);
  const port = await startServer(instance);
  const url = await createDatabase(adminUrl(instance, port, 'postgres'), DATABASE);
  return handleOf(instance, { port, url, adopted: false }, true);
}

// What a killed test run left behind is stopped and removed by the next one.
async function sweepScratch(homeDir: string, log: StatusLog): Promise<void> {
  const names = (await readdir(homeDir)).filter((name) => name.startsWith('scratch-'));
  for (const name of names) {
    const dir = path.join(homeDir, name);
    const ageMs = Date.now() - (await stat(dir).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    // A folder without an owner may be one that is being made right now.
    if (ageMs < 60_000 || (await liveOwner(dir)) !== undefined) continue;
    log.info(`Removing the temporary database ${name} of a process that was killed.`);
    const postmaster = await readPostmaster(path.join(dir, 'data'));
    if (postmaster !== undefined && isRunning(postmaster)) await stopServer(postmaster);
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Starts (or takes over) the PostgreSQL server that comes with the packages, on 127.0.0.1 only.
 * One process owns an instance: a second one is refused with a sentence, or with `adopt` uses the
 * same server. A server left over by a killed owner is taken over. The caller stops it.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const instance = await openInstance(options);
  if (options.scratch === true) await sweepScratch(instance.home.homeDir, options.log);
  const ownerPid = await takeOwnership(instance.dir);
  if (ownerPid !== undefined) {
    if (options.adopt === true) return useForeign(instance, ownerPid);
    throw new Error(
      `Valley already runs on the data in ${instance.dir} (process ${ownerPid}): ` +
        'stop that one first, or give this one its own clone or DATABASE_URL.',
    );
  }
  try {
    return await startOwned(instance);
  } catch (error) {
    // It may run already: what nobody was handed nobody would stop.
    const started = await findRunning(instance);
    if (started !== undefined) await stopServer(started);
    await dropOwnership(instance.dir);
    throw error;
  }
}
