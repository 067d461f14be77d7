import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import type pg from 'pg';
import { z } from 'zod';
import { seeEveryRow } from '#server/db/every-row.ts';
import { migrationStatus } from '#server/db/migrate.ts';

// Settlement and commands compare instants of several machines; a second is the design's limit.
const MAX_SKEW_MS = 1000;
const NODE_FLOOR = [24, 14] as const;
const SHOWN_STATIONS = 5;

/** One line of the doctor's report; a failed one says what to do. */
export type Check = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
};

/** Is this Node new enough? */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  const detail = `Node ${version}`;
  const remedy = 'Start the command by npm run, which fetches Node 24, or install Node 24.';
  return { name: 'node', ok, detail, ...(ok ? {} : { remedy }) };
}

const healthSchema = z.object({ role: z.string(), version: z.string().optional() });

/** A role itself waits 10 s for a busy database (server/db/stored-migration.ts). */
const HEALTH_LIMIT_MS = 12_000;

async function askHealth(port: number): Promise<{ role: string; status: number } | undefined> {
  try {
    const url = `http://127.0.0.1:${port}/healthz`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(HEALTH_LIMIT_MS) });
    const health = healthSchema.safeParse(await answer.json());
    return health.success ? { role: health.data.role, status: answer.status } : undefined;
  } catch {
    return undefined;
  }
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => {
      resolve(false);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

export type PortQuestion = {
  readonly name: 'portal' | 'gateway';
  readonly host: string;
  readonly port: number;
  /** The variable that moves it. */
  readonly variable: string;
};

/** What holds a port; `isOurs` says whether Valley serves there now (it answers /healthz). */
export type PortAnswer = { readonly check: Check; readonly isOurs: boolean };

/** Is a port Valley's own or free? */
export async function checkPort(question: PortQuestion): Promise<PortAnswer> {
  const { name, host, port, variable } = question;
  const health = await askHealth(port);
  if (health !== undefined) {
    const ok = health.status === 200;
    const detail = `port ${port}: Valley's ${health.role}${ok ? ' serves' : ' is not ready'}`;
    const remedy = `Read http://127.0.0.1:${port}/healthz: it names the reason.`;
    return { isOurs: true, check: { name, ok, detail, ...(ok ? {} : { remedy }) } };
  }
  if (await canListen(host, port)) {
    return { isOurs: false, check: { name, ok: true, detail: `port ${port}: free` } };
  }
  const detail = `port ${port}: another program holds it`;
  const remedy = `Stop that program, or set ${variable} to a free port.`;
  return { isOurs: false, check: { name, ok: false, detail, remedy } };
}

/** Is the database reachable and of this program's version? */
export async function checkDatabase(url: string, place: string): Promise<Check> {
  const name = 'database';
  try {
    const status = await migrationStatus({ url });
    if (status.refusal !== undefined) {
      return { name, ok: false, detail: place, remedy: status.refusal };
    }
    const waiting = status.pending.length;
    const newest = status.applied.at(-1) ?? 'none';
    if (waiting === 0) return { name, ok: true, detail: `${place}, migration ${newest}` };
    const detail = `${place}, ${waiting} migration(s) not applied`;
    return { name, ok: false, detail, remedy: 'Start Valley: it applies them.' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'Check DATABASE_URL and that the server runs and lets this machine in.';
    return { name, ok: false, detail: `${place} does not answer: ${reason}`, remedy };
  }
}

/** Does the owner's role let backups see everything, and restores make a database? */
export async function checkOwner(client: pg.Client): Promise<Check> {
  const name = 'backup';
  try {
    await seeEveryRow(client);
  } catch (error) {
    const remedy = error instanceof Error ? error.message : String(error);
    return { name, ok: false, detail: 'npm run backup would refuse', remedy };
  }
  const { rows } = await client.query<{ role: string; ok: boolean }>(
    'SELECT rolname AS role, rolsuper OR rolcreatedb AS ok FROM pg_roles WHERE rolname = current_user',
  );
  const { role = '', ok = false } = rows[0] ?? {};
  const detail = `the role ${role} sees every row`;
  if (ok) return { name, ok, detail: `${detail} and may restore` };
  const remedy = `Let a superuser run ALTER ROLE "${role}" CREATEDB: restoring over data needs it.`;
  return { name, ok, detail: `${detail} but may make no database`, remedy };
}

async function ntpState(): Promise<string> {
  try {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    const { stdout } = await promisify(execFile)('timedatectl', args, { timeout: 3000 });
    return stdout.trim() === 'yes' ? 'set by NTP' : 'not set by NTP';
  } catch {
    return 'whether NTP sets it is unknown here';
  }
}

/** Do this machine and the database agree on the time? */
export async function checkClock(client: pg.Client): Promise<Check> {
  const before = Date.now();
  const found = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  const here = (before + Date.now()) / 2;
  const skewMs = Math.round((found.rows[0]?.at.getTime() ?? 0) - here);
  const ntp = await ntpState();
  const ok = Math.abs(skewMs) <= MAX_SKEW_MS && ntp !== 'not set by NTP';
  const detail = `database ${skewMs >= 0 ? '+' : ''}${skewMs} ms from this machine, ${ntp}`;
  const remedy = 'Switch time synchronisation on (timedatectl set-ntp true) on every machine.';
  return { name: 'clock', ok, detail, ...(ok ? {} : { remedy }) };
}

// Domain time: the clock row of a demo or a replay, else real time (as in server/clock.ts).
const PRICES = `
  WITH domain AS (
    SELECT coalesce((SELECT sim_anchor + (clock_timestamp() - real_anchor) * speed FROM clock),
                    clock_timestamp()) AS now)
  SELECT zone, domain.now AS now, p.until AS until
    FROM (SELECT DISTINCT bidding_zone AS zone FROM location) AS used CROSS JOIN domain
    LEFT JOIN LATERAL (
      SELECT max(start_at + minutes * interval '1 minute') AS until
        FROM day_ahead_price WHERE bidding_zone = zone) AS p ON true
   ORDER BY zone`;

function minuteOf(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Do the published prices of every zone in use reach beyond now? */
export async function checkPrices(client: pg.Client): Promise<Check> {
  const found = await client.query<{ zone: string; now: Date; until: Date | null }>(PRICES);
  if (found.rows.length === 0) {
    return { name: 'prices', ok: true, detail: 'no site yet, so no price zone is in use' };
  }
  const parts = found.rows.map(({ zone, until }) =>
    until === null ? `${zone}: none` : `${zone}: until ${minuteOf(until)}`,
  );
  const ok = found.rows.every(({ now, until }) => until !== null && until > now);
  const remedy = 'Set ENTSOE_TOKEN, or import a file: npm run prices -- FILE';
  return { name: 'prices', ok, detail: parts.join(', '), ...(ok ? {} : { remedy }) };
}

const STATIONS = `
  SELECT s.id, c.station_id IS NOT NULL AS "wasSeen",
         c.station_id IS NOT NULL AND c.closed_at IS NULL AS "isConnected"
    FROM charging_station s LEFT JOIN connection c ON c.station_id = s.id
   WHERE s.disabled_at IS NULL ORDER BY s.id`;

type StationRow = { readonly id: string; readonly wasSeen: boolean; readonly isConnected: boolean };

function nameSome(rows: readonly StationRow[]): string {
  const shown = rows.slice(0, SHOWN_STATIONS).map((row) => row.id);
  return `${shown.join(', ')}${rows.length > SHOWN_STATIONS ? ', …' : ''}`;
}

/**
 * Are the stations connected? Only a running gateway can know. One that has never connected is
 * named but is no fault: it may not be mounted yet.
 */
export async function checkStations(client: pg.Client, isGatewayUp: boolean): Promise<Check> {
  const name = 'stations';
  const { rows } = await client.query<StationRow>(STATIONS);
  if (rows.length === 0) return { name, ok: true, detail: 'none set up yet' };
  if (!isGatewayUp) {
    const detail = `${rows.length} set up; Valley does not run, so none is connected`;
    return { name, ok: true, detail };
  }
  const absent = rows.filter((row) => row.wasSeen && !row.isConnected);
  const awaited = rows.filter((row) => !row.wasSeen);
  const parts = [`${rows.length - absent.length - awaited.length} of ${rows.length} connected`];
  if (absent.length > 0) parts.push(`absent: ${nameSome(absent)}`);
  if (awaited.length > 0) parts.push(`not yet seen: ${nameSome(awaited)}`);
  const remedy = 'Check their network, and the URL, identity and key they are set to.';
  const ok = absent.length === 0;
  return { name, ok, detail: parts.join('; '), ...(ok ? {} : { remedy }) };
}

// Arrival minus the station's own time, as its last status showed; one second of latency is as many
// simulated seconds as the clock runs fast.
const CLOCKS_OFF = `
  SELECT id, round(skew_ms / 1000.0)::int AS "offS" FROM charging_station
   WHERE disabled_at IS NULL
     AND abs(skew_ms) > 60000 * greatest(1, coalesce((SELECT speed FROM clock), 1))
   ORDER BY abs(skew_ms) DESC, id`;

function clockWords({ id, offS }: { id: string; offS: number }): string {
  return `${id} ${Math.round(Math.abs(offS) / 60)} min ${offS > 0 ? 'slow' : 'fast'}`;
}

/** Do the stations' clocks agree with ours? */
export async function checkStationClocks(client: pg.Client): Promise<Check> {
  const name = 'clocks';
  const { rows } = await client.query<{ id: string; offS: number }>(CLOCKS_OFF);
  if (rows.length === 0) return { name, ok: true, detail: "the stations' clocks are right" };
  const shown = rows.slice(0, SHOWN_STATIONS).map(clockWords).join(', ');
  const detail = `${shown}${rows.length > SHOWN_STATIONS ? ', …' : ''}`;
  const remedy = 'Let them take the time from BootNotification and Heartbeat, or from NTP.';
  return { name, ok: false, detail, remedy };
}

const NOTICES = `
  SELECT (SELECT count(*)::int FROM station_event
           WHERE resolved_at IS NULL AND severity <> 'INFO') AS events,
         (SELECT count(*)::int FROM parked_message WHERE resolved_at IS NULL) AS parked,
         (SELECT count(*)::int FROM session WHERE settle_state = 'REVIEW' AND state = 'CLOSED') AS unsettled`;

type NoticeCounts = { readonly events: number; readonly parked: number; readonly unsettled: number };

/** Is there anything on the stations that waits for a person? */
export async function checkNotices(client: pg.Client): Promise<Check> {
  const name = 'notices';
  const { rows } = await client.query<NoticeCounts>(NOTICES);
  const { events, parked, unsettled } = rows[0] ?? { events: 0, parked: 0, unsettled: 0 };
  if (events + parked + unsettled === 0) return { name, ok: true, detail: 'nothing waits for a person' };
  const detail = `${events} open event(s), ${parked} message(s) without their transaction, ${unsettled} stay(s) that cannot be settled`;
  const remedy = 'Open /admin on the portal: “What needs you” says what to do about each.';
  return { name, ok: false, detail, remedy };
}
