import { parseArgs } from 'node:util';
import { consoleLog, printLine, runCli } from './console.ts';
import { runStage, STAGES, sumCounts } from './stages.ts';
import type { Counts, Selection, Stage } from './stages.ts';

function isStage(word: string): word is Stage {
  return STAGES.some((stage) => stage === word);
}

/** What the arguments of `npm test -- [STAGE…] [FILE…] [--grep PATTERN]` ask for. */
export function readSelection(args: readonly string[]): {
  stages: readonly Stage[];
  selection: Selection;
} {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { grep: { type: 'string' } },
    allowPositionals: true,
  });
  const files = positionals.filter((word) => !isStage(word));
  const asked = positionals.filter(isStage);
  const isPart = values.grep !== undefined || files.length > 0;
  // Lint, types and knip look at everything; a choice of tests leaves them out.
  const all = isPart
    ? STAGES.filter((stage) => ['unit', 'integration', 'e2e'].includes(stage))
    : STAGES;
  const stages = asked.length > 0 ? STAGES.filter((stage) => asked.includes(stage)) : all;
  return { stages, selection: { files, grep: values.grep } };
}

/** The one line a machine reads. */
export function formatCounts(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** Runs the stages one after the other (they share two cores) and prints the sum. */
export async function runStages(stages: readonly Stage[], selection: Selection): Promise<number> {
  const all: Counts[] = [];
  for (const stage of stages) {
    const startedMs = performance.now();
    consoleLog.info(`── ${stage}`);
    const counts = await runStage(stage, selection).catch((error: unknown) => {
      consoleLog.warn(error instanceof Error ? error.message : String(error));
      return { passed: 0, failed: 1, skipped: 0 };
    });
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    consoleLog.info(`── ${stage}: ${formatCounts(counts)} (${seconds} s)\n`);
    all.push(counts);
  }
  const total = sumCounts(all);
  printLine(formatCounts(total));
  return total.failed > 0 ? 1 : 0;
}

if (import.meta.main) {
  await runCli((args) => {
    const { stages, selection } = readSelection(args);
    return runStages(stages, selection);
  });
}
