import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, readPostmaster, stopServer } from '../db/embedded-process.ts';
import { freePorts } from '../scratch-system.ts';

const ENTRY = path.resolve(import.meta.dirname, '..', 'index.ts');
let dir: string;

beforeEach(async () => { dir = await mkdtemp(path.join(tmpdir(), 'valley-stopping-')); });
afterEach(async () => {
  const left = await readPostmaster(path.join(dir, 'data'));
  if (left !== undefined && isRunning(left)) await stopServer(left);
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

type Command = { child: ChildProcess; out: () => string; err: () => string };

async function startDemo(): Promise<Command> {
  const [web, ocpp] = await freePorts(2);
  const env = { ...process.env, VALLEY_DATA_DIR: dir, VALLEY_PORT: String(web), VALLEY_OCPP_PORT: String(ocpp) };
  const child = spawn(process.execPath, [ENTRY, 'demo'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString(); });
  return { child, out: () => out, err: () => err };
}

async function isDatabaseLeft(): Promise<boolean> {
  const postmaster = await readPostmaster(path.join(dir, 'data'));
  return postmaster !== undefined && isRunning(postmaster);
}

test('a demo whose set-up fails leaves no database running', async () => {
  await mkdir(path.join(dir, 'demo'));
  await writeFile(path.join(dir, 'demo', 'keys.json'), '{"stations":');
  const { child, err } = await startDemo();
  const [code] = await once(child, 'exit') as [number];
  expect(code).toBe(1);
  expect(err()).toContain('keys.json is damaged');
  expect(existsSync(path.join(dir, 'data', 'PG_VERSION'))).toBe(true);
  expect(await isDatabaseLeft()).toBe(false);
}, 90_000);

test('Ctrl-C while the demo is being set up ends it at once and leaves no database running', async () => {
  const { child, out } = await startDemo();
  const exit = once(child, 'exit');
  while (!(await isDatabaseLeft()) && child.exitCode === null) await sleep(20);
  child.kill('SIGINT');
  expect((await exit)[0]).toBe(0);
  expect(out()).toBe('');
  expect(await isDatabaseLeft()).toBe(false);
}, 90_000);
