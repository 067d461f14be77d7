import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SimClock, createClock } from './clock.ts';
import { startControl } from './control.ts';
import { type Csms, startCsms } from './csms.fixture.ts';
import { type DemoConfig, demoStations, demoVisits } from './demo-traffic.ts';
import { Fleet, type FleetStation } from './fleet.ts';
import { History, StateFolder } from './journal.ts';
import type { Visit } from './programme.ts';

const START = Date.parse('2026-03-02T18:00:00Z');
const HOUR = 3_600_000;
const STATIONS: FleetStation[] = ['A', 'B'].map((id) => ({
  id,
  key: `key ${id}`,
  version: '1.6',
  evses: 1,
  quirks: {},
}));
const timing = { reconnectMinMs: 5, reconnectMaxMs: 20, retryMs: 5, callTimeoutMs: 5_000 };

let clock: SimClock;
let csms: Csms;
let folder: string;
const fleets: Fleet[] = [];

function visit(id: string, stationId: string, hours: [number, number]): Visit {
  return {
    id,
    stationId,
    evseId: 1,
    idToken: `CARD-${id}`,
    plugInMs: START + hours[0] * HOUR,
    plugOutMs: START + hours[1] * HOUR,
    car: { phases: 3, maxPowerW: 11_000, energyNeedMilliWh: 5_500_000 },
  };
}
const VISITS = [
  visit('1', 'A', [0, 2]),
  visit('2', 'B', [1, 9]),
  visit('3', 'A', [3, 4]),
  visit('4', 'A', [4.5, 4.75]),
];

function fleet(options: { state?: StateFolder; history?: History } = {}): Fleet {
  const made = new Fleet({ url: csms.url, clock, stations: STATIONS, timing, ...options });
  fleets.push(made);
  return made;
}
const moveTo = (hours: number) => clock.jump(START + hours * HOUR);

async function settled(which: Fleet): Promise<void> {
  // Timers that became due by the jump fire in the next turns of the event loop.
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  await which.idle();
}

function energies(): number[] {
  const starts = csms.calls16('StartTransaction');
  return csms
    .calls16('StopTransaction')
    .map((stop) => Number(stop['meterStop']) - startOf(starts, Number(stop['transactionId'])))
    .toSorted((a, b) => a - b);
}
function startOf(starts: Record<string, unknown>[], transactionId: number): number {
  return Number(starts[transactionId - 1]?.['meterStart']);
}

beforeEach(async () => {
  let realMs = 0;
  clock = createClock({
    anchors: { realAnchorMs: 0, simAnchorMs: START - 1, speed: 1e-9 },
    realNow: () => realMs++,
  });
  csms = await startCsms(() => clock.now());
  folder = mkdtempSync(path.join(tmpdir(), 'fleet-'));
});
afterEach(async () => {
  for (const made of fleets.splice(0)) made.close();
  await csms.close();
  expect(csms.problems).toEqual([]);
});

test('A programme is played at its own instants and every car gets its energy', async () => {
  const playing = fleet();
  await playing.connect();
  playing.play(VISITS);
  for (const hour of [0.01, 1.5, 2.5, 3.5, 4.2, 4.6, 5, 10]) {
    moveTo(hour);
    await settled(playing);
  }
  expect(playing.waiting() + playing.plugged()).toBe(0);
  expect(csms.calls16('StartTransaction').map((start) => start['timestamp'])).toEqual([
    '2026-03-02T18:00:00Z',
    '2026-03-02T19:00:00Z',
    '2026-03-02T21:00:00Z',
    '2026-03-02T22:30:00Z',
  ]);
  expect(energies()).toEqual([2_750, 5_500, 5_500, 5_500]);
});

test('A fleet that is killed and comes back late loses no stay and no energy', async () => {
  const first = fleet({ state: new StateFolder(folder) });
  await first.connect();
  first.play(VISITS);
  moveTo(0.25);
  await settled(first);
  moveTo(1.25);
  await settled(first);
  for (const station of first.stations()) station.kill();
  fleets.length = 0;
  moveTo(10);
  const second = fleet({ state: new StateFolder(folder) });
  await second.connect();
  second.play(VISITS);
  await settled(second);
  expect(csms.calls16('BootNotification')).toHaveLength(2);
  expect(csms.calls16('StartTransaction')).toHaveLength(4);
  expect(energies()).toEqual([2_750, 5_500, 5_500, 5_500]);
  const stops = csms.calls16('StopTransaction').map((stop) => String(stop['timestamp']));
  expect(stops.toSorted()).toEqual([
    '2026-03-02T20:00:00Z',
    '2026-03-02T22:00:00Z',
    '2026-03-02T22:45:00Z',
    '2026-03-03T03:00:00Z',
  ]);
});

test('The history holds every operation with what was answered', async () => {
  const file = path.join(folder, 'history.ndjson');
  const playing = fleet({ history: new History(file) });
  await playing.connect();
  playing.play(VISITS.slice(0, 1));
  moveTo(0.01);
  await settled(playing);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const invoked = entries.filter((entry) => entry['type'] === 'invoke');
  const answered = entries.filter((entry) => entry['outcome'] === 'ok');
  expect(new Set(answered.map((entry) => entry['messageId']))).toEqual(
    new Set(invoked.map((entry) => entry['messageId'])),
  );
  expect(invoked.map((entry) => entry['action'])).toContain('StartTransaction');
  expect(entries.find((entry) => entry['type'] === 'visit')).toMatchObject({
    visitId: '1',
    outcome: 'authorised',
  });
});

test('The control port wants its token and plugs a car in and out', async () => {
  const playing = fleet();
  await playing.connect();
  const token = 'a token of enough length';
  const server = await startControl(playing, { port: 0, token, onClock: () => undefined });
  const address = server.address() as { port: number };
  const ask = async (order: string, body?: object, given = token) => {
    const [method = 'GET', where = '/'] = order.split(' ');
    const response = await fetch(`http://127.0.0.1:${address.port}${where}`, {
      method,
      headers: { authorization: `Bearer ${given}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { code: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const car = { card: 'X', energyKwh: 10, powerKw: 11, batteryKwh: 60, soc: 50 };
  expect((await ask('GET /state', undefined, 'wrong')).code).toBe(401);
  expect((await ask('POST /plug-in', { stationId: 'A', ...car })).body).toEqual({
    outcome: 'authorised',
  });
  expect((await ask('POST /plug-in', { stationId: 'A', ...car })).code).toBe(409);
  expect((await ask('POST /plug-in', { stationId: 'nowhere', ...car })).code).toBe(400);
  const { body } = await ask('GET /state');
  expect(body['stations']).toMatchObject([
    { id: 'A', online: true, evses: [{ status: 'Charging', powerW: 11_000, socPercent: 50 }] },
    { id: 'B', evses: [{ status: 'Available' }] },
  ]);
  expect((await ask('POST /plug-out', { stationId: 'A' })).code).toBe(200);
  await playing.idle();
  expect(csms.calls16('StopTransaction')).toHaveLength(1);
  server.close();
});

test('A new endless fleet begins with the cars that would be standing there', async () => {
  const playing = fleet();
  await playing.connect();
  const asked: [number, number][] = [];
  playing.playEndless((fromMs, toMs) => {
    asked.push([fromMs, toMs]);
    const early = [visit('early', 'A', [-5, 3]), visit('gone', 'B', [-5, 0.5])];
    return fromMs < START - HOUR ? early : [visit('next', 'B', [1, 9])];
  });
  moveTo(1.5);
  await settled(playing);
  const cards = csms.calls16('StartTransaction').map((start) => String(start['idTag']));
  expect(new Set(cards)).toEqual(new Set(['CARD-early', 'CARD-next']));
  expect(cards).toHaveLength(2);
  expect(asked.slice(0, 2).map(([from, to]) => to - from)).toEqual([24 * HOUR, 24 * HOUR]);
});

test('Demo traffic is the same for the same seed however it is cut, and fits its cars', () => {
  const config: DemoConfig = {
    url: csms.url,
    speed: 60,
    zone: 'Europe/Amsterdam',
    stations: ['A', 'B'].map((id) => ({
      id,
      key: 'k',
      version: '1.6' as const,
      evses: 2,
      quirks: {},
      traffic: true,
    })),
    cards: ['C1', 'C2', 'C3'],
  };
  const visits = demoVisits(config, 7);
  const day = 24 * HOUR;
  const whole = visits(START, START + 7 * day);
  const cut = [0, 1, 2, 3, 4, 5, 6].flatMap((d) => visits(START + d * day, START + (d + 1) * day));
  expect(cut).toEqual(whole);
  expect(whole.length).toBeGreaterThan(20);
  expect(demoVisits(config, 8)(START, START + 7 * day)).not.toEqual(whole);
  expect(demoStations(config).map(({ id, evses }) => [id, evses])).toEqual([
    ['A', 2],
    ['B', 2],
  ]);
});
