import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { untilToldToStop } from '../supervise.ts';
import { provideChromium } from './find-chromium.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const REPORTS = path.join(ROOT, '.valley', 'test');
// A stage that hangs must end; on a machine that is busy with other work one takes three times as long.
const STAGE_LIMIT_MS = 30 * 60_000;

export const STAGES = ['lint', 'types', 'knip', 'unit', 'integration', 'e2e'] as const;
export type Stage = (typeof STAGES)[number];
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };
/** What of the tests to run: words of file names, and a pattern for titles. */
export type Selection = { readonly files: readonly string[]; readonly grep: string | undefined };

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
});
const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

// Tests bring their own database, ports and settings; the shell's must not reach them.
function testEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => name !== 'DATABASE_URL' && !name.startsWith('VALLEY_'),
  );
  return { ...Object.fromEntries(entries), NODE_ENV: 'test', NEXT_TELEMETRY_DISABLED: '1' };
}

/** Runs a program of node_modules; its output goes to stderr. Resolves with its exit code. */
function run(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, 'node_modules', script), ...args], {
      cwd: ROOT,
      env: { ...testEnvironment(), ...env },
      stdio: ['ignore', 2, 2],
      timeout: STAGE_LIMIT_MS,
    });
    void untilToldToStop().then(() => {
      child.once('exit', () => process.exit(130));
      child.kill('SIGTERM');
    });
    // Listening for the parent's end must not keep a finished run alive.
    process.channel?.unref();
    child.on('error', () => {
      resolve(127);
    });
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

function countOne(code: number): Counts {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** A runner that failed without a failed test (a file that does not load) counts as one failure. */
export function withExitCode(counts: Counts, code: number): Counts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function readReport<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function freshReport(name: string): Promise<string> {
  await mkdir(REPORTS, { recursive: true });
  const file = path.join(REPORTS, `${name}.json`);
  await rm(file, { force: true });
  return file;
}

async function runVitest(project: 'unit' | 'integration', selection: Selection): Promise<Counts> {
  const file = await freshReport(project);
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
  args.push(`--outputFile.json=${file}`, ...selection.files);
  if (selection.files.length > 0) args.push('--passWithNoTests');
  if (selection.grep !== undefined) args.push('-t', selection.grep);
  const code = await run('vitest/vitest.mjs', args);
  const report = await readReport(file, vitestReport);
  if (report === undefined) return countOne(code === 0 && selection.files.length > 0 ? 0 : 1);
  // With a pattern, Vitest reports all the tests left out as pending.
  const skipped = selection.grep === undefined ? report.numPendingTests + report.numTodoTests : 0;
  return withExitCode(
    { passed: report.numPassedTests, failed: report.numFailedTests, skipped },
    code,
  );
}

async function runPlaywright(selection: Selection): Promise<Counts> {
  const chromium = await provideChromium();
  const file = await freshReport('e2e');
  const args = ['test', '--reporter=line,json', ...selection.files];
  if (selection.grep !== undefined) args.push('--grep', selection.grep);
  if (selection.files.length > 0 || selection.grep !== undefined) args.push('--pass-with-no-tests');
  const code = await run('@playwright/test/cli.js', args, {
    VALLEY_CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  const report = await readReport(file, playwrightReport);
  if (report === undefined) return countOne(1);
  const { expected, unexpected, flaky, skipped } = report.stats;
  // A test that passes only sometimes is not a passing test.
  return withExitCode({ passed: expected, failed: unexpected + flaky, skipped }, code);
}

async function runTypes(): Promise<number> {
  // Next writes the types of routes that pages refer to; without pages there is nothing to write.
  const hasPages = ['next.config.js', 'next.config.mjs', 'next.config.ts'].some((name) =>
    existsSync(path.join(ROOT, name)),
  );
  const typegen = hasPages ? await run('next/dist/bin/next', ['typegen']) : 0;
  return typegen === 0 ? run('typescript/bin/tsc', ['--noEmit', '-p', '.']) : typegen;
}

/** Runs one stage and returns how many tests passed, failed and were skipped in it. */
export async function runStage(stage: Stage, selection: Selection): Promise<Counts> {
  switch (stage) {
    case 'lint':
      return countOne(await run('oxlint/bin/oxlint', ['--type-aware']));
    case 'types':
      return countOne(await runTypes());
    case 'knip':
      return countOne(await run('knip/bin/knip.js', ['--no-progress']));
    case 'unit':
    case 'integration':
      return runVitest(stage, selection);
    case 'e2e':
      return runPlaywright(selection);
  }
}

/** Adds the counts of stages. */
export function sumCounts(all: readonly Counts[]): Counts {
  const sum = (pick: (counts: Counts) => number): number =>
    all.reduce((total, counts) => total + pick(counts), 0);
  return {
    passed: sum((counts) => counts.passed),
    failed: sum((counts) => counts.failed),
    skipped: sum((counts) => counts.skipped),
  };
}
