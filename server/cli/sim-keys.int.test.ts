import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedDemo } from '#prisma/seed/demo.ts';
import { createDb, type Db } from '../db/client.ts';
import { testDatabase } from '../db/test-database.ts';
import { hashStationKey } from '../fleet/station-key.ts';
import { assertDemoAt, registerStations } from './sim-keys.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Db;
let dir: string;
let gateway: Server;
let port: number;
let health = 200;

beforeAll(async () => {
  database = await testDatabase();
  db = createDb(database.appUrl, { connections: 2 });
  await db.asSystem((tx) => seedDemo(tx, { now: new Date(), keyOf: (id) => id }));
  dir = await mkdtemp(path.join(tmpdir(), 'valley-sim-keys-'));
  gateway = createServer((_, response) => response.writeHead(health).end());
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  ({ port } = gateway.address() as AddressInfo);
});
afterAll(async () => {
  gateway.close();
  await rm(dir, { recursive: true, force: true });
  await db.close();
  await database[Symbol.asyncDispose]();
});

const visits = [
  { stationId: 'CP-1', evseId: 1, card: 'CARD-A' }, { stationId: 'CP-1', evseId: 2, card: 'CARD-B' }, { stationId: 'CP-2', evseId: 1, card: 'CARD-A' },
];

describe('keys for recorded sessions', () => {
  test('are made with the stations, EVSEs and cards, kept where only the owner reads them, and stay', async () => {
    const file = await registerStations(db, { dir, visits, site: 'Recorded' });
    const first = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await registerStations(db, { dir, visits, site: 'Recorded' });
    expect(await readFile(file, 'utf8')).toBe(first);
    const keys = JSON.parse(first) as Record<string, string>;
    const stored = await db.asSystem(async (tx) => ({
      stations: await tx.chargingStation.findMany({ where: { id: { startsWith: 'CP-' } }, orderBy: { id: 'asc' } }),
      evses: await tx.evse.count({ where: { stationId: { startsWith: 'CP-' } } }),
      cards: await tx.idToken.count({ where: { uid: { in: ['CARD-A', 'CARD-B'] } } }),
      sites: await tx.location.count({ where: { name: 'Recorded' } }),
    }));
    expect(stored.stations.map(({ id, keyHash }) => [id, Buffer.from(keyHash).toString('hex')])).toEqual(
      ['CP-1', 'CP-2'].map((id) => [id, Buffer.from(hashStationKey(keys[id] ?? '')).toString('hex')]));
    expect(stored).toMatchObject({ evses: 3, cards: 2, sites: 1 });
  });

  test('are never made for a station that the demo itself plays', async () => {
    await expect(registerStations(db, { dir, visits: [{ stationId: 'VLY-001', evseId: 1, card: 'X' }], site: 'Recorded' }))
      .rejects.toThrow(/VLY-001 is a station of the demo itself/);
  });
});

describe('the address to play at', () => {
  const local = () => `ws://localhost:${port}/ocpp`;
  test('of somebody else’s gateway, or where no demo ever ran, says how to give keys', async () => {
    await expect(assertDemoAt(local(), dir)).rejects.toThrow(/need their keys. Give --key-file FILE/);
    await writeFile(path.join(dir, 'fleet.json'), JSON.stringify({ url: `ws://127.0.0.1:${port}/ocpp` }));
    await expect(assertDemoAt(`ws://csms.example.org:${port}/ocpp`, dir)).rejects.toThrow(/need their keys/);
    await expect(assertDemoAt('ws://localhost:1/ocpp', dir)).rejects.toThrow(/need their keys/);
    await expect(assertDemoAt('http://localhost', dir)).rejects.toThrow(/is not usable/);
  });
  test('of the demo is taken while it is ready, and else it has to be started', async () => {
    await expect(assertDemoAt(local(), dir)).resolves.toBeUndefined();
    health = 503;
    await expect(assertDemoAt(local(), dir)).rejects.toThrow(/start the demo first/);
  });
});
