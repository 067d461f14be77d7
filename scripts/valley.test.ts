import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let dir = '';

/** A clone in small: real npm, but programs that only write down that they ran. */
async function write(name: string, text: string): Promise<void> {
  const file = path.join(dir, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

const noted = (word: string): string =>
  `import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
   appendFileSync('ran.log', '${word}\\n'); console.log('noise of ${word}');`;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'valley-bootstrap-'));
  await mkdir(path.join(dir, 'scripts'));
  const script = path.join(import.meta.dirname, 'valley.mjs');
  await cp(script, path.join(dir, 'scripts', 'valley.mjs'));
  const dependencies = { prisma: 'file:fake/prisma', next: 'file:fake/next' };
  await write('package.json', JSON.stringify({ type: 'module', private: true, dependencies }));
  const fake = (name: string): string => JSON.stringify({ name, version: '1.0.0', type: 'module' });
  await write('fake/prisma/package.json', fake('prisma'));
  await write('fake/next/package.json', fake('next'));
  const generate = `${noted('generate')} mkdirSync('server/db/generated', { recursive: true });`;
  await write('fake/prisma/build/index.js', generate);
  const build = `${noted('build')} const dir = process.env.VALLEY_PAGES_DIR;
    mkdirSync(dir, { recursive: true }); writeFileSync(dir + '/BUILD_ID', readFileSync('app/page.tsx'));`;
  await write('fake/next/dist/bin/next', build);
  await write('prisma/schema/a.prisma', '// one');
  await write('app/page.tsx', '// one');
  const command = `process.on('SIGTERM', () => process.exit(7));
    if (process.argv.includes('pages')) console.log(process.env.VALLEY_PAGES_DIR);
    else console.log(JSON.stringify(process.argv.slice(2)));
    if (process.argv.includes('wait')) setInterval(() => undefined, 1000);
    else process.exitCode = process.argv.includes('fail') ? 3 : 0;`;
  await write('server/index.ts', command);
  await write('server/cli/doctor.ts', command);
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, npm_config_offline: 'true' };
  const script = path.join(dir, 'scripts', 'valley.mjs');
  return spawn(process.execPath, [script, ...args], { cwd: dir, env, stdio: 'pipe' });
}

async function run(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const child = start(args);
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code: Number(code), out, err };
}

/** The first line a command says. */
async function lineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return '';
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}

async function stepsRun(): Promise<string[]> {
  const text = await readFile(path.join(dir, 'ran.log'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

test('two first starts at once prepare once, and stdout holds only the result', async () => {
  const [first, second] = await Promise.all([run(['doctor', '--json']), run(['demo', '--reset'])]);
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(first.out).toBe('["--json"]\n');
  expect(second.out).toBe('["demo","--reset"]\n');
  expect((await stepsRun()).toSorted()).toEqual(['build', 'generate']);
}, 60_000);

test('a second start repeats no step, and a changed file only its own', async () => {
  await rm(path.join(dir, 'ran.log'));
  await run(['demo']);
  expect(await stepsRun()).toEqual([]);
  await utimes(path.join(dir, 'app', 'page.tsx'), new Date(), new Date());
  await run(['demo']);
  expect(await stepsRun()).toEqual([]);
  await write('app/page.tsx', '// two');
  await run(['demo']);
  expect(await stepsRun()).toEqual(['build']);
  await write('prisma/schema/a.prisma', '// two');
  await run(['doctor']);
  expect(await stepsRun()).toEqual(['build', 'generate']);
}, 60_000);

test('a new build leaves a running portal its pages, which go when nobody uses them', async () => {
  const running = start(['demo', 'pages', 'wait']);
  const old = path.join(dir, await lineOf(running));
  const exit = once(running, 'exit');
  const before = await readFile(path.join(old, 'BUILD_ID'), 'utf8');
  await write('app/page.tsx', `${before} and more`);
  const fresh = path.join(dir, (await run(['demo', 'pages'])).out.trim());
  expect(fresh).not.toBe(old);
  expect(await readFile(path.join(fresh, 'BUILD_ID'), 'utf8')).toBe(`${before} and more`);
  expect(await readFile(path.join(old, 'BUILD_ID'), 'utf8')).toBe(before);
  running.kill('SIGTERM');
  await exit;
  await run(['demo']);
  expect(existsSync(old)).toBe(false);
  expect(existsSync(fresh)).toBe(true);
  expect((await readdir(path.dirname(fresh))).toSorted()).toEqual([
    path.basename(fresh),
    `${path.basename(fresh)}.used-by`,
  ]);
}, 60_000);

test('a build that was broken off is not taken for one', async () => {
  const pages = path.join(dir, (await run(['demo', 'pages'])).out.trim());
  await rm(path.join(pages, '.valley-stamp'));
  await rm(path.join(dir, 'ran.log'), { force: true });
  await run(['demo']);
  expect(await stepsRun()).toEqual(['build']);
}, 60_000);

test('the lock of a killed start holds nobody up', async () => {
  await mkdir(path.join(dir, '.valley', 'bootstrap.lock'), { recursive: true });
  // Above the highest process id Linux gives out.
  await write('.valley/bootstrap.lock/pid', '4194305');
  expect((await run(['doctor'])).code).toBe(0);
});

test('exit code and signals pass through to the command and back', async () => {
  expect((await run(['doctor', 'fail'])).code).toBe(3);
  const child = start(['doctor', 'wait']);
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(7);
});

test('an unknown command ends with the ones there are', async () => {
  const { code, out, err } = await run(['dmeo']);
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain('demo, start, replay');
});
