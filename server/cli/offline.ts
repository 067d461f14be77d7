import { parseArgs } from 'node:util';
import { connectBus } from '../bus/bus.ts';
import { connectClock } from '../clock.ts';
import { createDb, type Db } from '../db/client.ts';
import { readEnv } from '../env.ts';
import { openInstallation } from '../installation.ts';
import { createLifetime, unlessStopped, type Lifetime } from '../lifetime.ts';
import { createLog } from '../log.ts';
import { createPrices } from '../market/price.service.ts';
import { priceImporter } from '../market/publish.service.ts';
import { createOptimizer } from '../planning/optimizer.ts';
import { settleSessions, type SettlementDeps } from '../settlement/settlement.service.ts';
import { dueSettlements } from '../settlement/settlement.store.ts';
import { untilToldToStop } from '../supervise.ts';
import { runPrices, type PricesIo } from './prices.ts';

/** pricesCommand prints or imports price files; printing needs no database. */
export async function pricesCommand(argv: string[]): Promise<number> {
  const io = { stdout: process.stdout, stderr: process.stderr };
  if (argv.includes('--print') || argv.includes('--help')) {
    return await runPrices(argv, { ...io, importer: () => Promise.reject(new Error('printing stores nothing')) });
  }
  return await unlessStopped(importPrices(argv, io, untilToldToStop()));
}

async function importPrices(argv: string[], io: Pick<PricesIo, 'stdout' | 'stderr'>, stopped: Promise<void>): Promise<number> {
  const env = readEnv();
  const log = createLog('prices', env.VALLEY_LOG_LEVEL);
  await using lifetime = createLifetime(stopped);
  const installation = await lifetime.open(openInstallation({ env, mode: null, log, adopt: true }), (opened) => opened.close());
  return await runPrices(argv, { ...io, importer: priceImporter(installation.db) });
}

const BATCH = 100;
const LANES = 3;
const PROGRESS_MS = 1_000;

/**
 * settleCommand settles every closed stay that has facts no settlement has seen. It can be stopped at
 * any time and goes on where it was; run again on the same facts it changes nothing.
 */
export async function settleCommand(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { json: { type: 'boolean', default: false } } });
  return await unlessStopped(settleAll({ isJson: values.json, stopped: untilToldToStop() }));
}

async function settleAll({ isJson, stopped }: { isJson: boolean; stopped: Promise<void> }): Promise<number> {
  const env = readEnv();
  const log = createLog('settle', env.VALLEY_LOG_LEVEL);
  await using lifetime = createLifetime(stopped);
  const installation = await lifetime.open(openInstallation({ env, mode: null, log, adopt: true }), (opened) => opened.close());
  const db = await lifetime.open(Promise.resolve(createDb(installation.appUrl, { connections: LANES + 2 })), (opened) => opened.close());
  const bus = await lifetime.open(connectBus(installation.appUrl, log), (opened) => opened.close());
  const clock = await connectClock(db, bus, log);
  const optimizer = await lifetime.open(Promise.resolve(createOptimizer(log)), (opened) => opened.close());
  const deps = { db, clock, log, optimizer, prices: createPrices(db, bus) };
  const started = Date.now();
  const done = await settleInLanes(deps, lifetime);
  const seconds = (Date.now() - started) / 1000;
  process.stdout.write(isJson
    ? `${JSON.stringify({ sessions: done.seen, posted: done.posted, seconds, perSecond: done.seen / Math.max(0.001, seconds) })}\n`
    : `${done.seen} sessions looked at, ${done.posted} settlements posted in ${seconds.toFixed(1)} s.\n`);
  return 0;
}

type Done = { seen: number; posted: number };

async function settleInLanes(deps: SettlementDeps, lifetime: Lifetime): Promise<Done> {
  const due = await countDue(deps.db);
  const started = Date.now();
  const done: Done = { seen: 0, posted: 0 };
  let isStopped = false;
  const show = () => process.stderr.write(`\rsettled ${done.seen} of ${due} (${Math.round((done.seen * 1000) / Math.max(1, Date.now() - started))}/s) `);
  let afterId: string | null = null;
  const next = async (): Promise<string[]> => {
    const ids: string[] = await deps.db.asSystem((tx) => dueSettlements(tx, BATCH, afterId));
    afterId = ids.at(-1) ?? afterId;
    return ids;
  };
  let turn: Promise<unknown> = Promise.resolve();
  const lane = async () => {
    while (!isStopped) {
      const mine: Promise<string[]> = turn.then(next);
      turn = mine.catch(() => undefined);
      const ids = await mine;
      if (ids.length === 0) return;
      // Read after the wait: the lanes count together.
      const posted = await settleSessions(deps, ids);
      done.posted += posted;
      done.seen += ids.length;
    }
  };
  const timer = setInterval(show, PROGRESS_MS);
  // Opened, so that a batch under way is finished before its database goes.
  await lifetime.open(Promise.all(Array.from({ length: LANES }, lane)).finally(() => clearInterval(timer)))
    .finally(() => { isStopped = true; });
  show();
  process.stderr.write('\n');
  return done;
}

async function countDue(db: Db): Promise<number> {
  const rows = await db.asSystem((tx) => tx.$queryRaw<{ due: number }[]>`
    SELECT count(*)::int AS due FROM session WHERE state = 'CLOSED' AND settled_version < facts_version`);
  return rows[0]?.due ?? 0;
}
