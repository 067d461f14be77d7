import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, expect } from 'vitest';
import type { LawRun } from './laws.ts';

const reportTo = process.env['VALLEY_LAW_REPORT'];
const seed = Number(process.env['VALLEY_LAW_SEED']);
let startedMs = performance.now();

beforeEach(() => {
  startedMs = performance.now();
});

/** Notes what a law ran, and fails as fast-check's own reporter does. */
function note(details: fc.RunDetails<unknown>): void {
  const { testPath = '', currentTestName = '' } = expect.getState();
  const run: LawRun = {
    file: testPath, name: currentTestName, runs: details.numRuns, seed: details.seed, ms: performance.now() - startedMs,
    failed: details.failed,
  };
  startedMs = performance.now();
  if (reportTo !== undefined) appendFileSync(reportTo, `${JSON.stringify(run)}\n`);
  if (details.failed) throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
}

fc.configureGlobal({ ...(Number.isSafeInteger(seed) ? { seed } : {}), reporter: note });
