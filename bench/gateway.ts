import { collectGarbage, inspectable } from './inspector.ts';
import { freePortPair } from './ports.ts';
import { cpuMicros, cpuMicrosOfTree, memoryOf } from './proc.ts';
import { nextMessage, startChild, startGenerator, startScratch, type Generator } from './processes.ts';
import { startReport, type Figure } from './report.ts';
import type { RunResult } from './generator.ts';

const STATIONS = 1_000;
/** Connected before the first look at memory: code is compiled and caches are filled by then. */
const WARM_STATIONS = 100;
const RATE = 1_000;
const WARM_S = 5;
const RUN_S = 15;
const CLIMB_S = 6;
const CLIMB = [1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000];
const P99_MS = 50;
const CPU_RATIO = 3;
const STATION_KIB = 30;
/** A generator that is later than this measures itself. */
const OWN_DELAY_MS = 20;
const ATTEMPTS = 3;

type Target = { url: string; key: string; stations: readonly { id: string; card: string }[]; pid: number; inspectPort: number };
type Measured = RunResult & { cpuPerMessage: number; postgresCpuPerMessage: number };

async function measure(generator: Generator, args: { pid: number; postgres: number | null; perSecond: number; seconds: number }): Promise<Measured> {
  const look = () => Promise.all([cpuMicros(args.pid), args.postgres === null ? 0 : cpuMicrosOfTree(args.postgres)]);
  const before = await look();
  const result = await generator.ask<RunResult>({ type: 'run', perSecond: args.perSecond, seconds: args.seconds });
  const after = await look();
  return {
    ...result, cpuPerMessage: (after[0] - before[0]) / result.answered,
    postgresCpuPerMessage: (after[1] - before[1]) / result.answered,
  };
}

/** A run in which the generator itself was held up says nothing about the server: it is done again. */
async function measureFairly(generator: Generator, args: Parameters<typeof measure>[1]): Promise<Measured> {
  let result = await measure(generator, args);
  for (let attempt = 1; attempt < ATTEMPTS && result.ownDelayP99 > OWN_DELAY_MS; attempt += 1) result = await measure(generator, args);
  return result;
}

/** Connects all stations and tells what one of them holds of the server's memory, in KiB. */
async function connectAll(generator: Generator, target: Target): Promise<number> {
  const { url, key, stations, pid, inspectPort } = target;
  await generator.ask({ type: 'target', url, key, stations });
  await generator.ask({ type: 'connect', from: 0, to: WARM_STATIONS });
  await collectGarbage(pid, inspectPort);
  const before = await memoryOf(pid);
  await generator.ask({ type: 'connect', from: WARM_STATIONS, to: stations.length });
  await collectGarbage(pid, inspectPort);
  const after = await memoryOf(pid);
  return (after.rssKib - before.rssKib) / (stations.length - WARM_STATIONS);
}

type Outcome = { stationKib: number; run: Measured; climb: Measured[] };

async function playOn(target: Target, args: { postgres: number | null; climb: boolean; isFair: boolean }): Promise<Outcome> {
  const generator = startGenerator();
  try {
    const stationKib = await connectAll(generator, target);
    await generator.ask({ type: 'start' });
    await generator.ask({ type: 'run', perSecond: RATE, seconds: WARM_S });
    const { pid } = target;
    const once = args.isFair ? measureFairly : measure;
    const run = await once(generator, { pid, postgres: args.postgres, perSecond: RATE, seconds: RUN_S });
    const climb = args.climb ? await climbOn(generator, { pid, postgres: args.postgres }) : [];
    await generator.ask({ type: 'close' });
    return { stationKib, run, climb };
  } finally {
    await generator.stop();
  }
}

/** Goes faster until answers come late or not at all; the last step is the one that failed. */
async function climbOn(generator: Generator, args: { pid: number; postgres: number | null }): Promise<Measured[]> {
  const steps: Measured[] = [];
  for (const perSecond of CLIMB) {
    const step = await measure(generator, { ...args, perSecond, seconds: CLIMB_S });
    steps.push(step);
    if (!isSustained(step)) break;
  }
  return steps;
}

function isSustained({ p99, sent, answered, failed }: RunResult): boolean {
  return p99 <= P99_MS && failed === 0 && answered === sent;
}

async function onBareServer(stations: Target['stations']): Promise<Outcome> {
  const inspectPort = await freePortPair();
  const child = startChild(['bench/main.ts', 'bare-server'], inspectable(inspectPort));
  try {
    const { url } = await nextMessage(child) as { url: string };
    return await playOn({ url, key: 'any', stations, pid: child.pid, inspectPort }, { postgres: null, climb: false, isFair: true });
  } finally {
    await child.stop();
  }
}

/** Alone the gateway is measured; beside the worker two cores are full and the generator is late too. */
async function onValley(roles: readonly string[]): Promise<Outcome & { stations: Target['stations'] }> {
  const isAlone = roles.length === 1;
  const inspectPort = await freePortPair();
  const scratch = await startScratch({ roles, stations: STATIONS, env: inspectable(inspectPort) });
  try {
    const { ocppUrl: url, stationKey: key, stations, pids } = scratch;
    if (pids.gateway === null) throw new Error('the gateway is not running');
    return { ...await playOn({ url, key, stations, pid: pids.gateway, inspectPort }, { postgres: pids.postgres, climb: isAlone, isFair: isAlone }), stations };
  } finally {
    await scratch.stop();
  }
}

/**
 * benchGateway measures what the gateway carries and costs: MeterValues of five values from 1,000
 * stations over loopback, answered only after commit, beside a server that checks and stores nothing.
 */
export async function benchGateway(isJson: boolean): Promise<void> {
  const report = startReport('gateway');
  const valley = await onValley(['gateway']);
  const bare = await onBareServer(valley.stations);
  const withWorker = await onValley(['gateway', 'worker']);
  await report.finish({
    isJson, figures: figuresOf({ valley, bare, withWorker }),
    facts: { stations: STATIONS, ratePerSecond: RATE, seconds: RUN_S, valley: plain(valley), bare: plain(bare), withWorker: plain(withWorker) },
  });
}

function plain({ stationKib, run, climb }: Outcome): Outcome {
  return { stationKib, run, climb };
}

function figuresOf({ valley, bare, withWorker }: { valley: Outcome; bare: Outcome; withWorker: Outcome }): Figure[] {
  const { run } = valley;
  const best = [run, ...valley.climb].filter(isSustained).at(-1);
  const delay = run.ownDelayP99 > OWN_DELAY_MS ? `void: the generator was ${Math.round(run.ownDelayP99)} ms late` : '';
  return [
    { name: 'durable messages sustained', value: best?.perSecond ?? 0, unit: '/s', goal: { atLeast: RATE * 0.99 }, note: `all answered, p99 ≤ ${P99_MS} ms` },
    { name: `answered at ${RATE}/s`, value: (run.answered / run.sent) * 100, unit: '%', goal: { atLeast: 100 } },
    { name: `p50 at ${RATE}/s`, value: run.p50, unit: 'ms', goal: null, note: 'from the instant it was meant to leave' },
    { name: `p99 at ${RATE}/s`, value: run.p99, unit: 'ms', goal: { atMost: P99_MS }, ...(delay === '' ? {} : { note: delay }) },
    { name: 'CPU per message', value: run.cpuPerMessage, unit: 'µs', goal: null, note: 'gateway process' },
    { name: 'CPU per message, bare ws + ajv', value: bare.run.cpuPerMessage, unit: 'µs', goal: null, note: 'no storage, same rate' },
    { name: 'CPU ratio to bare', value: run.cpuPerMessage / bare.run.cpuPerMessage, unit: '×', goal: { atMost: CPU_RATIO } },
    { name: 'CPU per message, PostgreSQL', value: run.postgresCpuPerMessage, unit: 'µs', goal: null },
    { name: 'memory per idle station', value: valley.stationKib, unit: 'KiB', goal: { atMost: STATION_KIB }, note: `stations ${WARM_STATIONS + 1} to ${STATIONS}, garbage collected` },
    { name: 'memory per idle station, bare', value: bare.stationKib, unit: 'KiB', goal: null },
    { name: 'p99, bare', value: bare.run.p99, unit: 'ms', goal: null },
    { name: `p99 at ${RATE}/s, worker re-planning`, value: withWorker.run.p99, unit: 'ms', goal: null, note: `${Math.round(withWorker.run.perSecond)}/s answered` },
  ];
}
