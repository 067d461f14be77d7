import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../clock.ts';
import { freePorts } from '../scratch-system.ts';
import { connectTo, createWorld, ENTRANCE, eventually, type World } from './gateway.fixture.ts';
import { startGateway } from './gateway.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();

describe('while the database is away', () => {
  it('sockets stay, heartbeats are answered, nothing else is, and afterwards all is stored once and in order', async () => {
    const station = await world.addStation();
    const client = await world.connect(station);
    const { transactionId } = await client.ok('StartTransaction', {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 0,
      timestamp: at(0),
    });
    world.setDatabaseAway(true);
    const settled: string[] = [];
    const calls = [
      ...[1, 2, 3].map((minute) =>
        client
          .ok('MeterValues', {
            connectorId: 1,
            transactionId,
            meterValue: [
              { timestamp: at(minute), sampledValue: [{ value: String(minute * 100) }] },
            ],
          })
          .then(() => settled.push(`reading ${minute}`)),
      ),
      client
        .ok('StopTransaction', { transactionId, meterStop: 400, timestamp: at(4) })
        .then(() => settled.push('stop')),
    ];
    expect(await client.ok('Heartbeat', {})).toHaveProperty('currentTime');
    expect(settled).toEqual([]);
    await expect(world.connect({ ...station, key: 'wrong' })).rejects.toThrow('HTTP 503');
    world.setDatabaseAway(false);
    await Promise.all(calls);
    expect(settled).toEqual(['reading 1', 'reading 2', 'reading 3', 'stop']);
    const row = await eventually(() =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.transaction.findFirst({ where: { stationId: station.id } }),
      ),
    );
    expect(row).toMatchObject({ state: 'ENDED', meterStopMilliWh: 400_000n });
    expect(
      await world.db.withTenant(world.tenantId, (tx) =>
        tx.meterReading.count({ where: { stationId: station.id } }),
      ),
    ).toBe(3);
  });

  it('/healthz says 503 and why', async () => {
    world.setDatabaseAway(true);
    const response = await fetch(`http://127.0.0.1:${world.gateway.port}/healthz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      role: 'gateway',
      reason: 'The database does not answer.',
    });
    world.setDatabaseAway(false);
    await eventually(
      async () => (await fetch(`http://127.0.0.1:${world.gateway.port}/healthz`)).status === 200,
    );
  });

  it('at the start: health says why, stations hear 503, and all is well once it is there', async () => {
    const [port = 0] = await freePorts(1);
    const health = () => fetch(`http://127.0.0.1:${port}/healthz`);
    const station = await world.addStation();
    let isAway = true;
    const connect = async () => {
      if (isAway) throw new Error('connect ECONNREFUSED');
      return { db: world.db, bus: world.bus, clock: realClock };
    };
    const starting = startGateway({ ...ENTRANCE, port, connect });
    const early = await eventually(() => health().catch(() => null));
    expect(early.status).toBe(503);
    expect(await early.json()).toEqual({
      version: ENTRANCE.version,
      role: 'gateway',
      database: 'away',
      migration: null,
      reason: 'The database does not answer.',
    });
    await expect(connectTo(port, station)).rejects.toThrow('HTTP 503');
    isAway = false;
    const { gateway } = await starting;
    expect((await health()).status).toBe(200);
    const client = await connectTo(port, station);
    expect(await client.ok('Heartbeat', {})).toHaveProperty('currentTime');
    client.ws.terminate();
    await gateway.close();
  });

  it('more than 32 waiting messages hold the socket back and none is lost', async () => {
    const station = await world.addStation();
    const client = await world.connect(station);
    await client.ok('Heartbeat', {});
    world.setDatabaseAway(true);
    const calls = Array.from({ length: 100 }, (_, n) =>
      client.ok('MeterValues', {
        connectorId: 1,
        meterValue: [{ timestamp: at(n % 60), sampledValue: [{ value: String(n) }] }],
      }),
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    world.setDatabaseAway(false);
    expect(await Promise.all(calls)).toHaveLength(100);
    expect(
      await world.db.withTenant(world.tenantId, (tx) =>
        tx.meterReading.count({ where: { stationId: station.id } }),
      ),
    ).toBe(100);
  });
});
