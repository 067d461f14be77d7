import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { embeddedHomeDir } from './embedded-home.ts';
import { startEmbeddedPostgres } from './embedded.ts';

const log = { info: () => undefined, warn: () => undefined };
const MODULE = new URL('embedded.ts', import.meta.url).href;
let dataDir = '';
let round = 0;

// The name lets a later run sweep the folder away should this one be killed.
beforeEach(() => {
  round += 1;
  dataDir = path.join(embeddedHomeDir(), `scratch-test-${process.pid}-${round}`);
});
afterEach(async () => {
  const server = await startEmbeddedPostgres({ dataDir, log });
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Starts the server in another process, which then does nothing; resolves when it is up. */
async function startInChild(): Promise<ChildProcess> {
  const code = `import { startEmbeddedPostgres } from '${MODULE}';
    const log = { info() {}, warn() {} };
    await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log });
    process.stdout.write('up');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function postmasterPid(): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'data', 'postmaster.pid'), 'utf8'), 10);
}

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', () => {
  test('keeps its data over a stop and refuses a wrong password', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    await run(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const wrong = new URL(first.url);
    wrong.password = 'guess';
    await expect(run(wrong.href, 'SELECT 1')).rejects.toThrow(/password/);
    await first.stop();
    const second = await startEmbeddedPostgres({ dataDir, log });
    expect(await run(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.appPassword).toBe(first.appPassword);
    await second.stop();
  });

  test('refuses a second instance on the same data unless it is asked to adopt', async () => {
    const owner = await startInChild();
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
      new RegExp(`already runs on the data in .* \\(process ${owner.pid}\\)`),
    );
    const guest = await startEmbeddedPostgres({ dataDir, log, adopt: true });
    expect(guest.adopted).toBe(true);
    await guest.stop();
    // A guest's stop must not take the owner's database away.
    expect(await run(guest.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await kill(owner);
  });

  test('takes over the server that a killed owner left running', async () => {
    const owner = await startInChild();
    const before = await postmasterPid();
    await kill(owner);
    const next = await startEmbeddedPostgres({ dataDir, log });
    expect(next.adopted).toBe(true);
    expect(await postmasterPid()).toBe(before);
    await next.stop();
    await expect(access(path.join(dataDir, 'data', 'postmaster.pid'))).rejects.toThrow(/ENOENT/);
  });

  test('starts at once after owner and server were both killed, with committed data', async () => {
    const owner = await startInChild();
    const guest = await startEmbeddedPostgres({ dataDir, log, adopt: true });
    await run(guest.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const postmaster = await postmasterPid();
    await kill(owner);
    process.kill(postmaster, 'SIGKILL');
    const next = await startEmbeddedPostgres({ dataDir, log });
    expect(next.adopted).toBe(false);
    expect(await run(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await next.stop();
  });

  test('brings a server that dies under it back on the same port', async () => {
    const server = await startEmbeddedPostgres({ dataDir, log });
    const before = await postmasterPid();
    process.kill(before, 'SIGKILL');
    const answer = async (): Promise<unknown[]> => run(server.url, 'SELECT 1 AS one');
    await expect.poll(() => answer().catch(String), { timeout: 20_000 }).toEqual([{ one: 1 }]);
    expect(await postmasterPid()).not.toBe(before);
    await server.stop();
  });

  test('is not stopped by a lock file that names a living stranger', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log });
    const lockFile = path.join(dataDir, 'data', 'postmaster.pid');
    const text = await readFile(lockFile, 'utf8');
    const { uid, gid } = await stat(path.join(dataDir, 'data'));
    await first.stop();
    const isRoot = process.getuid?.() === 0;
    const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
    await sleep(50);
    await writeFile(lockFile, text.replace(/^\d+/, String(stranger.pid)));
    const next = await startEmbeddedPostgres({ dataDir, log });
    expect(await run(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await next.stop();
    stranger.kill();
  });

  test('removes a temporary instance when it stops', async () => {
    const scratch = await startEmbeddedPostgres({ scratch: true, durable: false, log });
    expect(await run(scratch.url, "SELECT current_setting('fsync') AS fsync")).toEqual([
      { fsync: 'off' },
    ]);
    await scratch.stop();
    await expect(access(scratch.dataDir)).rejects.toThrow(/ENOENT/);
  });
});
