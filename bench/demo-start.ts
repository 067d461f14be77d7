import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePortPair } from './ports.ts';
import { commandOf, descendants, memoryOf } from './proc.ts';
import { startChild, type Child } from './processes.ts';

const POLL_MS = 50;
const START_LIMIT_MS = 180_000;
/** So long the demo's street runs before memory is read: plans are made, pages are served. */
const SETTLED_MS = 30_000;

export type ProcessMemory = { name: string; rssKib: number; pssKib: number };
export type DemoStart = { coldMs: number; warmMs: number; memory: ProcessMemory[] };

async function isUp(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(async (answer) => {
    await answer.body?.cancel();
    return answer.status === 200;
  }, () => false);
}

type Demo = { child: Child; startMs: number };

/** startDemo starts the demo as a person would and waits until both health checks answer 200. */
export async function startDemo(args: { port: number; ocppPort: number; dataDir: string }): Promise<Demo> {
  const startedMs = performance.now();
  const child = startChild(['scripts/valley.mjs', 'demo'], {
    VALLEY_PORT: String(args.port), VALLEY_OCPP_PORT: String(args.ocppPort), VALLEY_DATA_DIR: args.dataDir,
  });
  const wanted = [args.port, args.ocppPort].map((port) => `http://127.0.0.1:${port}/healthz`);
  while (!(await Promise.all(wanted.map(isUp))).every(Boolean)) {
    if (child.process.exitCode !== null) throw new Error('the demo ended while it started: see above');
    if (performance.now() - startedMs > START_LIMIT_MS) {
      await child.stop();
      throw new Error(`the demo was not ready within ${START_LIMIT_MS / 1000} s`);
    }
    await sleep(POLL_MS);
  }
  return { child, startMs: performance.now() - startedMs };
}

/** What a process of the demo is to a person. */
function nameOf(command: string): string {
  const role = /server\/index\.ts (gateway|worker|web|demo)/.exec(command)?.[1];
  if (role !== undefined) return role === 'demo' ? 'supervisor' : role;
  if (command.includes('sim/main.ts')) return 'simulator';
  if (command.includes('valley.mjs')) return 'npm script';
  return command.includes('postgres') ? 'postgresql' : 'other';
}

async function memoryOfDemo(demo: Demo, dataDir: string): Promise<ProcessMemory[]> {
  const postmaster = Number.parseInt(await readFile(path.join(dataDir, 'data', 'postmaster.pid'), 'utf8'), 10);
  const pids = new Set([...await descendants(demo.child.pid), ...await descendants(postmaster)]);
  const byName = new Map<string, ProcessMemory>();
  for (const pid of pids) {
    const name = nameOf(await commandOf(pid));
    const { rssKib, pssKib } = await memoryOf(pid);
    const known = byName.get(name) ?? { name, rssKib: 0, pssKib: 0 };
    byName.set(name, { name, rssKib: known.rssKib + rssKib, pssKib: known.pssKib + pssKib });
  }
  return [...byName.values()].sort((a, b) => b.pssKib - a.pssKib);
}

/**
 * measureDemo starts the demo as a person would, on its own ports and data, first on nothing and then
 * on what the first start left, until both health checks answer 200.
 */
export async function measureDemo(): Promise<DemoStart> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'valley-bench-'));
  const [port, ocppPort] = [await freePortPair(), await freePortPair()];
  try {
    const cold = await startDemo({ port, ocppPort, dataDir });
    await cold.child.stop();
    const warm = await startDemo({ port, ocppPort, dataDir });
    try {
      await sleep(SETTLED_MS);
      return { coldMs: cold.startMs, warmMs: warm.startMs, memory: await memoryOfDemo(warm, dataDir) };
    } finally {
      await warm.child.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
