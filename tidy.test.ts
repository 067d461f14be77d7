import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = import.meta.dirname;
const SOURCE = /\.(ts|tsx|mjs|css)$/;
const SKIPPED = new Set(['node_modules', '.git', '.next', '.valley', 'generated', 'test-results']);
const MAX_LINES = 400;
const MAX_FOLDERS = 3;

async function listSources(folder = ''): Promise<string[]> {
  const entries = await readdir(path.join(ROOT, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => !SKIPPED.has(entry.name))
      .map(async (entry) => {
        const name = path.posix.join(folder, entry.name);
        if (entry.isDirectory()) return listSources(name);
        return SOURCE.test(name) && !name.endsWith('.d.ts') ? [name] : [];
      }),
  );
  return found.flat();
}

const sources = await listSources();

async function textOf(name: string): Promise<string> {
  return readFile(path.join(ROOT, name), 'utf8');
}

describe('the tree', () => {
  test('has files to look at', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  test(`has no file longer than ${MAX_LINES} lines`, async () => {
    const long: string[] = [];
    for (const name of sources) {
      const lines = (await textOf(name)).trimEnd().split('\n').length;
      if (lines > MAX_LINES) long.push(`${name}: ${lines}`);
    }
    expect(long).toEqual([]);
  });

  test(`is nowhere deeper than ${MAX_FOLDERS} folders`, () => {
    // Route groups and dynamic segments of Next are addresses, not layers.
    const depth = (name: string): number =>
      name.split('/').filter((part) => !/^[([].*[)\]]$/.test(part)).length - 1;
    expect(sources.filter((name) => depth(name) > MAX_FOLDERS)).toEqual([]);
  });

  test('has one index file only: the program itself', () => {
    const index = sources.filter((name) => /(^|\/)index\.(ts|tsx|mjs)$/.test(name));
    expect(index.filter((name) => name !== 'server/index.ts')).toEqual([]);
  });

  test('names files in kebab-case', () => {
    const base = (name: string): string => path.posix.basename(name).replace(SOURCE, '');
    const isFine = (name: string): boolean =>
      name.startsWith('app/') || /^[a-z0-9]+([.-][a-z0-9]+)*$/.test(base(name));
    expect(sources.filter((name) => !isFine(name))).toEqual([]);
  });

  test('skips no test and favours none', async () => {
    const word = new RegExp(
      `\\b(?:test|it|describe)\\.(?:${['skip', 'only', 'todo'].join('|')})\\b`,
    );
    const tests = sources.filter((name) => /\.(test|spec)\.tsx?$/.test(name));
    const marked: string[] = [];
    for (const name of tests) if (word.test(await textOf(name))) marked.push(name);
    expect(marked).toEqual([]);
  });

  test('keeps clocks out of domain: no new Date() without a value', async () => {
    const files = sources.filter((name) => /^domain\/.*(?<!\.test)\.ts$/.test(name));
    const marked: string[] = [];
    for (const name of files) if (/new Date\(\s*\)/.test(await textOf(name))) marked.push(name);
    expect(marked).toEqual([]);
  });
});

/** A deliberately bad file per rule of .oxlintrc.json, and the rule that must report it. */
const BAD: readonly (readonly [file: string, code: string, rule: string])[] = [
  ['domain/x/a.ts', "import { readFile } from 'node:fs';\nvoid readFile;", 'no-restricted-imports'],
  ['domain/x/b.ts', "import { z } from '#server/env.ts';\nvoid z;", 'no-restricted-imports'],
  ['domain/x/c.ts', "import { z } from '../../server/env.ts';\nvoid z;", 'no-restricted-imports'],
  ['domain/x/d.ts', 'export const now = (): number => Date.now();', 'no-restricted-properties'],
  ['domain/x/e.ts', 'export const dice = (): number => Math.random();', 'no-restricted-properties'],
  ['domain/x/f.ts', 'export const host = process.argv;', 'no-restricted-globals'],
  ['domain/x/g.ts', "import React from 'react';\nvoid React;", 'no-restricted-imports'],
  ['workers/a.ts', "import { z } from '#server/env.ts';\nvoid z;", 'no-restricted-imports'],
  ['app/a.tsx', "import { z } from '#server/env.ts';\nvoid z;", 'no-restricted-imports'],
  ['app/b.tsx', "import { z } from '../server/db/client.ts';\nvoid z;", 'no-restricted-imports'],
  ['server/a.ts', 'export const home = process.env["HOME"];', 'no-process-env'],
  ['server/b.ts', "import { z } from '../app/page.tsx';\nvoid z;", 'no-restricted-imports'],
  ['server/x/a.service.ts', "import { z } from '@trpc/server';\nvoid z;", 'no-restricted-imports'],
  [
    'server/x/b.service.ts',
    "import { z } from '../gateway/x.ts';\nvoid z;",
    'no-restricted-imports',
  ],
  ['server/x/a.store.ts', "import { z } from './a.service.ts';\nvoid z;", 'no-restricted-imports'],
  ['server/gateway/a.ts', "import { z } from '../trpc/root.ts';\nvoid z;", 'no-restricted-imports'],
  ['server/runtime.ts', "import { z } from './env.ts';\nvoid z;", 'no-restricted-imports'],
  ['sim/a.ts', "import { z } from '#server/env.ts';\nvoid z;", 'no-restricted-imports'],
  ['bench/a.ts', "import { z } from '../server/env.ts';\nvoid z;", 'no-restricted-imports'],
  ['server/c.ts', 'export default 1;', 'no-default-export'],
  ['server/d.ts', 'console.log(1);', 'no-console'],
  ['server/e.ts', 'export const f = (a: 1, b: 2, c: 3, d: 4) => a + b + c + d;', 'max-params'],
  [
    'server/f.ts',
    `export function f(): void {\n${'  void 0;\n'.repeat(71)}}`,
    'max-lines-per-function',
  ],
  ['server/g.ts', 'const f = async () => 1;\nf();', 'no-floating-promises'],
  ['server/h.ts', 'const f = async () => true;\nif (f()) void 0;', 'no-misused-promises'],
  ['server/i.ts', 'export const a: any = 1;', 'no-explicit-any'],
  ['server/j.ts', 'export const f = (a?: string) => a!.length;', 'no-non-null-assertion'],
  [
    'server/k.ts',
    "import { Log } from './log.ts';\nexport type A = Log;",
    'consistent-type-imports',
  ],
  [
    'server/l.ts',
    "export function f(a: 'x' | 'y'): void {\n  switch (a) {\n    case 'x':\n      break;\n  }\n}",
    'switch-exhaustiveness-check',
  ],
  ['server/m.ts', "import { n } from './n.ts';\nexport const m = () => n;", 'no-cycle'],
  ['server/n.ts', "import { m } from './m.ts';\nexport const n = () => m;", 'no-cycle'],
];

type Report = { diagnostics: { code?: string; filename: string }[] };

async function lint(dir: string): Promise<Report> {
  const program = path.join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const args = [program, '--type-aware', '-f', 'json'];
  const run = promisify(execFile)(process.execPath, args, { cwd: dir, maxBuffer: 50_000_000 });
  // It ends with code 1 where it finds something, which here it must.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout);
}

test('lint reports each deliberately bad file by the rule meant for it', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'valley-lint-'));
  try {
    for (const [file, code] of BAD) {
      await mkdir(path.join(dir, path.dirname(file)), { recursive: true });
      await writeFile(path.join(dir, file), `${code}\n`);
    }
    for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) {
      await writeFile(path.join(dir, name), await textOf(name));
    }
    await symlink(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'));
    const { diagnostics } = await lint(dir);
    const has = (file: string, rule: string): boolean =>
      diagnostics.some((it) => it.filename.endsWith(file) && it.code?.includes(`(${rule})`));
    const missed = BAD.filter(([file, , rule]) => !has(file, rule));
    expect(missed.map(([file, , rule]) => `${file} ${rule}`)).toEqual([]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}, 60_000);
