import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const SCRIPT = path.join(ROOT, 'scripts', 'valley.mjs');
/** The first start of a clone builds the pages: half a minute, or many where the machine is busy. */
const START_LIMIT_MS = 540_000;
const STOP_LIMIT_MS = 25_000;
const LOG_KEPT = 20_000;

/** Where an installation is reached, and where its data is. */
export type Place = { portalPort: number; ocppPort: number; dataDir: string };

/** A running `npm run demo` or `npm start`. */
export type Installation = Place & {
  portalUrl: string;
  ocppUrl: string;
  /** What the command has told the person who started it. */
  greeting: string;
  /** Process id of a role: gateway, worker, web, or sim. */
  pidOf(role: string): Promise<number>;
  stop(): Promise<void>;
};

/** A person's shell may hold settings of another installation. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => name !== 'DATABASE_URL' && !name.startsWith('VALLEY_'),
  );
  return { ...Object.fromEntries(entries), NODE_ENV: 'production' };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '0.0.0.0', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** The stations' port has the simulator's control port as its neighbour, so a row of three. */
async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = 20_000 + (randomBytes(2).readUInt16BE() % 10_000);
    const all = await Promise.all([first, first + 1, first + 2].map(isFree));
    if (all.every(Boolean)) return first;
  }
  throw new Error('There are no three free ports in a row between 20000 and 30002.');
}

/** A folder of its own: PostgreSQL, which root runs as another user, has to reach it. */
export async function newPlace(): Promise<Place> {
  const home = process.getuid?.() === 0 ? '/var/lib/valley' : path.join(ROOT, '.valley');
  const dataDir = path.join(home, `e2e-${randomBytes(4).toString('hex')}`);
  await mkdir(dataDir, { recursive: true });
  const first = await freePorts();
  return { portalPort: first, ocppPort: first + 1, dataDir };
}

/** Removes the data of a stopped installation. */
export async function removePlace({ dataDir }: Place): Promise<void> {
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Settings that lead a command to this installation. */
function environmentOf(place: Place): NodeJS.ProcessEnv {
  return {
    ...cleanEnvironment(),
    VALLEY_PORT: String(place.portalPort),
    VALLEY_OCPP_PORT: String(place.ocppPort),
    VALLEY_DATA_DIR: place.dataDir,
    VALLEY_LOG_LEVEL: 'warn',
  };
}

/**
 * Runs a command to its end beside an installation.
 * @returns its exit code and what it said on both streams.
 */
export async function runBeside(
  place: Place,
  args: readonly string[],
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    cwd: ROOT,
    env: environmentOf(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: unknown): void => {
    text += String(chunk);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'close');
  return { code: child.exitCode, text };
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function awaitReady(place: Place, said: { out: string; log: string }, child: ChildProcess) {
  const until = Date.now() + START_LIMIT_MS;
  const health = [place.portalPort, place.ocppPort].map(
    (port) => `http://127.0.0.1:${port}/healthz`,
  );
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`It ended before it was ready:\n${said.log}`);
    const healthy = await Promise.all(health.map(isHealthy));
    if (said.out.includes('Ctrl-C') && healthy.every(Boolean)) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error(`It was not ready within ${START_LIMIT_MS / 1000} s:\n${said.log}`);
}

/** Starts a command as a person would and waits until both ports answer and it has greeted. */
export async function startInstallation(
  place: Place,
  args: readonly string[],
): Promise<Installation> {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    cwd: ROOT,
    env: environmentOf(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', log: '' };
  child.stdout.on('data', (chunk: unknown) => {
    said.out += String(chunk);
  });
  child.stderr.on('data', (chunk: unknown) => {
    said.log = (said.log + String(chunk)).slice(-LOG_KEPT);
  });
  const stopWithUs = (): void => {
    child.kill('SIGTERM');
  };
  process.once('exit', stopWithUs);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', stopWithUs);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  };
  try {
    await awaitReady(place, said, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...place,
    portalUrl: `http://localhost:${place.portalPort}`,
    ocppUrl: `ws://localhost:${place.ocppPort}/ocpp`,
    greeting: said.out,
    pidOf: (role) => pidOf(child.pid ?? 0, role),
    stop,
  };
}

type Process = { pid: number; parent: number; command: string };

async function processes(): Promise<Process[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    names.map(async (name) => {
      const [status, command] = await Promise.all([
        readFile(`/proc/${name}/status`, 'utf8').catch(() => ''),
        readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
      ]);
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
      return { pid: Number(name), parent, command: command.split('\0').join(' ').trim() };
    }),
  );
  return all;
}

async function pidOf(root: number, role: string): Promise<number> {
  const all = await processes();
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  const entry = role === 'sim' ? 'sim/main.ts' : `server/index.ts ${role}`;
  const found = below(root).find(({ command }) => command.includes(entry));
  if (found === undefined) throw new Error(`There is no process for ${role}.`);
  return found.pid;
}
