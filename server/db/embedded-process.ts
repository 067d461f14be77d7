import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, EmbeddedHome } from './embedded-home.ts';

const FAST_STOP_MS = 20_000;
const LOG_LIMIT_BYTES = 10_000_000;

/** Who started (and will stop) the server of an instance folder. */
type Owner = { readonly pid: number; readonly bornAt: string };

// A process id alone does not say who is meant: ids are reused, and after a restart of a container
// the same number is somebody else. Linux tells the start time; elsewhere the number must do.
function bornAt(pid: number): string {
  if (process.platform !== 'linux') return '';
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name in field 2 may hold blanks; what follows its bracket does not. Field 22: start.
    return `${boot}:${line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}

// A killed process whose parent has not collected it yet still answers signal 0, but is gone.
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return ['Z', 'X'].includes(line.slice(line.lastIndexOf(')') + 2).charAt(0));
  } catch {
    return false;
  }
}

/** True while a process with this id runs (also one of another user). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return !isZombie(pid);
}

function ownerFile(instanceDir: string): string {
  return path.join(instanceDir, 'owner.json');
}

/** The id of the live process that owns an instance folder; undefined when there is none. */
export async function liveOwner(instanceDir: string): Promise<number | undefined> {
  try {
    const owner: Owner = JSON.parse(await readFile(ownerFile(instanceDir), 'utf8'));
    return isAlive(owner.pid) && bornAt(owner.pid) === owner.bornAt ? owner.pid : undefined;
  } catch {
    return undefined;
  }
}

function isExisting(error: unknown): true {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return true;
  throw error;
}

/** Takes an instance folder for this process. Returns the live owner's id where it is taken. */
export async function takeOwnership(instanceDir: string): Promise<number | undefined> {
  const mine: Owner = { pid: process.pid, bornAt: bornAt(process.pid) };
  const draft = `${ownerFile(instanceDir)}.${process.pid}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o644 });
  try {
    for (;;) {
      // A hard link appears whole or not at all, and fails where another process was first.
      const isTaken = await link(draft, ownerFile(instanceDir)).then(() => false, isExisting);
      if (!isTaken) return undefined;
      const owner = await liveOwner(instanceDir);
      if (owner !== undefined) return owner;
      await rm(ownerFile(instanceDir), { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Gives the instance folder back. */
export async function dropOwnership(instanceDir: string): Promise<void> {
  await rm(ownerFile(instanceDir), { force: true });
}

/** What a running server says about itself in `postmaster.pid`. */
export type Postmaster = { readonly pid: number; readonly port: number; readonly status: string };

/** Reads `postmaster.pid`; undefined when absent or not yet complete. */
export async function readPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!Number.isInteger(pid) || !Number.isInteger(port)) return undefined;
  return { pid, port, status: lines[7] ?? '' };
}

function isPostgres(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    return false;
  }
}

/** True while the server named in `postmaster.pid` runs. */
export function isRunning(postmaster: Postmaster): boolean {
  return isAlive(postmaster.pid) && isPostgres(postmaster.pid);
}

/**
 * Lets a stale `postmaster.pid` no longer point at a live process that is not PostgreSQL.
 * The file itself must stay: its shared-memory key is how PostgreSQL notices that children of the
 * dead server still write to the folder. So only the id is replaced, by one Linux cannot give out.
 */
export async function retireStalePid(dataDir: string): Promise<void> {
  const postmaster = await readPostmaster(dataDir);
  if (postmaster === undefined || !isAlive(postmaster.pid) || isPostgres(postmaster.pid)) return;
  const file = path.join(dataDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8');
  const handle = await open(file, 'r+');
  try {
    const impossiblePid = String(2 ** 22 + 1);
    await handle.truncate(0);
    await handle.write(text.replace(/^\d+/, impossiblePid), 0);
  } finally {
    await handle.close();
  }
}

type RunResult = { readonly code: number | null; readonly output: string };

function accountOptions(account: Account): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

// PGDATA, PGPORT and the like of the user's shell must not reach our server.
function serverEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'TEMP'];
  const inherited = process.getuid?.() === 0 ? names.filter((name) => name !== 'HOME') : names;
  const entries = Object.entries(process.env).filter(([name]) => inherited.includes(name));
  return { ...Object.fromEntries(entries), NODE_ENV: 'production', LC_ALL: 'C', TZ: 'UTC' };
}

function unreachable(home: EmbeddedHome, dir: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code !== 'EACCES' || home.account === undefined) return cause;
  return new Error(
    `PostgreSQL runs as user ${home.account.uid}, who may not enter ${dir}: choose a folder ` +
      'outside of /root for VALLEY_DATA_DIR, for example /var/lib/valley-data.',
    { cause },
  );
}

/** Runs one of the server's programs to its end and returns its exit code and what it wrote. */
export function runProgram(
  home: EmbeddedHome,
  name: 'initdb' | 'postgres',
  call: { readonly args: readonly string[]; readonly cwd: string },
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(home.binDir, name), call.args, {
      cwd: call.cwd,
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...accountOptions(home.account),
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (cause) => {
      reject(unreachable(home, call.cwd, cause));
    });
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

function readTail(file: string, from: number): string {
  try {
    return readFileSync(file).subarray(from).toString();
  } catch {
    // A temporary instance may be removed before its server's end is reported.
    return '';
  }
}

/** A server process we started; `exited` resolves with the end of its log. */
export type ServerProcess = { readonly pid: number; readonly exited: Promise<string> };

/**
 * Starts the server in a process group of its own, so that Ctrl-C reaches us first and a kill of
 * this process leaves the database running for the next start to adopt.
 */
export async function spawnServer(
  home: EmbeddedHome,
  instanceDir: string,
  args: readonly string[],
): Promise<ServerProcess> {
  const logFile = path.join(instanceDir, 'postgresql.log');
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  const fd = openSync(logFile, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
  const from = size > LOG_LIMIT_BYTES ? 0 : size;
  try {
    const child = spawn(path.join(home.binDir, 'postgres'), args, {
      cwd: instanceDir,
      env: serverEnvironment(),
      stdio: ['ignore', fd, fd],
      detached: true,
      ...accountOptions(home.account),
    });
    const exited = new Promise<string>((resolve) => {
      child.on('error', (error) => {
        resolve(error.message);
      });
      child.on('exit', () => {
        resolve(readTail(logFile, from));
      });
    });
    child.unref();
    if (child.pid === undefined) throw new Error(`PostgreSQL did not start: ${await exited}`);
    return { pid: child.pid, exited };
  } finally {
    closeSync(fd);
  }
}

/**
 * Stops a server: fast (open transactions roll back, a checkpoint is written), and if that takes
 * longer than 20 s at once (the next start then replays its log; nothing committed is lost).
 */
export async function stopServer(postmaster: Postmaster): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isRunning(postmaster)) return;
    process.kill(postmaster.pid, signal);
    const deadline = performance.now() + FAST_STOP_MS;
    while (isRunning(postmaster) && performance.now() < deadline) await sleep(20);
  }
}
