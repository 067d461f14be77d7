import type { FleetPlan, FleetProblem } from '#domain/planning/fleet/fleet.ts';
import { createWorkspace, solveFleet } from '#domain/planning/fleet/solve-fleet.ts';
import { createTreeWorkspace, solveTree } from '#domain/planning/fleet/solve-tree.ts';
import { street, underOneLimit, underTree } from './fleet-instances.ts';
import type { StreetOptions } from './fleet-instances.ts';
import { runGreedy, runHighs, runNetworkSimplex, threadCpuMs } from './fleet-peers.ts';
import type { HighsRuns, PeerRun } from './fleet-peers.ts';
import { timeRoundTrips } from './fleet-round-trip.ts';
import { percentile } from './percentile.ts';
import { startReport } from './report.ts';
import type { Figure } from './report.ts';

type Case = {
  name: string;
  kind: 'limit' | 'tree' | 'none' | 'again';
  options: StreetOptions;
  runs: number;
  highs: HighsRuns | null;
  simplexRuns: number;
  /** Limit as a share of the peak; by default 0.35. */
  share?: number;
};

/** Ratio of CPU times: other work on the machine stretches wall time of both, not evenly. */
type Peer = { ms: number; cpuMs: number; ratio: number; note: string };

export type OptimizerRow = {
  case: string;
  sessions: number;
  slots: number;
  limits: number;
  binding: number;
  valleyMs: number;
  valleyBestMs: number;
  valleyP99Ms: number;
  /** CPU of this thread per solve, mean of all runs. */
  valleyCpuMs: number;
  gap: number;
  bytesPerSession: number;
  peers: Record<string, Peer>;
};

const day = (sessions: number, more: Partial<StreetOptions> = {}): StreetOptions =>
  ({ sessions, slots: 96, seed: 7, tariff: 'quarterly', ...more });
const BOTH: HighsRuns = { solvers: ['simplex', 'ipm'], runs: 5 };
// At 10,000 stays its simplex takes minutes; its interior point method is the faster by far.
const ONCE: HighsRuns = { solvers: ['ipm'], runs: 1 };

// At one price all charge at once; a lower share of that peak would leave some without energy.
const FLAT_SHARE = 0.9;

const WARM_MS = 1_000;
/** So long ours runs before each run of HiGHS. */
const BETWEEN_MS = 100;

const CASES: readonly Case[] = [
  // A single stay below a third of its own power is left without some of its energy.
  { name: 'one limit', kind: 'limit', options: day(1), runs: 30_000, highs: { ...BOTH, runs: 50 }, simplexRuns: 200, share: 0.5 },
  { name: 'one limit', kind: 'limit', options: day(100), runs: 600, highs: { ...BOTH, runs: 10 }, simplexRuns: 30 },
  { name: 'one limit', kind: 'limit', options: day(1_000), runs: 300, highs: BOTH, simplexRuns: 5 },
  { name: 'one limit', kind: 'limit', options: day(10_000), runs: 80, highs: ONCE, simplexRuns: 2 },
  { name: 'one limit', kind: 'limit', options: day(100_000), runs: 12, highs: null, simplexRuns: 0 },
  { name: 'half the peak', kind: 'limit', options: day(1_000), runs: 300, highs: BOTH, simplexRuns: 2, share: 0.5 },
  { name: 'no limit', kind: 'none', options: day(10_000), runs: 80, highs: null, simplexRuns: 0 },
  { name: 'planned again', kind: 'again', options: day(10_000), runs: 80, highs: null, simplexRuns: 0 },
  { name: '192 quarters', kind: 'limit', options: day(1_000, { slots: 192 }), runs: 200, highs: BOTH, simplexRuns: 3 },
  { name: 'flat tariff', kind: 'limit', options: day(1_000, { tariff: 'flat' }), runs: 200, highs: BOTH, simplexRuns: 3, share: FLAT_SHARE },
  { name: 'hourly prices', kind: 'limit', options: day(1_000, { tariff: 'hourly' }), runs: 200, highs: BOTH, simplexRuns: 3 },
  { name: 'negative midday', kind: 'limit', options: day(1_000, { tariff: 'negative' }), runs: 200, highs: BOTH, simplexRuns: 3 },
  { name: 'tree of limits', kind: 'tree', options: day(1_000), runs: 80, highs: BOTH, simplexRuns: 2 },
  { name: 'tree of limits', kind: 'tree', options: day(10_000), runs: 20, highs: null, simplexRuns: 1 },
];

function problemOf({ kind, options, share }: Case): FleetProblem {
  const problem = street(options);
  if (kind === 'none') return problem;
  if (kind === 'tree') return underTree(problem);
  const limited = underOneLimit(problem, share);
  return kind === 'again' ? { ...limited, previous: solveFleet(limited).energy } : limited;
}

/** Bytes of the typed arrays that a workspace keeps between solves. */
function bytesOf(value: unknown, seen: Set<unknown> = new Set()): number {
  if (typeof value !== 'object' || value === null || seen.has(value)) return 0;
  seen.add(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part, seen), 0);
}

function timed(solve: () => FleetPlan, runs: number): { plan: FleetPlan; times: number[]; cpuMs: number } {
  // The compiler first: a server plans all day.
  const warmUntilMs = performance.now() + WARM_MS;
  let plan = solve();
  while (performance.now() < warmUntilMs) plan = solve();
  const times: number[] = [];
  const startedCpuMs = threadCpuMs();
  for (let run = 0; run < runs; run += 1) {
    const startedMs = performance.now();
    plan = solve();
    times.push(performance.now() - startedMs);
  }
  return { plan, times, cpuMs: (threadCpuMs() - startedCpuMs) / runs };
}

/**
 * Ours again between a peer's runs: two cores of a shared machine are now fast and now slow for a
 * second or more, and a ratio of times taken apart says more about that than about the solvers.
 */
function timedBetween(solve: () => FleetPlan, batch: number): { between: () => void; medianCpuMs: () => number } {
  const cpuMs: number[] = [];
  const between = (): void => {
    const startedCpuMs = threadCpuMs();
    for (let run = 0; run < batch; run += 1) solve();
    cpuMs.push((threadCpuMs() - startedCpuMs) / batch);
  };
  return { between, medianCpuMs: () => percentile(cpuMs, 50) };
}

function peerOf(run: PeerRun, valleyCpuMs: number, cost: bigint | null): Peer {
  const isSame = cost === null || Math.abs(run.cost - Number(cost)) <= Math.abs(Number(cost)) * 1e-7;
  const note = isSame ? run.note : `${run.note}; OTHER OPTIMUM: ${run.cost} instead of ${cost}`;
  return { ms: round(run.ms), cpuMs: round(run.cpuMs), ratio: ratioOf(run.cpuMs / valleyCpuMs), note };
}

function ratioOf(ratio: number): number {
  return ratio < 10 ? Math.round(ratio * 100) / 100 : Math.round(ratio);
}

function round(ms: number): number {
  return Number(ms.toPrecision(3));
}

async function measure(one: Case): Promise<OptimizerRow> {
  const problem = problemOf(one);
  const [single, tree] = [createWorkspace(), createTreeWorkspace()];
  const solve = one.kind === 'tree' ? () => solveTree(problem, tree) : () => solveFleet(problem, single);
  const { plan, times, cpuMs } = timed(solve, one.runs);
  if (plan.certificate.primal.unservedWh > 0) throw new Error(`${one.name}: the limit leaves energy unserved, peers would solve another problem`);
  const peers: OptimizerRow['peers'] = {};
  if (one.highs !== null) {
    const { between, medianCpuMs } = timedBetween(solve, Math.ceil(BETWEEN_MS / cpuMs));
    const highs = await runHighs(problem, one.highs, between);
    peers['highs'] = peerOf(highs, medianCpuMs(), plan.cost);
  }
  if (one.simplexRuns > 0) peers['networkSimplex'] = peerOf(runNetworkSimplex(problem, one.simplexRuns), cpuMs, plan.cost);
  // Its plan breaks the limit: cheaper than any that does not.
  if (one.kind !== 'tree') peers['greedy'] = peerOf(runGreedy(problem, Math.max(3, Math.round(one.runs / 4))), cpuMs, null);
  const bytes = bytesOf(problem) + bytesOf(one.kind === 'tree' ? tree : single);
  return {
    case: one.name, sessions: problem.sessions, slots: problem.slots, limits: problem.limits.parent.length,
    binding: plan.duals.ticks.filter((ticks) => ticks > 0).length,
    valleyMs: round(percentile(times, 50)), valleyBestMs: round(Math.min(...times)), valleyP99Ms: round(percentile(times, 99)),
    valleyCpuMs: round(cpuMs),
    gap: Number(plan.certificate.gap), bytesPerSession: Math.round(bytes / Math.max(1, problem.sessions)), peers,
  };
}

/** Wall time of a solve in a worker thread, problem there and plan back. */
async function measureRoundTrip(): Promise<{ ms: number; p99Ms: number }> {
  const { times } = await timeRoundTrips(underOneLimit(street(day(10_000))), 60);
  return { ms: round(percentile(times, 50)), p99Ms: round(percentile(times, 99)) };
}

function figuresOf(rows: readonly OptimizerRow[], roundTrip: { ms: number; p99Ms: number }): Figure[] {
  const find = (name: string, sessions: number) => rows.find((row) => row.case === name && row.sessions === sessions);
  const ratio = (sessions: number) => find('one limit', sessions)?.peers['highs']?.ratio ?? Number.NaN;
  const spread = Math.max(...rows.filter((row) => row.sessions >= 1_000).map((row) => row.valleyP99Ms / row.valleyMs));
  return [
    { name: 'largest gap between plan and bound', value: Math.max(...rows.map((row) => Math.abs(row.gap))), unit: 'ticks × Wh', goal: { atMost: 0 } },
    { name: '1,000 × 96 faster than HiGHS', value: ratio(1_000), unit: '×', goal: { atLeast: 500 } },
    { name: '10,000 × 96 faster than HiGHS', value: ratio(10_000), unit: '×', goal: { atLeast: 1_000 } },
    { name: '10,000 stays under a tree', value: find('tree of limits', 10_000)?.valleyMs ?? Number.NaN, unit: 'ms', goal: { atMost: 150 } },
    { name: 'one stay', value: (find('one limit', 1)?.valleyMs ?? Number.NaN) * 1_000, unit: 'µs', goal: { atMost: 50 } },
    { name: '10,000 stays there and back, worker thread', value: roundTrip.ms, unit: 'ms', goal: { atMost: 25 }, note: `p99 ${roundTrip.p99Ms} ms` },
    { name: 'memory per stay at 10,000', value: find('one limit', 10_000)?.bytesPerSession ?? Number.NaN, unit: 'B', goal: null },
    { name: 'largest p99 over median, from 1,000 stays', value: spread, unit: '×', goal: { atMost: 3 } },
  ];
}

function tableOf(rows: readonly OptimizerRow[]): string {
  const head = ['case', 'stays', 'slots', 'limits', 'binding', 'median ms', 'best', 'p99', 'CPU', 'gap', 'B/stay', 'peers: CPU ms (× Valley)'];
  const lines = rows.map((row) => [
    row.case, row.sessions, row.slots, row.limits, row.binding, row.valleyMs, row.valleyBestMs, row.valleyP99Ms, row.valleyCpuMs, row.gap, row.bytesPerSession,
    Object.entries(row.peers).map(([name, peer]) => `${name} ${peer.cpuMs} (${peer.ratio}×; ${peer.note})`).join(' · '),
  ].map(String));
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  const last = head.length - 1;
  return [head, ...lines].map((line) =>
    line.map((cell, column) => (column === 0 || column === last ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n');
}

/**
 * runOptimizerBench times the fleet optimizer beside its peers on the same instances in the same
 * run; ratios are of CPU times. `--json` prints the rows only. HiGHS solves a general linear programme, ours needs one price
 * per slot for all; times are without building the model, HiGHS loaded and warmed up.
 */
export async function runOptimizerBench(argv: readonly string[]): Promise<void> {
  const report = startReport('optimizer');
  const rows: OptimizerRow[] = [];
  for (const one of CASES) {
    rows.push(await measure(one));
    process.stderr.write(`${rows.length}/${CASES.length} ${one.name}, ${one.options.sessions} stays\n`);
  }
  const roundTrip = await measureRoundTrip();
  const isJson = argv.includes('--json');
  if (!isJson) process.stdout.write(`\n${tableOf(rows)}\n`);
  await report.finish({ figures: figuresOf(rows, roundTrip), facts: { rows, roundTrip }, isJson, json: rows.map(publicRow) });
}

/** The columns that `--json` promises; the result on disk has all. */
function publicRow({ peers, ...row }: OptimizerRow): object {
  const { case: name, sessions, slots, limits, valleyMs, valleyP99Ms, gap } = row;
  const ratios = Object.fromEntries(Object.entries(peers).map(([peer, { ms, ratio }]) => [peer, { ms, ratio }]));
  return { case: name, sessions, slots, limits, valleyMs, valleyP99Ms, gap, peers: ratios };
}
