import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PriceInterval } from '#domain/market/price.ts';
import { connectBus, type Bus } from '../bus/bus.ts';
import type { Db } from '../db/client.ts';
import type { Env } from '../env.ts';
import { openInstallation } from '../installation.ts';
import { createLifetime } from '../lifetime.ts';
import type { Log } from '../log.ts';
import { freePorts, scratchEnv } from '../scratch-system.ts';
import { startSystem, type System } from '../system.ts';
import { declareOnPlugIn, type Declaring } from './declare.ts';
import { startFleet, type FleetProcess } from './fleet-process.ts';
import type { RecordedStay } from '#domain/charging/recorded-stay.ts';
import { governor } from './governor.ts';
import { publisher, type Publisher } from './publish-days.ts';
import { replayClock, type ReplayClock } from './replay-clock.ts';
import { reportReplay, type ReplayReport } from './report.ts';
import { seedReplay } from './seed.ts';

export type ReplayOptions = {
  sessionsFile: string; limit: number; weeks: number; stays: readonly RecordedStay[]; prices: readonly PriceInterval[];
  speed: number; declared: boolean; version: string; kill: boolean; say: (text: string) => void;
};

/** Time before a plug-in that is not skipped. */
const LEAD_MS = 120_000;
const STEP_MS = 25;
const SETTLE_LIMIT_MS = 60_000;
const BACK_LIMIT_MS = 60_000;
const CONTROL_TOKEN_BYTES = 16;

/**
 * replay runs the whole system on a scratch database, plays recorded stays through OCPP sockets at
 * recorded prices, and reports on what is stored. Time in which no car is plugged in is skipped.
 * @throws Stopped once `stopped` resolves; nothing is left running then either.
 */
export async function replay(args: { env: Env; log: Log; options: ReplayOptions; stopped: Promise<void> }): Promise<ReplayReport> {
  const { env, log, options } = args;
  await using lifetime = createLifetime(args.stopped);
  const [webPort = 0, ocppPort = 0, controlPort = 0] = await freePorts(3);
  const own = scratchEnv(env, { web: webPort, ocpp: ocppPort });
  const dir = await lifetime.open(mkdtemp(path.join(tmpdir(), 'valley-replay-')), (folder) => rm(folder, { recursive: true, force: true }));
  const installation = await lifetime.open(openInstallation({ env: own, mode: 'replay', log, scratch: true }), (opened) => opened.close());
  const { db } = installation;
  const startAt = new Date(Math.min(...options.stays.map((stay) => stay.plugInAt)) * 1000 - LEAD_MS);
  let fleet: FleetProcess | null = null;
  const clock = await replayClock(db, { startAt, speed: 1, tellFleet: async (anchor) => { await fleet?.tellClock(anchor); } });
  const seed = await db.asSystem((tx) => seedReplay(tx, options.stays, new Date(startAt.getTime() - 86_400_000)));
  const prices = publisher(db, options.prices);
  await prices.publishUntil(startAt);
  const system = await lifetime.open(Promise.resolve(startSystem({ installation, env: own, mode: 'replay', log })), (started) => started.stop());
  await lifetime.until(system.ready);
  const bus = await lifetime.open(connectBus(installation.appUrl, log), (opened) => opened.close());
  const declaring = options.declared
    ? declareOnPlugIn({ db, bus, log, secret: installation.secret, portalUrl: system.portalUrl, stays: options.stays, seed }) : null;
  await lifetime.open(Promise.resolve(declaring), (opened) => opened?.close());
  const keyFile = path.join(dir, 'keys.json');
  await writeFile(keyFile, JSON.stringify(seed.keys), { mode: 0o600 });
  const token = randomBytes(CONTROL_TOKEN_BYTES).toString('hex');
  await clock.set({ at: startAt, speed: 1 });
  fleet = startFleet({ controlPort, token, argv: fleetArgs({ options, ocppPort, controlPort, token, keyFile, dir, startAt, realAt: new Date() }) });
  await lifetime.open(Promise.resolve(fleet), (started) => started.stop());
  await lifetime.until(fleet.ready());
  await clock.set({ at: startAt, speed: options.speed });
  await lifetime.until(play({ options, db, bus, declaring, clock, prices, fleet, system }));
  await lifetime.until(fleet.finished);
  await clock.set({ speed: 1 });
  await lifetime.until(untilSettled(db, { clock, prices }));
  return await reportReplay(db, { stays: options.stays });
}

function fleetArgs(args: {
  options: ReplayOptions; ocppPort: number; controlPort: number; token: string; keyFile: string; dir: string; startAt: Date; realAt: Date;
}): string[] {
  const { options } = args;
  return [
    '--sessions', options.sessionsFile, '--limit', String(options.limit), '--url', `ws://127.0.0.1:${args.ocppPort}/ocpp`,
    '--speed', '1', '--shift-days', String(options.weeks * 7), '--version', options.version, '--key-file', args.keyFile,
    '--anchor', args.startAt.toISOString(), '--real-anchor', args.realAt.toISOString(), '--state', path.join(args.dir, 'fleet'),
    '--history', path.join(args.dir, 'history.ndjson'), '--control-port', String(args.controlPort), '--control-token', args.token,
  ];
}

type Playing = { options: ReplayOptions; db: Db; bus: Bus; declaring: Declaring | null; clock: ReplayClock; prices: Publisher; fleet: FleetProcess; system: System };

/** play lets time run: publishes prices when they are due, skips empty time, and kills where asked to. */
async function play(playing: Playing): Promise<void> {
  const { options, clock, prices, fleet } = playing;
  const plugIns = options.stays.map((stay) => stay.plugInAt * 1000).sort((a, b) => a - b);
  const kills = options.kill ? killPlan(options.stays) : [];
  const speed = governor(playing, options.speed);
  let isDone = false;
  fleet.finished.then(() => { isDone = true; }, () => { isDone = true; });
  for (let step = 0; !isDone; step += 1) {
    await prices.publishUntil(clock.now());
    const kill = kills[0];
    if (kill !== undefined && clock.now().getTime() >= kill.atMs) {
      kills.shift();
      await killOne(playing, kill.role);
    }
    if (step % 20 === 0) await skipEmptyTime(playing, plugIns);
    const allowed = await speed.allowed();
    if (allowed !== clock.speed()) await clock.set({ speed: allowed });
    if (step % 200 === 0) options.say(`${clock.now().toISOString()}  ${plugIns.filter((at) => at <= clock.now().getTime()).length} of ${plugIns.length} plugged in`);
    await pause(STEP_MS);
  }
  speed.close();
}

async function skipEmptyTime({ db, clock, prices, options }: Playing, plugIns: readonly number[]): Promise<void> {
  const now = clock.now().getTime();
  const isEmpty = !options.stays.some((stay) => stay.plugInAt * 1000 <= now + LEAD_MS && stay.plugOutAt * 1000 + LEAD_MS >= now);
  const next = plugIns.find((at) => at > now);
  if (!isEmpty || next === undefined || next - now < LEAD_MS * 2) return;
  const open = await db.asSystem((tx) => tx.session.count({ where: { state: 'OPEN' } }));
  if (open > 0) return;
  const target = new Date(next - LEAD_MS);
  await prices.publishUntil(target);
  await clock.set({ at: target, speed: options.speed });
}

type Role = 'gateway' | 'worker' | 'fleet';

/** Each role dies once, in the middle of a stay: gateway, worker and fleet at a quarter, half and three quarters of all stays. */
function killPlan(stays: readonly RecordedStay[]): { role: Role; atMs: number }[] {
  const sorted = stays.toSorted((a, b) => a.plugInAt - b.plugInAt);
  return (['gateway', 'worker', 'fleet'] as const).map((role, index) => {
    const stay = sorted[Math.floor((sorted.length * (index + 1)) / 4)];
    return { role, atMs: stay === undefined ? 0 : (stay.plugInAt + Math.min(1_800, (stay.plugOutAt - stay.plugInAt) / 2)) * 1000 };
  }).sort((a, b) => a.atMs - b.atMs);
}

/** While a process is down time runs at its real speed: a restart takes seconds, not simulated hours. */
async function killOne({ db, clock, fleet, system, options }: Playing, role: Role): Promise<void> {
  await clock.set({ speed: 1 });
  options.say(`killing the ${role} (SIGKILL)`);
  const before = await connected(db);
  if (role === 'fleet') {
    fleet.kill();
    await pause(1_000);
    await fleet.ready();
  } else {
    const pid = system.pid(role);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await pause(1_000);
    await system.whenReady(role);
  }
  // Stations come back one by one, and find what was asked of them meanwhile.
  const until = Date.now() + BACK_LIMIT_MS;
  await pause(2_000);
  while (Date.now() < until && (await connected(db)) < before) await pause(250);
  await pause(1_000);
  await clock.set({ speed: options.speed });
}

async function connected(db: Db): Promise<number> {
  return await db.asSystem((tx) => tx.connection.count({ where: { closedAt: null } }));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}

async function untilSettled(db: Db, args: { clock: ReplayClock; prices: Publisher }): Promise<void> {
  const until = Date.now() + SETTLE_LIMIT_MS;
  while (Date.now() < until) {
    const waiting = await db.asSystem((tx) => tx.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM session WHERE state = 'OPEN' OR settled_version < facts_version OR settle_state NOT IN ('SETTLED', 'REVIEW')`);
    if (waiting[0]?.n === 0) return;
    const next = args.prices.nextAt();
    if (next !== null) await args.prices.publishUntil(next);
    await pause(250);
  }
}
