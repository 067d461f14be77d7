import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './percentile.ts';
import { cpuMicros, cpuMicrosOfTree } from './proc.ts';
import { startGenerator, startReaders, startScratch, type Generator, type Readers, type Scratch } from './processes.ts';
import type { RunResult } from './generator.ts';
import type { ReadersTold } from './pages-readers.ts';
import type { Figure } from './report.ts';

const PAGES = 1_000;
/** Each station every ten seconds: six times as often as Valley asks stations for their meter. */
const RATE = 100;
const WARM_S = 10;
const RUN_S = 30;
/** Each station every second, as in `bench -- gateway`: there the machine is full without pages. */
const STORM_RATE = 1_000;
const ASK_PER_S = 20;
const ASKING_DRIVERS = 50;
const TRPC_P99_MS = 200;
/** Two runs of the same differ by as much; what is less than a few ms is no change to a station. */
const SAME = 1.25;
const SAME_MS = 5;
/** Between opening or closing the pages and the next measurement. */
const SETTLE_MS = 5_000;

type Asked = { p50: number; p99: number; count: number; failed: number };
type Phase = { gateway: RunResult; trpc: Asked; readers: ReadersTold; webCpu: number; postgresCpu: number };
type Rig = { scratch: Scratch; generator: Generator; readers: Readers; stays: { cookie: string; sessionId: string }[] };

/**
 * measureOpenPages opens the pages of 1,000 drivers, signed in, over HTTP while as many stations send
 * their meters, and tells how soon other requests and the stations are answered, with and without them.
 */
export async function measureOpenPages(): Promise<{ figures: Figure[]; facts: object }> {
  const scratch = await startScratch({ roles: ['gateway', 'worker', 'web'], stations: PAGES, cookies: true });
  const [generator, readers] = [startGenerator(), startReaders()];
  try {
    const { ocppUrl: url, stationKey: key, stations } = scratch;
    await generator.ask({ type: 'target', url, key, stations });
    await generator.ask({ type: 'connect', from: 0, to: stations.length });
    await generator.ask({ type: 'start' });
    await generator.ask({ type: 'run', perSecond: RATE, seconds: WARM_S });
    const rig: Rig = { scratch, generator, readers, stays: await staysOf(scratch) };
    await phase(rig, RATE);
    const before = await phase(rig, RATE);
    const cookies = stations.flatMap(({ cookie }) => cookie ?? []);
    const { firstP99 } = await readers.ask<{ firstP99: number }>({ type: 'open', portalUrl: scratch.portalUrl, cookies });
    await sleep(SETTLE_MS);
    const withPages = await phase(rig, RATE);
    const storm = await phase(rig, STORM_RATE);
    await readers.ask({ type: 'close' });
    await sleep(SETTLE_MS);
    const after = await phase(rig, RATE);
    const stormAlone = await phase(rig, STORM_RATE);
    return { figures: figuresOf({ before, withPages, after, storm, stormAlone, firstP99 }), facts: { before, withPages, after, storm, stormAlone, firstP99 } };
  } finally {
    await Promise.all([generator.stop(), readers.stop()]);
    await scratch.stop();
  }
}

async function phase({ scratch, generator, readers, stays }: Rig, perSecond: number): Promise<Phase> {
  const { web, postgres } = scratch.pids;
  const cpu = () => Promise.all([web === null ? 0 : cpuMicros(web), cpuMicrosOfTree(postgres)]);
  const before = await cpu();
  await readers.ask({ type: 'count' });
  const [gateway, trpc] = await Promise.all([
    generator.ask<RunResult>({ type: 'run', perSecond, seconds: RUN_S }),
    ask(scratch.portalUrl, stays),
  ]);
  const told = await readers.ask<ReadersTold>({ type: 'tell' });
  const after = await cpu();
  return { gateway, trpc, readers: told, webCpu: (after[0] - before[0]) / (RUN_S * 1e6), postgresCpu: (after[1] - before[1]) / (RUN_S * 1e6) };
}

async function staysOf({ portalUrl, stations }: Scratch): Promise<Rig['stays']> {
  const stays = [];
  for (const { cookie } of stations.slice(0, ASKING_DRIVERS)) {
    const answer = await fetch(`${portalUrl}/api/trpc/charging.current`, { headers: { cookie: cookie ?? '' } });
    const { result } = await answer.json() as { result: { data: { json: { sessionId: string } | null } } };
    const sessionId = result.data.json?.sessionId;
    if (sessionId === undefined) throw new Error('a driver has no stay although the car is plugged in');
    stays.push({ cookie: cookie ?? '', sessionId });
  }
  return stays;
}

/** Asks at a steady rate, whatever the answers do, what pages ask; one in ten asks to charge now or back. */
async function ask(portalUrl: string, stays: Rig['stays']): Promise<Asked> {
  const times: number[] = [];
  const under: Promise<void>[] = [];
  const state = { failed: 0 };
  const firstMs = performance.now();
  for (let index = 0; index < ASK_PER_S * RUN_S; index += 1) {
    const intendedMs = firstMs + (index * 1_000) / ASK_PER_S;
    await sleep(Math.max(0, intendedMs - performance.now()));
    const stay = stays[index % stays.length];
    if (stay === undefined) continue;
    under.push(askOnce(portalUrl, stay, index).then(
      (isRight) => {
        times.push(performance.now() - intendedMs);
        if (!isRight) state.failed += 1;
      },
      () => { state.failed += 1; },
    ));
  }
  await Promise.all(under);
  return { p50: percentile(times, 50), p99: percentile(times, 99), count: times.length, failed: state.failed };
}

async function askOnce(portalUrl: string, { cookie, sessionId }: Rig['stays'][number], index: number): Promise<boolean> {
  const of = (input: object) => `input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
  const headers = { cookie, origin: portalUrl, 'content-type': 'application/json' };
  const turn = index % 10;
  const on = Math.floor(index / ASKING_DRIVERS) % 2 === 0;
  const answer = turn === 0
    ? await fetch(`${portalUrl}/api/trpc/charging.chargeNow`, {
      method: 'POST', headers, body: JSON.stringify({ json: { sessionId, requestId: randomUUID(), on } }),
    })
    : await fetch(`${portalUrl}/api/trpc/${turn < 7 ? 'charging.current' : turn < 9 ? `charging.timeline?${of({ sessionId })}` : `charging.history?${of({})}`}`, { headers });
  await answer.text();
  return answer.ok;
}

type Phases = { before: Phase; withPages: Phase; after: Phase; storm: Phase; stormAlone: Phase; firstP99: number };

function figuresOf({ before, withPages, after, storm, stormAlone, firstP99 }: Phases): Figure[] {
  const alone = Math.max(before.gateway.p99, after.gateway.p99);
  const open = `${PAGES} driver pages open, ${PAGES} stations talk`;
  const round = (value: number) => Math.round(value * 10) / 10;
  const load = ({ webCpu, postgresCpu }: Phase) => `portal ${Math.round(webCpu * 100)} %, PostgreSQL ${Math.round(postgresCpu * 100)} % of a core`;
  return [
    { name: `${open}: pages that stayed open`, value: withPages.readers.open, unit: '', goal: { atLeast: PAGES } },
    { name: `${open}: tRPC p99`, value: withPages.trpc.p99, unit: 'ms', goal: { atMost: TRPC_P99_MS }, note: `${withPages.trpc.count} requests, ${withPages.trpc.failed} failed; without pages ${Math.round(before.trpc.p99)} ms` },
    { name: `${open}: gateway p99`, value: withPages.gateway.p99, unit: 'ms', goal: { atMost: round(alone * SAME + SAME_MS) }, note: `${RATE} messages/s; unchanged is ≤ ${SAME_MS} ms + ${SAME} × the ${round(before.gateway.p99)} and ${round(after.gateway.p99)} ms without pages` },
    { name: `${open}: first picture of a page, p99`, value: firstP99, unit: 'ms', goal: null, note: 'a thousand opened in a row' },
    { name: `${open}: pictures`, value: withPages.readers.pictures / RUN_S, unit: '/s', goal: null, note: `${load(withPages)}; without pages ${load(before)}` },
    { name: `${open}: from picture to picture of a page, p99`, value: withPages.readers.gapP99, unit: 'ms', goal: null },
    { name: `the same at ${STORM_RATE} messages/s: tRPC p99`, value: storm.trpc.p99, unit: 'ms', goal: null, note: `without pages ${Math.round(stormAlone.trpc.p99)} ms` },
    { name: `the same at ${STORM_RATE} messages/s: gateway p99`, value: storm.gateway.p99, unit: 'ms', goal: null, note: `without pages ${Math.round(stormAlone.gateway.p99)} ms: the worker re-plans on the same two cores` },
    { name: `the same at ${STORM_RATE} messages/s: from picture to picture, p99`, value: storm.readers.gapP99, unit: 'ms', goal: null, note: load(storm) },
  ];
}
