import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from './db/embedded-process.ts';
import { supervise } from './supervise.ts';
import type { RoleSpec } from './supervise.ts';

const lines: string[] = [];
const log = {
  info: (message: string) => void lines.push(message),
  warn: (message: string) => void lines.push(message),
};
const MODULE = new URL('supervise.ts', import.meta.url).href;
const env = { PATH: process.env['PATH'] };
let dir = '';

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'valley-supervise-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

async function role(name: string, code: string): Promise<RoleSpec> {
  const entry = path.join(dir, `${name}.mjs`);
  await writeFile(entry, `import { reportReady, untilToldToStop } from '${MODULE}';\n${code}`);
  return { name, entry, args: [] };
}

const SERVES =
  'setInterval(() => {}, 1000); reportReady(); await untilToldToStop(); process.exit(0);';

test('starts every role, and stops them on request', async () => {
  const roles = [await role('a', SERVES), await role('b', SERVES)];
  const group = supervise({ roles, env, log });
  await group.ready;
  expect(group.pid('a')).toBeTypeOf('number');
  await group.stop();
  expect([group.pid('a'), group.pid('b')]).toEqual([undefined, undefined]);
});

test('starts a killed role again and leaves the others alone', async () => {
  const group = supervise({ roles: [await role('a', SERVES), await role('b', SERVES)], env, log });
  await group.ready;
  const [a, b] = [group.pid('a'), group.pid('b')];
  process.kill(a ?? 0, 'SIGKILL');
  await expect.poll(() => group.pid('a'), { timeout: 10_000 }).not.toBeOneOf([a, undefined]);
  await group.whenReady('a');
  expect(group.pid('b')).toBe(b);
  await group.stop();
});

test('gives up with a sentence when a role ends three times before it was ever ready', async () => {
  const group = supervise({ roles: [await role('bad', 'process.exit(3);')], env, log });
  await expect(group.ready).rejects.toThrow('bad could not start (exit code 3)');
  await group.stop();
});

test('counts a role as ready once its health address answers 200', async () => {
  const socket = createServer();
  socket.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const address = socket.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  socket.close();
  const code = `import http from 'node:http'; let asked = 0;
    http.createServer((q, r) => { asked += 1; r.statusCode = asked < 3 ? 503 : 200; r.end(); })
      .listen(${port}, '127.0.0.1');
    await untilToldToStop(); process.exit(0);`;
  const spec = { ...(await role('web', code)), healthUrl: `http://127.0.0.1:${port}/healthz` };
  const group = supervise({ roles: [spec], env, log });
  await group.ready;
  expect((await fetch(spec.healthUrl)).status).toBe(200);
  await group.stop();
});

test('leaves no child behind when the supervisor itself is killed', async () => {
  const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); reportReady();";
  const roles = [await role('a', SERVES), await role('b', deaf)];
  const parent = path.join(dir, 'parent.mjs');
  await writeFile(
    parent,
    `import { supervise } from '${MODULE}';
     const log = { info() {}, warn() {} };
     const group = supervise({ roles: ${JSON.stringify(roles)}, env: process.env, log });
     await group.ready;
     process.stdout.write(JSON.stringify([group.pid('a'), group.pid('b')]));
     setInterval(() => {}, 1000);`,
  );
  const supervisor = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = await once(supervisor.stdout, 'data');
  const pids: number[] = JSON.parse(String(text));
  expect(pids.map(isAlive)).toEqual([true, true]);
  supervisor.kill('SIGKILL');
  await expect.poll(() => pids.map(isAlive), { timeout: 15_000 }).toEqual([false, false]);
}, 30_000);
