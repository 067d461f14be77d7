import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { issueSession } from '../auth/sign-in.ts';
import { readEnv } from '../env.ts';
import { openInstallation } from '../installation.ts';
import { createLifetime, Stopped } from '../lifetime.ts';
import { createLog } from '../log.ts';
import { freePorts, scratchEnv } from '../scratch-system.ts';
import { untilToldToStop } from '../supervise.ts';
import type { RoleName } from '../child-env.ts';
import { startSystem } from '../system.ts';
import { seedScratch } from './scratch-seed.ts';

/** What the parent is told once, over the channel, when everything asked for serves. */
export type ScratchReady = {
  portalUrl: string;
  ocppUrl: string;
  /** The database's folder: a command with it in VALLEY_DATA_DIR works on the same database. */
  dataDir: string;
  /** Process ids of the roles asked for, and of PostgreSQL's first process. */
  pids: { gateway: number | null; worker: number | null; web: number | null; postgres: number };
  stationKey: string;
  stations: { id: string; card: string; cookie: string | null }[];
};

/**
 * A system on a database of its own that ends with its parent: for benchmarks, which see nothing of
 * the server but its sockets, its commands and what this program says.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: {
    roles: { type: 'string', default: 'gateway,worker,web' }, stations: { type: 'string', default: '10' },
    'past-stays': { type: 'string', default: '0' }, cookies: { type: 'boolean', default: false },
  } });
  const stopped = untilToldToStop();
  const [web = 0, ocpp = 0] = await freePorts(2);
  const env = scratchEnv({ ...readEnv(), VALLEY_LOG_LEVEL: 'warn' }, { web, ocpp });
  const log = createLog('scratch', 'warn');
  await using lifetime = createLifetime(stopped);
  const installation = await lifetime.open(openInstallation({ env, mode: 'live', log, scratch: true }), (opened) => opened.close());
  const roles = values.roles.split(',').filter((name): name is RoleName => ['gateway', 'worker', 'web'].includes(name));
  const seeding = seedScratch(installation.db, { stations: Number(values.stations), pastStays: Number(values['past-stays']), now: new Date() });
  const seed = await lifetime.open(seeding);
  const system = roles.length === 0 ? null : startSystem({ installation, env, mode: 'live', log, roles });
  await lifetime.open(Promise.resolve(system), () => system?.stop());
  await lifetime.until(system?.ready ?? Promise.resolve());
  const signIn = (driverId: string) => issueSession({ db: installation.db, secret: installation.secret, secure: false }, driverId);
  const stations = [];
  for (const { id, card, driverId } of seed.stations) {
    stations.push({ id, card, cookie: values.cookies ? (await signIn(driverId)).cookie : null });
  }
  const pid = (name: RoleName) => (roles.includes(name) ? system?.pid(name) ?? null : null);
  const ready: ScratchReady = {
    portalUrl: `http://127.0.0.1:${web}`, ocppUrl: `ws://127.0.0.1:${ocpp}/ocpp`, dataDir: installation.dataDir,
    pids: { gateway: pid('gateway'), worker: pid('worker'), web: pid('web'), postgres: await postmasterPid(installation.dataDir) },
    stationKey: seed.stationKey, stations,
  };
  process.send?.(ready);
  await stopped;
}

async function postmasterPid(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'data', 'postmaster.pid'), 'utf8'), 10);
}

await main().catch((error: unknown) => {
  if (!(error instanceof Stopped)) throw error;
});
process.exit(0);
