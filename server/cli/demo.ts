import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  DEMO_DRIVER_CARD, DEMO_SEED, DEMO_TIME_ZONE, DEMO_ZONE, demoCards, demoPeople, demoStations, seedDemo,
} from '#prisma/seed/demo.ts';
import { storePastStays, type PastStay } from '#prisma/seed/past-stays.ts';
import { contractCurve } from '#domain/market/curve.ts';
import { syntheticSessions } from '#domain/market/synthetic-sessions.ts';
import { DAY_S, HOUR_S, QUARTER_S, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import { clockFromAnchor } from '../clock.ts';
import { readEnv, type Env } from '../env.ts';
import { ValleyError } from '../errors.ts';
import { keepClock, localTime, openInstallation, setClock, type Installation } from '../installation.ts';
import { createLifetime, unlessStopped } from '../lifetime.ts';
import { createLog } from '../log.ts';
import { localOffset } from '../market/local-offset.ts';
import { loadPrices } from '../market/price.store.ts';
import { publishSynthetic } from '../market/publish.service.ts';
import { startSystem, type System } from '../system.ts';
import { untilToldToStop } from '../supervise.ts';
import { demoFolder, keptKeys, type DemoKeys } from './demo-keys.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const HOME_STATION = 'VLY-001';
const OWN_STATION = 'MY-STATION';
const DRIVER_LOOKS_MS = 5_000;
const PAST_DAYS = 14;
/** So few at a time stay far below the time a transaction may take, on a busy machine too. */
const STAYS_PER_TX = 60;

type FleetFile = {
  url: string; speed: number; zone: string; stations: object[]; cards: readonly string[]; control: { port: number; token: string };
};

/**
 * runDemo runs everything on embedded parts with a made-up street: its data stays until `--reset`,
 * and simulated time goes on where it stopped.
 */
export async function runDemo(argv: string[]): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { reset: { type: 'boolean', default: false }, speed: { type: 'string' } } });
  const speed = speedFrom(values.speed);
  return await unlessStopped(serveDemo({ env: readEnv(), speed, reset: values.reset, stopped: untilToldToStop() }));
}

async function serveDemo(args: { env: Env; speed: number; reset: boolean; stopped: Promise<void> }): Promise<number> {
  const { env, speed, reset, stopped } = args;
  const quiet = { ...env, VALLEY_LOG_LEVEL: env.VALLEY_LOG_LEVEL === 'info' ? 'warn' as const : env.VALLEY_LOG_LEVEL };
  const log = createLog('demo', quiet.VALLEY_LOG_LEVEL);
  await using lifetime = createLifetime(stopped);
  const installation = await lifetime.open(openInstallation({ env, mode: 'demo', log, reset }), (opened) => opened.close());
  const dir = demoFolder(env);
  if (reset) await rm(dir, { recursive: true, force: true });
  const keys = await keptKeys(dir);
  const now = await lifetime.open(prepare(installation, { speed, keys }));
  await lifetime.open(Promise.resolve(keepClock(installation.db)), (stopClock) => stopClock());
  const fleetFile = await writeFleet(dir, { env, speed, keys });
  const system = startSystem({
    installation, env: quiet, mode: 'demo', log, demoSeed: DEMO_SEED,
    web: { VALLEY_DEMO_STREET: `http://127.0.0.1:${controlPort(env)}`, VALLEY_DEMO_TOKEN: keys.control },
    more: [{
      name: 'sim', entry: path.join(ROOT, 'sim', 'main.ts'), healthUrl: `http://127.0.0.1:${env.VALLEY_OCPP_PORT}/healthz`,
      args: ['--demo-fleet', String(DEMO_SEED), '--stations', fleetFile, '--state', path.join(dir, 'fleet')],
    }],
  });
  await lifetime.open(Promise.resolve(system), () => system.stop());
  await lifetime.until(system.ready);
  process.stdout.write(greeting({ system, installation, now, speed, ownKey: keys.stations[OWN_STATION] ?? '' }));
  return await Promise.race([stopped.then(() => 0), keepDriverPluggedIn(env, keys)]);
}

function speedFrom(text: string | undefined): number {
  const speed = Number(text ?? 60);
  if (Number.isFinite(speed) && speed >= 1 && speed <= 3600) return speed;
  throw new ValleyError('BAD_INPUT', `--speed ${text ?? ''} is not usable: choose 1 (real time) to 3600 simulated seconds per second.`);
}

async function prepare(installation: Installation, args: { speed: number; keys: DemoKeys }): Promise<Date> {
  const { db } = installation;
  const now = await setClock(db, { startAt: eveningOf(new Date()), speed: args.speed });
  const clock = clockFromAnchor(() => ({ realAnchorMs: Date.now(), simAnchorMs: now.getTime(), speed: 1 }));
  const isFresh = await db.asSystem(async (tx) => (await tx.organisation.count()) === 0);
  const tenantId = await db.asSystem((tx) => seedDemo(tx, { now, keyOf: (id) => args.keys.stations[id] ?? '' }));
  await publishSynthetic({ db, clock }, { zone: DEMO_ZONE, seed: DEMO_SEED, historyDays: PAST_DAYS + 2 });
  if (isFresh) await seedHistory(installation, { tenantId, now });
  return now;
}

/** The demo begins on an early evening: the night's valley is ahead and known, and cars are plugging in. */
function eveningOf(today: Date): Date {
  const evening = new Date(today);
  evening.setUTCHours(16, 50, 0, 0);
  return evening;
}

/** Stays that are over: a history and a balance for the driver, habits for the street to have been learned from. */
async function seedHistory({ db }: Installation, args: { tenantId: number; now: Date }): Promise<void> {
  const now = secondsFromDate(args.now);
  const from = new Date((now - (PAST_DAYS + 1) * DAY_S) * 1000);
  const prices = contractCurve(await loadPrices(db, DEMO_ZONE, { from, to: args.now }), 900);
  // In the order in which they ended: each write says since when its charging points are free.
  const stays = [...pastOfDriver(now), ...pastOfStreet(now)].toSorted((a, b) => a.plugOutAt - b.plugOutAt);
  for (let first = 0; first < stays.length; first += STAYS_PER_TX) {
    const some = stays.slice(first, first + STAYS_PER_TX);
    await db.asSystem((tx) => storePastStays(tx, { tenantId: args.tenantId, stays: some, prices }));
  }
}

function pastOfDriver(now: InstantS): PastStay[] {
  return Array.from({ length: 7 }, (_, index) => {
    const plugInAt = now - (index + 1) * DAY_S + ((index * 37) % 60) * 60;
    return {
      stationId: HOME_STATION, evseId: 1 + (index % 2), idToken: DEMO_DRIVER_CARD, plugInAt,
      plugOutAt: plugInAt + 12 * HOUR_S + ((index * 53) % 90) * 60, energyMilliWh: 8_000_000 + ((index * 7_300_000) % 24_000_000), powerW: 11_000,
    };
  });
}

/** What the street's simulated cars did before the demo began, by the same seed. */
function pastOfStreet(now: InstantS): PastStay[] {
  const places = demoStations.filter((station) => station.isSimulated)
    .flatMap(({ id, evses, traffic }) => Array.from({ length: evses }, (_, index) => ({ stationId: id, evseId: index + 1, traffic })));
  const sessions = syntheticSessions({
    seed: DEMO_SEED, fromAt: now - PAST_DAYS * DAY_S, toAt: now, evseCount: places.length,
    localOffsetS: localOffset(DEMO_TIME_ZONE),
  });
  return sessions.flatMap(({ evseIndex, cardIndex, plugInAt, plugOutAt, energyMilliWh, powerW }) => {
    const place = places[evseIndex];
    if (place?.traffic !== true || plugOutAt > now - QUARTER_S) return [];
    const { stationId, evseId } = place;
    return [{ stationId, evseId, idToken: demoCards[cardIndex % demoCards.length] ?? '', plugInAt, plugOutAt, energyMilliWh, powerW }];
  });
}

async function writeFleet(dir: string, args: { env: Env; speed: number; keys: DemoKeys }): Promise<string> {
  const { env, keys } = args;
  const fleet: FleetFile = {
    url: `ws://127.0.0.1:${env.VALLEY_OCPP_PORT}/ocpp`, speed: args.speed, zone: DEMO_TIME_ZONE, cards: demoCards,
    stations: demoStations.filter((station) => station.isSimulated).map(({ id, version, evses, traffic, quirks }) => ({
      id, key: keys.stations[id], version, evses, traffic, quirks,
    })),
    control: { port: controlPort(env), token: keys.control },
  };
  const file = path.join(dir, 'fleet.json');
  await writeFile(file, JSON.stringify(fleet), { mode: 0o600 });
  return file;
}

function controlPort(env: Env): number {
  return env.VALLEY_OCPP_PORT + 1;
}

type FleetState = { at: string; stations: { id: string; evses: { evseId: number; plugged: boolean }[] }[] };

/**
 * The demo's driver comes back for the night an hour after the car has left: until then the page
 * shows how the last stay ended, for a car that returns at once goes on with the same stay.
 */
async function keepDriverPluggedIn(env: Env, keys: DemoKeys): Promise<never> {
  const base = `http://127.0.0.1:${controlPort(env)}`;
  const headers = { authorization: `Bearer ${keys.control}`, 'content-type': 'application/json' };
  let leftMs = -Infinity;
  let wasThere = false;
  for (let turn = 0; ; turn += 1) {
    await new Promise((resolve) => { setTimeout(resolve, turn === 0 ? 1_000 : DRIVER_LOOKS_MS); });
    const state = await fetch(`${base}/state`, { headers }).then((answer) => answer.json()).catch(() => null) as FleetState | null;
    if (state === null) continue;
    const nowMs = Date.parse(state.at);
    const isThere = state.stations.find(({ id }) => id === HOME_STATION)?.evses[0]?.plugged ?? false;
    if (wasThere && !isThere) leftMs = nowMs;
    wasThere = isThere;
    if (isThere || nowMs - leftMs < HOUR_S * 1000) continue;
    const departAt = new Date(nowMs + 13 * HOUR_S * 1000).toISOString();
    const body = JSON.stringify({
      stationId: HOME_STATION, evseId: 1, card: DEMO_DRIVER_CARD, energyKwh: 24, powerKw: 11, phases: 3, batteryKwh: 60, soc: 40, departAt,
    });
    // The car may have been plugged in by hand meanwhile: then it answers "busy".
    await fetch(`${base}/plug-in`, { method: 'POST', headers, body }).catch(() => undefined);
  }
}

function greeting(args: { system: System; installation: Installation; now: Date; speed: number; ownKey: string }): string {
  const { system, installation } = args;
  return [
    '', 'Valley runs its DEMO: prices, cars and money are made up.', '',
    `  Portal        ${system.portalUrl}`,
    `  Sign in       ${system.portalUrl}/sign-in   one tap, no password:`,
    ...demoPeople.map(({ name, sees }) => `                ${name.padEnd(20)} ${sees}`),
    `  Stations      ${system.ocppUrl}/<stationId>   (OCPP 1.6 and 2.0.1)`,
    `  Yours         ${system.ocppUrl}/${OWN_STATION}   user ${OWN_STATION}, key ${args.ownKey}`,
    `                card ${DEMO_DRIVER_CARD}; take the time from BootNotification (it runs ${args.speed} times as fast; --speed 1 is real time)`,
    `  Time          ${localTime(args.now, DEMO_TIME_ZONE)} in the demo's street`,
    `  Data          ${installation.dataDir}   (npm run demo -- --reset starts over)`,
    '  Stop          Ctrl-C', '', '',
  ].join('\n');
}
