import { afterAll, beforeAll, expect, it } from 'vitest';
import { realClock } from '../clock.ts';
import { setCardBlocked, setStationEnabled } from '../fleet/admission.service.ts';
import { rotateKey } from '../fleet/fleet.service.ts';
import { connectTo, createWorld, ENTRANCE, type World } from './gateway.fixture.ts';
import { startGateway } from './gateway.ts';

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

it('a station that another gateway took over is served no further by the first', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  await client.ok('Heartbeat', {});
  const parts = { db: world.db, bus: world.bus, clock: realClock };
  const { gateway } = await startGateway({ ...ENTRANCE, connect: async () => parts });
  // Gateways of one name and port close what their former self left open: here it is still alive.
  await world.db.asSystem((tx) => tx.$executeRaw`UPDATE connection SET closed_at = NULL WHERE station_id = ${station.id}`);
  const second = await connectTo(gateway.port, station);
  expect(await client.closed).toBe(1008);
  await second.ok('Heartbeat', {});
  await second.close();
  await gateway.close();
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
