import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realClock } from '../clock.ts';
import { setCardBlocked, setStationEnabled } from '../fleet/admission.service.ts';
import { rotateKey } from '../fleet/fleet.service.ts';
import { connectTo, createWorld, ENTRANCE, eventually, type World } from './gateway.fixture.ts';
import { startGateway, type Gateway } from './gateway.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const deps = () => ({ db: world.db, clock: realClock });

it('a station that is shut out loses its connection and finds the door closed until it is let in', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  await client.ok('Heartbeat', {});
  await setStationEnabled(deps(), world.tenantId, { stationId: station.id, isEnabled: false });
  expect(await client.closed).toBe(1008);
  await expect(connectTo(world.gateway.port, station)).rejects.toThrow('HTTP 401');
  await setStationEnabled(deps(), world.tenantId, { stationId: station.id, isEnabled: true });
  const back = await world.connect(station);
  await back.ok('Heartbeat', {});
});

it('a new key ends the connection that the old one opened', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  await client.ok('Heartbeat', {});
  const { key } = await rotateKey(deps(), world.tenantId, station.id);
  expect(await client.closed).toBe(1008);
  await expect(connectTo(world.gateway.port, station)).rejects.toThrow('HTTP 401');
  await (await world.connect({ id: station.id, key })).ok('Heartbeat', {});
});

describe('a second gateway', () => {
  let other: Gateway;
  beforeAll(async () => {
    const parts = { db: world.db, bus: world.bus, clock: realClock };
    ({ gateway: other } = await startGateway({ ...ENTRANCE, connect: async () => parts }));
  });
  afterAll(() => other.close());
  const duplicates = (stationId: string) =>
    world.db.asSystem((tx) => tx.stationEvent.count({ where: { stationId, kind: 'DUPLICATE_IDENTITY' } }));

  it('refuses a newcomer while the first socket answers pings at the other, and an event is raised', async () => {
    const station = await world.addStation();
    const first = await world.connect(station);
    await first.ok('Heartbeat', {});
    const second = await connectTo(other.port, station);
    expect(await second.closed).toBe(1008);
    await first.ok('Heartbeat', {});
    await eventually(async () => (await duplicates(station.id)) === 1);
  });

  it('takes over a station that answers no ping any more; the first serves it no further', async () => {
    const station = await world.addStation();
    const first = await world.connect(station, { autoPong: false });
    await first.ok('Heartbeat', {});
    const second = await connectTo(other.port, station);
    await second.ok('Heartbeat', {});
    expect(await first.closed).toBe(1008);
    expect(await duplicates(station.id)).toBe(0);
    await second.close();
  }, 15_000);

  it('takes over what a gateway that is gone has left open', async () => {
    const station = await world.addStation();
    await (await world.connect(station)).close();
    await eventually(() => world.db.asSystem((tx) => tx.connection.findFirst({ where: { stationId: station.id, closedAt: { not: null } } })));
    await world.db.asSystem((tx) => tx.$executeRaw`UPDATE connection SET closed_at = NULL, node = 'gone:9000' WHERE station_id = ${station.id}`);
    const second = await connectTo(other.port, station);
    expect(await second.ok('Heartbeat', {})).toHaveProperty('currentTime');
    await second.close();
  }, 15_000);

  it('and a third at once: one newcomer wins, the other finds it there', async () => {
    const station = await world.addStation();
    const both = await Promise.all([connectTo(other.port, station), world.connect(station)]);
    const winner = await Promise.any(both.map(async (client) => {
      await client.ok('Heartbeat', {});
      return client;
    }));
    const loser = both.find((client) => client !== winner);
    expect(await loser?.closed).toBe(1008);
    await winner.ok('Heartbeat', {});
    await winner.close();
  }, 15_000);
});

it('a blocked card is refused from its next use on, however it is spelled, until it is accepted again', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  const status = async () =>
    (await client.ok('Authorize', { idTag: 'OTHER' }))['idTagInfo'] as { status: string };
  await setCardBlocked(deps(), world.tenantId, { uid: 'other', isBlocked: true });
  expect(await status()).toEqual({ status: 'Blocked' });
  await setCardBlocked(deps(), world.tenantId, { uid: 'OTHER', isBlocked: false });
  expect(await status()).toEqual({ status: 'Accepted' });
});

it('nobody shuts out another tenant’s station or card', async () => {
  const station = await world.addStation();
  const rival = await world.db.open.organisation.create({ data: { kind: 'CPO', name: 'Rival' } });
  await expect(setStationEnabled(deps(), rival.id, { stationId: station.id, isEnabled: false }))
    .rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(setCardBlocked(deps(), rival.id, { uid: 'CARD', isBlocked: true }))
    .rejects.toMatchObject({ code: 'NOT_FOUND' });
});
