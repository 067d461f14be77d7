import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { consoleLog, printLine, runCli } from './console.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const DEFAULT_RUNS = 1000;
// A law must be allowed to take long when somebody asks for many runs of it.
const MS_PER_RUN = 100;
const LEAST_LIMIT_MS = 120_000;
const LOOK_EVERY_MS = 1_000;

/** What one process ran of one law, once per `fc.assert` of it. */
export type LawRun = { file: string; name: string; runs: number; seed: number; ms: number; failed: boolean };

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

/** splitRuns shares runs out among processes: one law after the other would keep one core busy only. */
export function splitRuns(runs: number, processes: number): number[] {
  const parts = Math.max(1, Math.min(processes, runs));
  return Array.from({ length: parts }, (_, part) => Math.floor((runs + part) / parts));
}

/** lawLine tells of one law what all processes together ran. */
export function lawLine(ran: readonly LawRun[]): string {
  const [first] = ran;
  const runs = ran.reduce((sum, run) => sum + run.runs, 0);
  const seconds = ran.reduce((sum, run) => sum + run.ms, 0) / 1_000;
  const seeds = [...new Set(ran.map((run) => run.seed))].join(', ');
  const verdict = ran.some((run) => run.failed) ? 'BROKEN' : 'holds';
  return `${verdict}  ${path.relative(ROOT, first?.file ?? '')}: ${first?.name ?? ''}: ${runs} runs, seed ${seeds}, ${seconds.toFixed(1)} s`;
}

type Part = { runs: number; seed: number; reportTo: string };

function runVitest({ runs, seed, reportTo }: Part, files: readonly string[]): Promise<number> {
  const limit = Math.max(LEAST_LIMIT_MS, runs * MS_PER_RUN);
  const script = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const config = path.join(import.meta.dirname, 'laws.config.ts');
  const options = ['run', `--config=${config}`, '--maxWorkers=1', '--reporter=dot', `--testTimeout=${limit}`];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...options, ...files], {
      cwd: ROOT,
      env: {
        ...process.env, NODE_ENV: 'test', VALLEY_LAW_RUNS: String(runs), VALLEY_LAW_SEED: String(seed), VALLEY_LAW_REPORT: reportTo,
      },
      // Its own table of results is not wanted; failures are written to stderr.
      stdio: ['ignore', 'ignore', 2],
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', () => {
      resolve(127);
    });
    child.on('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

async function readRuns(reportTo: string): Promise<LawRun[]> {
  const text = await readFile(reportTo, 'utf8').catch(() => '');
  // A line that is not whole yet is read the next time.
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LawRun);
}

/** Prints the laws that every process has gone past, each once. */
async function printDone(parts: readonly Part[], printed: Set<string>, areOver: boolean): Promise<void> {
  const runs = await Promise.all(parts.map(({ reportTo }) => readRuns(reportTo)));
  const keyOf = ({ file, name }: LawRun) => `${file}\n${name}`;
  // The last law of a process may go on.
  const done = runs.map((ran) => new Set(ran.map(keyOf).filter((key) => areOver || key !== keyOf(ran.at(-1) as LawRun))));
  for (const key of done.length === 0 ? [] : (done[0] ?? [])) {
    if (printed.has(key) || !done.every((keys) => keys.has(key))) continue;
    printed.add(key);
    printLine(lawLine(runs.flat().filter((run) => keyOf(run) === key)));
  }
}

async function runLaws({ runs, files }: ReturnType<typeof readLaws>): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'valley-laws-'));
  const parts = splitRuns(runs, availableParallelism()).map((share, part) => ({
    runs: share, seed: randomInt(2 ** 31), reportTo: path.join(folder, `${part}.jsonl`),
  }));
  process.channel?.unref();
  const printed = new Set<string>();
  let isLooking = false;
  const look = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void printDone(parts, printed, false).finally(() => {
      isLooking = false;
    });
  }, LOOK_EVERY_MS);
  try {
    const codes = await Promise.all(parts.map((part) => runVitest(part, files)));
    clearInterval(look);
    await printDone(parts, printed, true);
    return Math.max(...codes);
  } finally {
    clearInterval(look);
    await rm(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  await runCli(async (args) => {
    const laws = readLaws(args);
    const started = performance.now();
    consoleLog.info(`${laws.runs} runs of each law; a failure prints the seed that repeats it`);
    const code = await runLaws(laws);
    consoleLog.info(`${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
    return code;
  });
}
