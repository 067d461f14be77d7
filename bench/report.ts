import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

/** One measured figure; `goal` null where it is only told. */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  goal: { atMost: number } | { atLeast: number } | null;
  note?: string;
};

type Result = {
  bench: string;
  measuredAt: string;
  commit: string;
  /** Whether the tree had changes that the commit does not hold. */
  changed: boolean;
  machine: { cpu: string; cores: number; memoryGib: number; node: string; loadAtStart: number; loadAtEnd: number };
  figures: (Figure & { met: boolean | null })[];
  facts: object;
};

/** isMet compares a figure with its goal; null where it has none. A figure that is no number misses. */
export function isMet({ value, goal }: Pick<Figure, 'value' | 'goal'>): boolean | null {
  if (goal === null) return null;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

function git(args: readonly string[]): string {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** startReport notes the machine as it is before the measurement; `finish` prints and keeps the result. */
export function startReport(bench: string): {
  /** `json` is what `isJson` prints instead of the whole result. */
  finish(args: { figures: readonly Figure[]; facts: object; isJson: boolean; json?: object }): Promise<void>;
} {
  const [loadAtStart = 0] = loadavg();
  return {
    async finish({ figures, facts, isJson, json }) {
      const [loadAtEnd = 0] = loadavg();
      const result: Result = {
        bench, measuredAt: new Date().toISOString(), commit: git(['rev-parse', 'HEAD']) || 'unknown',
        changed: git(['status', '--porcelain', '--', ':!bench/results']) !== '',
        machine: {
          cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGib: Math.round(totalmem() / 2 ** 30),
          node: process.versions.node, loadAtStart: round(loadAtStart), loadAtEnd: round(loadAtEnd),
        },
        figures: figures.map((figure) => ({ ...figure, value: round(figure.value), met: isMet(figure) })), facts,
      };
      const folder = path.join(ROOT, 'bench', 'results');
      await mkdir(folder, { recursive: true });
      await writeFile(path.join(folder, `${bench}-${result.measuredAt.slice(0, 10)}.json`), `${JSON.stringify(result, null, 2)}\n`);
      process.stdout.write(isJson ? `${JSON.stringify(json ?? result)}\n` : table(result));
    },
  };
}

function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}

/** table lays figures out for a person: name, value, goal, whether it is met, a note. */
export function table({ bench, figures, machine, commit, changed }: Omit<Result, 'facts'>): string {
  const goalText = ({ goal, unit }: Figure) =>
    (goal === null ? '' : 'atMost' in goal ? `≤ ${goal.atMost} ${unit}` : `≥ ${goal.atLeast} ${unit}`).trimEnd();
  const rows = [
    ['', 'measured', 'goal', ''],
    ...figures.map((figure) => [
      figure.name, `${figure.value} ${figure.unit}`.trimEnd(), goalText(figure),
      [figure.met === null ? '' : figure.met ? 'met' : 'NOT MET', figure.note ?? ''].filter((part) => part !== '').join(' · '),
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [first, second, third] = [width(0), width(1), width(2)];
  const lines = rows.map(([name = '', value = '', goal = '', rest = '']) =>
    `  ${name.padEnd(first)}  ${value.padStart(second)}  ${goal.padStart(third)}  ${rest}`.trimEnd());
  return [
    '', `${bench}: ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load average ${machine.loadAtStart} before and `
      + `${machine.loadAtEnd} after, commit ${commit.slice(0, 7)}${changed ? ' with changes' : ''}`,
    '', ...lines, '', '',
  ].join('\n');
}
