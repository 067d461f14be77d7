import type { ComparisonFigures } from '#domain/planning/backtest/comparison-figures.ts';
import { comparisonNote, comparisonTables } from '#domain/planning/backtest/comparison-table.ts';
import { evidenceTable, type EvidenceTable } from '#domain/planning/backtest/evidence-table.ts';
import { runComparison } from '../backtest/compare.ts';
import { readCommand, USAGE } from '../backtest/options.ts';
import { progressBar } from '../backtest/progress.ts';
import { runBacktest } from '../backtest/run.ts';
import { consoleLog, printLine, runCli } from './console.ts';

const NOTHING_PRICED = 'No session lies within the prices: move the sessions by --shift-days N (a multiple of 7 keeps their weekdays).';

/** `npm run backtest`: what steering saves, on recorded sessions and recorded prices. */
async function main(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (command.kind === 'help') {
    consoleLog.info(USAGE);
    return 0;
  }
  const onProgress = progressBar(process.stderr, 'backtest');
  if (command.kind === 'compare') {
    const figures = await runComparison({ ...command.options, onProgress });
    printLine(command.json ? JSON.stringify(figures) : comparisonText(figures));
    return 0;
  }
  const result = await runBacktest({ ...command.options, onProgress });
  printLine(command.json ? JSON.stringify(result) : tableText(evidenceTable(result)));
  if (result.all.sessions === 0 && result.all.skipped > 0) consoleLog.warn(NOTHING_PRICED);
  return 0;
}

function tableText({ columns, rows }: EvidenceTable): string {
  const lines = [
    ['', ...columns.map(({ label }) => label), 'of what'],
    ...rows.map(({ label, cells, note }) => [
      label,
      ...columns.map(({ group }) => cells[group]),
      note,
    ]),
  ];
  return aligned(lines);
}

function comparisonText(figures: ComparisonFigures): string {
  const tables = comparisonTables(figures).map(({ title, head, lines }) =>
    lines.length === 0 ? title : `${title}\n${aligned([head, ...lines])}`,
  );
  return [...tables, comparisonNote(figures)].join('\n\n');
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) =>
    Math.max(...lines.map((line) => line[i]?.length ?? 0)),
  );
  return lines
    .map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd())
    .join('\n');
}

if (import.meta.main) await runCli(main);
