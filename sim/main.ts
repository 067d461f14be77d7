import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type Logger, pino } from 'pino';
import { type ClockAnchors, type SimClock, createClock } from './clock.ts';
import { startControl } from './control.ts';
import { demoStations, demoVisits, readDemoConfig } from './demo-traffic.ts';
import { Fleet, type FleetStation } from './fleet.ts';
import { History, StateFolder } from './journal.ts';
import { type Visit, daysUntilFirst, inTurn, readSessions, shiftDays } from './programme.ts';
import type { OcppVersion } from './schemas.ts';

const USAGE = `Stations and cars that speak only OCPP.

  npm run sim -- --sessions FILE --url ws://HOST:9000/ocpp [--speed 60] [--limit N]
      [--key KEY | --key-file FILE] [--version 1.6|2.0.1|mixed] [--shift-days N] [--zone ZONE]
      [--anchor ISO --real-anchor ISO]
  npm run sim -- --demo-fleet SEED --stations FILE
  both: [--history FILE] [--state FOLDER] [--control-port N --control-token TOKEN] [--json]

  --sessions    CSV: session_id, charge_point, connector, card, plug_in_utc, plug_out_utc,
                energy_kwh, max_power_kw; each charge_point is a station of its own
  --key-file    JSON object of station id and key; --key is one key for all; npm run sim needs
                neither against the demo of this clone, where it makes the stations
  --shift-days  moves the stays by whole local days; without it and without --anchor they move
                by as few days as put the first one after the server's present time
  --anchor      simulated time at --real-anchor; without it the server's time is taken over
  --history     appends one JSON line per message and event
  --state       folder that lets a killed fleet go on where it was`;

const OPTIONS = {
  sessions: { type: 'string' },
  url: { type: 'string' },
  speed: { type: 'string', default: '60' },
  limit: { type: 'string' },
  key: { type: 'string' },
  'key-file': { type: 'string' },
  version: { type: 'string', default: '1.6' },
  'shift-days': { type: 'string' },
  zone: { type: 'string', default: 'Europe/Amsterdam' },
  anchor: { type: 'string' },
  'real-anchor': { type: 'string' },
  history: { type: 'string' },
  state: { type: 'string' },
  'demo-fleet': { type: 'string' },
  stations: { type: 'string' },
  'control-port': { type: 'string' },
  'control-token': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

class UsageError extends Error {}

type Options = ReturnType<typeof readOptions>;

function readOptions() {
  return parseArgs({ options: OPTIONS, strict: true }).values;
}

function numberOf(text: string, option: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`--${option} must be a number, got ${text}`);
  return value;
}

function instantOf(text: string, option: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError(`--${option} must be an ISO instant, got ${text}`);
  return ms;
}

function givenAnchors(options: Options): ClockAnchors | null {
  if (options.anchor === undefined) return null;
  const realAnchor = options['real-anchor'];
  return {
    simAnchorMs: instantOf(options.anchor, 'anchor'),
    realAnchorMs: realAnchor === undefined ? Date.now() : instantOf(realAnchor, 'real-anchor'),
    speed: numberOf(options.speed, 'speed'),
  };
}

/** The clock given on the command line, or as it was set since by POST /clock. */
function makeClock(
  given: ClockAnchors | null,
  args: { speed: number; state: StateFolder | undefined; stationIds: string[] },
): SimClock {
  const { speed, state, stationIds } = args;
  if (given === null) {
    const heldAtMs = state?.latestMs(stationIds) ?? null;
    return createClock(heldAtMs === null ? { speed } : { speed, heldAtMs });
  }
  const saved = state?.readFleet();
  const isSame = JSON.stringify(saved?.given) === JSON.stringify(given);
  return createClock({ anchors: (isSame ? saved?.anchors : null) ?? given });
}

function versionOf(index: number, wanted: string): OcppVersion {
  if (wanted === '1.6' || wanted === '2.0.1') return wanted;
  if (wanted !== 'mixed') throw new UsageError(`--version is 1.6, 2.0.1 or mixed, got ${wanted}`);
  return index % 2 === 0 ? '1.6' : '2.0.1';
}

function keysOf(options: Options): (stationId: string) => string {
  const file = options['key-file'];
  if (file === undefined) {
    const { key } = options;
    if (key === undefined) throw new UsageError('The stations need their keys: say --key-file FILE or --key KEY.');
    return () => key;
  }
  const keys = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  return (stationId) => {
    const key = keys[stationId];
    if (key === undefined) throw new UsageError(`${file} has no key for station ${stationId}`);
    return key;
  };
}

function stationsOf(visits: readonly Visit[], options: Options): FleetStation[] {
  const evses = new Map<string, number>();
  for (const { stationId, evseId } of visits) {
    evses.set(stationId, Math.max(evseId, evses.get(stationId) ?? 1));
  }
  const keyOf = keysOf(options);
  return [...evses.keys()].toSorted().map((id, index) => ({
    id,
    key: keyOf(id),
    version: versionOf(index, options.version),
    evses: evses.get(id) ?? 1,
    quirks: {},
  }));
}

type Run = { fleet: Fleet; log: Logger; options: Options; given: ClockAnchors | null };

function makeFleet(
  options: Options,
  args: {
    url: string;
    speed: number;
    stations: FleetStation[];
    given: ClockAnchors | null;
    log: Logger;
  },
): Fleet {
  const { url, speed, stations, given, log } = args;
  const state = options.state === undefined ? undefined : new StateFolder(options.state);
  const stationIds = stations.map((station) => station.id);
  return new Fleet({
    url,
    stations,
    clock: makeClock(given, { speed, state, stationIds }),
    onEvent: (event) => {
      if (event.type !== 'offline') return;
      log.warn({ stationId: event.stationId, reason: event.reason }, 'not connected');
    },
    ...(state === undefined ? {} : { state }),
    ...(options.history === undefined ? {} : { history: new History(options.history) }),
  });
}

async function control(run: Run, place?: { port: number; token: string }): Promise<void> {
  const { options, fleet, given, log } = run;
  const port = place?.port ?? options['control-port'];
  if (port === undefined) return;
  const token = place?.token ?? options['control-token'];
  if (token === undefined) throw new UsageError('--control-port needs --control-token TOKEN');
  const onClock = (anchors: ClockAnchors): void => {
    if (options.state !== undefined) new StateFolder(options.state).writeFleet({ given, anchors });
  };
  await startControl(fleet, { port: numberOf(String(port), 'control-port'), token, onClock });
  log.info({ port }, 'control port is open on 127.0.0.1');
}

async function endOf(fleet: Fleet): Promise<void> {
  while (fleet.waiting() > 0 || fleet.plugged() > 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  await fleet.idle();
}

/** Asked for, or chosen at the first start and kept for those that follow on the same state. */
function daysToMove(
  visits: readonly Visit[],
  args: { options: Options; given: ClockAnchors | null; nowMs: number },
): number {
  const { options, given, nowMs } = args;
  const asked = options['shift-days'];
  if (asked !== undefined) return numberOf(asked, 'shift-days');
  if (given !== null) return 0;
  const state = options.state === undefined ? null : new StateFolder(options.state);
  const days = state?.readFleet().days ?? daysUntilFirst(visits, nowMs);
  state?.writeFleet({ days });
  return days;
}

async function playSessions(options: Options, log: Logger): Promise<void> {
  const { sessions, url } = options;
  if (sessions === undefined || url === undefined) throw new UsageError(USAGE);
  const limit = options.limit === undefined ? undefined : numberOf(options.limit, 'limit');
  const read = readSessions(sessions, limit);
  const given = givenAnchors(options);
  const speed = numberOf(options.speed, 'speed');
  const stations = stationsOf(read, options);
  const fleet = makeFleet(options, { url, speed, stations, given, log });
  await control({ fleet, log, options, given });
  await fleet.connect();
  const days = daysToMove(read, { options, given, nowMs: fleet.clock.now() });
  const { visits, dropped } = inTurn(shiftDays(read, days, options.zone));
  const firstAt = new Date(visits[0]?.plugInMs ?? 0).toISOString();
  const counts = { sessions: visits.length, dropped: dropped.length };
  log.info({ ...counts, stations: fleet.stations().length, days, firstAt }, 'playing');
  fleet.play(visits);
  await endOf(fleet);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...counts, days, firstAt })}\n`);
  log.info('every car has left and every message is answered');
  fleet.close();
}

async function playDemo(options: Options, log: Logger): Promise<void> {
  if (options.stations === undefined) throw new UsageError('--demo-fleet needs --stations FILE');
  const config = readDemoConfig(options.stations);
  const seed = numberOf(options['demo-fleet'] ?? '1', 'demo-fleet');
  const stations = demoStations(config);
  const given = givenAnchors(options);
  const { url, speed } = config;
  const fleet = makeFleet(options, { url, speed, stations, given, log });
  await control({ fleet, log, options, given }, config.control);
  await fleet.connect();
  log.info({ stations: stations.length, speed, seed }, 'demo fleet is connected');
  fleet.playEndless(demoVisits(config, seed));
  // The channel closes when whoever started the fleet is gone.
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), once(process, 'disconnect')]);
  fleet.close();
}

async function main(): Promise<void> {
  const log = pino({ level: 'info', base: { role: 'sim' } }, pino.destination({ dest: 2 }));
  try {
    const options = readOptions();
    if (options.help) process.stdout.write(`${USAGE}\n`);
    else if (options['demo-fleet'] !== undefined) await playDemo(options, log);
    else await playSessions(options, log);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

await main();
