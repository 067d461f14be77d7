import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../db/embedded-process.ts';

const MODULE = new URL('fleet-process.ts', import.meta.url).href;
let dir = '';
beforeAll(async () => { dir = await mkdtemp(path.join(tmpdir(), 'valley-fleet-')); });
afterAll(() => rm(dir, { recursive: true }));

test('a fleet ends with the replay that started it and was killed, and was told of no database', async () => {
  const fleet = path.join(dir, 'fleet.mjs');
  const told = path.join(dir, 'told.json');
  // It neither listens to signals nor ends by itself.
  await writeFile(fleet, `import { writeFileSync, renameSync } from 'node:fs';
    process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);
    writeFileSync('${told}.part', JSON.stringify([process.pid, Object.keys(process.env)])); renameSync('${told}.part', '${told}');`);
  const parent = path.join(dir, 'parent.mjs');
  await writeFile(parent, `import { startFleet } from '${MODULE}';
    startFleet({ argv: [], controlPort: 1, token: 't', entry: '${fleet}' }); setInterval(() => {}, 1000);`);
  const replay = spawn(process.execPath, [parent], {
    stdio: ['ignore', 'ignore', 'inherit'], env: { NODE_ENV: 'test', PATH: process.env['PATH'], DATABASE_URL: 'postgresql://x', VALLEY_SECRET: 'x' },
  });
  const read = () => readFile(told, 'utf8').catch(() => null);
  await expect.poll(read, { timeout: 20_000 }).not.toBeNull();
  const [pid, names] = JSON.parse(await read() ?? '[]') as [number, string[]];
  expect(names.filter((name) => !['PATH', 'NODE_ENV'].includes(name) && !name.startsWith('NODE_CHANNEL'))).toEqual([]);
  expect(isAlive(pid)).toBe(true);
  const end = once(replay, 'exit');
  replay.kill('SIGKILL');
  await end;
  await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);
}, 50_000);
