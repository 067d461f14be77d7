import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { consoleLog, runCli } from './console.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const DEFAULT_RUNS = 1000;
// A law must be allowed to take long when somebody asks for many runs of it.
const MS_PER_RUN = 100;
const LEAST_LIMIT_MS = 120_000;

/** What `npm run laws -- [--runs N] [FILE…]` asks for; files default to every property test. */
export function readLaws(args: readonly string[]): { runs: number; files: readonly string[] } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string' } },
    allowPositionals: true,
  });
  const runs = values.runs === undefined ? DEFAULT_RUNS : Number(values.runs);
  if (!Number.isSafeInteger(runs) || runs < 1) {
    throw new Error(`--runs takes a whole number from 1, not "${values.runs}".`);
  }
  return { runs, files: positionals.length > 0 ? positionals : ['.prop.test.'] };
}

function runVitest({ runs, files }: ReturnType<typeof readLaws>): Promise<number> {
  const limit = Math.max(LEAST_LIMIT_MS, runs * MS_PER_RUN);
  const script = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['run', '--project', 'unit', `--testTimeout=${limit}`];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...options, ...files], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'test', VALLEY_LAW_RUNS: String(runs) },
      stdio: ['ignore', 2, 2],
    });
    process.channel?.unref();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', () => {
      resolve(127);
    });
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

if (import.meta.main) {
  await runCli(async (args) => {
    const laws = readLaws(args);
    consoleLog.info(`${laws.runs} runs of each law; a failure prints the seed that repeats it`);
    return runVitest(laws);
  });
}
