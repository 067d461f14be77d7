import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DEMO_TIME_ZONE, DEMO_ZONE, demoStations } from '#prisma/seed/demo.ts';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { createStationKey, hashStationKey } from '../fleet/station-key.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const HEALTH_LIMIT_MS = 3_000;
const SALE_PRICE_MICRO = 420_000n;
const RATED_W = 22_080;

const HOW = 'Give --key-file FILE, a JSON object of station id and key (the portal shows a key once, when the station is made or its '
  + 'key renewed), or --key KEY for all of them. Only the demo of this clone makes the stations by itself.';

/** What recorded stays need of the system: who charges where. */
type Visit = { stationId: string; evseId: number; card: string };

/**
 * assertDemoAt makes sure that `url` is the demo of this clone, and that it runs: nobody else's stations
 * may be made up.
 * @param dir the demo's folder.
 * @throws ValleyError with how to give keys, or that the demo has to be started.
 */
export async function assertDemoAt(url: string, dir: string): Promise<void> {
  const at = URL.canParse(url) ? new URL(url) : null;
  if (at === null || !['ws:', 'wss:'].includes(at.protocol)) {
    throw new ValleyError('BAD_INPUT', `--url ${url} is not usable: give the stations' address, for example ws://localhost:9000/ocpp.`);
  }
  const demoUrl = await demoAddress(dir);
  if (!LOOPBACK.has(at.hostname) || demoUrl === null || demoUrl.port !== at.port) {
    throw new ValleyError('BAD_INPUT', `The stations at ${url} need their keys. ${HOW}`);
  }
  const answer = await fetch(`http://${at.host}/healthz`, { signal: AbortSignal.timeout(HEALTH_LIMIT_MS) }).catch(() => null);
  await answer?.body?.cancel();
  if (answer?.status === 200) return;
  throw new ValleyError('NOT_READY', `Nothing is ready at ${url}: start the demo first (npm run demo), then run this again.`);
}

/** Where the demo's stations connected when it last started. */
async function demoAddress(dir: string): Promise<URL | null> {
  const text = await readFile(path.join(dir, 'fleet.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = z.object({ url: z.url() }).safeParse(JSON.parse(text));
  return parsed.success ? new URL(parsed.data.url) : null;
}

/**
 * registerStations makes the stations, EVSEs and cards of recorded stays in the demo, where they are
 * missing, and keeps the stations' keys in a file that only its owner can read. Doing it again changes nothing.
 * @param args.dir the demo's folder.
 * @returns the file: a JSON object of station id and key.
 * @throws ValleyError where a stay is at a station that the demo itself plays.
 */
export async function registerStations(db: Db, args: { dir: string; visits: readonly Visit[]; site: string }): Promise<string> {
  const file = path.join(args.dir, 'sim-keys.json');
  const kept = z.record(z.string(), z.string()).safeParse(JSON.parse(await readFile(file, 'utf8').catch(() => '{}')));
  const known = kept.success ? kept.data : {};
  const ids = [...new Set(args.visits.map(({ stationId }) => stationId))];
  const taken = ids.find((id) => demoStations.some((station) => station.id === id));
  if (taken !== undefined) throw new ValleyError('BAD_INPUT', `${taken} is a station of the demo itself: give the charge_point another name.`);
  const keys = { ...known, ...Object.fromEntries(ids.map((id) => [id, known[id] ?? createStationKey().keyText])) };
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  await db.asSystem(async (tx) => {
    const { id: tenantId } = await tx.organisation.findFirstOrThrow({ where: { kind: 'CPO' } });
    const locationId = await siteOf(tx, tenantId, args.site);
    for (const id of ids) {
      const keyHash = hashStationKey(keys[id] ?? '');
      await tx.chargingStation.upsert({ where: { id }, create: { id, tenantId, locationId, keyHash }, update: { keyHash } });
    }
    const evses = new Map(args.visits.map(({ stationId, evseId }) => [`${stationId} ${evseId}`, { stationId, evseId }]));
    await tx.evse.createMany({ data: [...evses.values()].map((evse) => ({ ...evse, tenantId, phases: 3, maxPowerW: RATED_W })), skipDuplicates: true });
    await tx.idToken.createMany({ data: [...new Set(args.visits.map(({ card }) => card))].map((uid) => ({ tenantId, uid })), skipDuplicates: true });
  });
  return file;
}

async function siteOf(tx: Tx, tenantId: number, name: string): Promise<string> {
  const known = await tx.location.findFirst({ where: { tenantId, name }, select: { id: true } });
  if (known !== null) return known.id;
  const made = await tx.location.create({ data: {
    tenantId, name, timeZone: DEMO_TIME_ZONE, biddingZone: DEMO_ZONE, salePriceMicro: SALE_PRICE_MICRO,
  } });
  return made.id;
}
