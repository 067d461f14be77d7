import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { canSignIn } from './db/app-role.ts';
import { createDb, type Db } from './db/client.ts';
import { embeddedHomeDir } from './db/embedded-home.ts';
import { isRunning, liveOwner, readPostmaster, stopServer } from './db/embedded-process.ts';
import { startEmbeddedPostgres, withRole } from './db/embedded.ts';
import { migrate, migrationStatus } from './db/migrate.ts';
import { demandSecret, type Env } from './env.ts';
import { ValleyError } from './errors.ts';
import type { Log } from './log.ts';

export type Mode = 'demo' | 'live' | 'replay';

/** A migrated database of one mode, and what is needed to reach it. */
export type Installation = {
  ownerUrl: string;
  appUrl: string;
  secret: string;
  dataDir: string;
  db: Db;
  close(): Promise<void>;
};

const ROOT = path.resolve(import.meta.dirname, '..');

/**
 * openInstallation starts (or adopts) the database, migrates it and makes sure that demo, live and
 * replay data never meet.
 * @param args.mode null: whatever is there.
 * @param args.scratch a temporary database that is removed at the end.
 * @param args.adopt for a command that runs beside Valley: it migrates nothing but a database that it started itself.
 * @param args.reset drops what is there first; only for the embedded database.
 * @throws ValleyError NOT_READY, or EnvError, with a sentence that says what to do.
 */
export async function openInstallation(args: {
  env: Env; mode: Mode | null; log: Log; scratch?: boolean; reset?: boolean; adopt?: boolean;
}): Promise<Installation> {
  const { env, mode, log } = args;
  demandSecret(env);
  const dataDir = path.resolve(ROOT, env.VALLEY_DATA_DIR ?? path.join(embeddedHomeDir(), 'main'));
  if (args.reset === true) await resetData(env, dataDir);
  const server = env.DATABASE_URL === undefined
    ? await startEmbeddedPostgres({
      log, scratch: args.scratch === true, adopt: args.adopt === true,
      ...(env.VALLEY_DATA_DIR === undefined ? {} : { dataDir }),
    })
    : null;
  let db: Db | null = null;
  const close = async () => {
    await db?.close();
    await server?.stop();
  };
  try {
    const ownerUrl = server?.url ?? env.DATABASE_URL ?? '';
    const secret = env.VALLEY_SECRET ?? await keptSecret(args.scratch === true ? null : path.join(ROOT, '.valley', 'secret'));
    const appPassword = server?.appPassword ?? createHmac('sha256', secret).update('valley_app').digest('hex');
    // A command beside a running Valley leaves the database as it is: that one may be of another version.
    if (args.adopt === true && server?.adopted !== false) await assertUsable(ownerUrl, appPassword);
    else await migrate({ url: ownerUrl, log, appPassword });
    const appUrl = withRole(ownerUrl, 'valley_app', appPassword);
    db = createDb(appUrl, { connections: 4 });
    if (mode !== null) await claimMode(db, mode);
    return {
      ownerUrl, appUrl, secret, db, dataDir: server?.dataDir ?? 'the database of DATABASE_URL',
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws ValleyError with what to do where this code does not fit the database as it is, or is not let in. */
async function assertUsable(ownerUrl: string, appPassword: string): Promise<void> {
  const { applied, pending, refusal } = await migrationStatus({ url: ownerUrl });
  if (refusal !== undefined) throw new ValleyError('NOT_READY', refusal);
  if (applied.length === 0) throw new ValleyError('NOT_READY', 'The database is empty: start Valley once (npm start), then run this again.');
  if (pending.length > 0) {
    throw new ValleyError('NOT_READY', `This program is newer than the database (${pending.length} migrations not applied): `
      + 'start this version of Valley (npm start applies them), or run the command from the version that runs.');
  }
  if (await canSignIn(ownerUrl, appPassword)) return;
  throw new ValleyError('NOT_READY', 'VALLEY_SECRET is not the one that Valley runs with on this database: set it to that one.');
}

async function resetData(env: Env, dataDir: string): Promise<void> {
  if (env.DATABASE_URL !== undefined) {
    throw new ValleyError('NOT_READY', 'DATABASE_URL is set: empty that database yourself, or unset it and run the command again.');
  }
  const owner = await liveOwner(dataDir);
  if (owner !== undefined) {
    throw new ValleyError('NOT_READY', `Valley still runs on this data (process ${owner}): stop it first, then start over.`);
  }
  const orphan = await readPostmaster(path.join(dataDir, 'data'));
  if (orphan !== undefined && isRunning(orphan)) await stopServer(orphan);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** keptSecret is made once per installation and never leaves this machine. */
async function keptSecret(file: string | null): Promise<string> {
  const fresh = randomBytes(32).toString('base64url');
  if (file === null) return fresh;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).catch(() => undefined);
  return (await readFile(file, 'utf8')).trim();
}

async function claimMode(db: Db, mode: Mode): Promise<void> {
  await db.open.$executeRaw`INSERT INTO installation (mode) VALUES (${mode}) ON CONFLICT DO NOTHING`;
  const row = await db.open.installation.findUnique({ where: { id: true } });
  if (row === null || row.mode === mode) return;
  const other = row.mode === 'demo' ? 'npm run demo' : 'npm start';
  throw new ValleyError('NOT_READY',
    `This database holds ${row.mode} data, and demo and real data never meet: use ${other}, or name another database in DATABASE_URL.`);
}

/**
 * setClock starts simulated time, or lets it go on where it stopped.
 * @param args.startAt where it begins if there is none yet.
 */
export async function setClock(db: Db, args: { startAt: Date; speed: number }): Promise<Date> {
  const rows = await db.open.$queryRaw<{ sim: Date }[]>`
    INSERT INTO clock (real_anchor, sim_anchor, speed, top_speed) VALUES (clock_timestamp(), ${args.startAt}, ${args.speed}, ${args.speed})
    ON CONFLICT (id) DO UPDATE SET
      sim_anchor = clock.sim_anchor + (clock.seen_at - clock.real_anchor) * clock.speed,
      real_anchor = clock_timestamp(), seen_at = clock_timestamp(), speed = ${args.speed},
      top_speed = greatest(clock.top_speed, ${args.speed})
    RETURNING sim_anchor AS sim`;
  await db.open.$executeRaw`SELECT pg_notify('valley', 'clock set')`;
  return rows[0]?.sim ?? args.startAt;
}

/** keepClock remembers how far simulated time has come, once a second of real time. */
export function keepClock(db: Db): () => void {
  const timer = setInterval(() => {
    db.open.$executeRaw`UPDATE clock SET seen_at = clock_timestamp()`.catch(() => undefined);
  }, 1_000);
  return () => clearInterval(timer);
}

/** localTime writes an instant the way a person at a site reads it. */
export function localTime(at: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
}
