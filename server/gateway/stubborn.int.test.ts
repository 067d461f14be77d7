import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestCommands } from '../fleet/setup.service.ts';
import { connectTo, createWorld, eventually, type TestStation, type World } from './gateway.fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function identityOf({ id }: TestStation) {
  return await world.db.withTenant(world.tenantId, (tx) =>
    tx.chargingStation.findUniqueOrThrow({ where: { id }, select: { id: true, tenantId: true, locationId: true } }));
}

async function request(station: TestStation): Promise<string[]> {
  const identity = await identityOf(station);
  return await world.db.withTenant(world.tenantId, (tx) => requestCommands(tx, {
    station: identity, at: new Date(), commands: [
      { action: 'ChangeConfiguration', payload: { key: 'HeartbeatInterval', value: '300' } },
      { action: 'GetConfiguration', payload: { keys: ['NumberOfConnectors'] } },
    ],
  }));
}

const commandOf = (id: string | undefined) =>
  world.db.withTenant(world.tenantId, (tx) => tx.command.findFirst({ where: { id: id ?? randomUUID() } }));

const settled = (id: string | undefined) => eventually(async () => {
  const row = await commandOf(id);
  return row?.state === 'REQUESTED' ? null : row;
});

describe('the commands behind one that goes wrong', () => {
  it.each([
    ['NUL', '\\u0000no'],
    ['half a character', '\\ud800'],
    ['a character that is cut in half', `${'x'.repeat(254)}😀`],
  ])('pass when its error holds %s', async (_what, description) => {
    const station = await world.addStation();
    const client = await world.connect(station);
    client.ws.on('message', (data: Buffer) => {
      const [type, id, action] = JSON.parse(data.toString('utf8')) as [number, string, string];
      if (type === 2 && action === 'ChangeConfiguration') client.send(`[4,"${id}","Generic\\u0000Error","${description}",{}]`);
    });
    client.serve((action) => (action === 'GetConfiguration' ? { configurationKey: [] } : null));
    await client.ok('Heartbeat', {});
    const [first, second] = await request(station);
    expect(await settled(first)).toMatchObject({ state: 'REJECTED', answer: { error: { code: 'GenericError' } } });
    expect(await settled(second)).toMatchObject({ state: 'ACCEPTED' });
  });

  it('pass after the third connection that it costs', async () => {
    const station = await world.addStation();
    const [first, second] = await request(station);
    let sent = 0;
    for (let connections = 0; connections < 4; connections += 1) {
      const client = await connectTo(world.gateway.port, station);
      client.serve((action) => {
        if (action === 'GetConfiguration') return { configurationKey: [] };
        sent += 1;
        client.ws.terminate();
        return null;
      });
      await client.ok('Heartbeat', {}).catch(() => undefined);
      if (connections < 3) await client.closed;
      else expect(await settled(second)).toMatchObject({ state: 'ACCEPTED' });
      client.ws.terminate();
      await eventually(async () => !world.gateway.stations().includes(station.id));
    }
    expect(sent).toBe(3);
    expect(await commandOf(first)).toMatchObject({ state: 'REJECTED', answer: { error: { code: 'NotAnswered' } } });
  });
});

it('a station held back for its many calls keeps its place against a second machine of its name', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  const report = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
  await client.ok('StatusNotification', report);
  let release = () => undefined as void;
  const released = new Promise<void>((resolve) => { release = resolve; });
  const held = world.db.withTenant(world.tenantId, async (tx) => {
    await tx.$queryRaw`SELECT 1 AS x FROM evse WHERE station_id = ${station.id} FOR UPDATE`;
    for (let n = 0; n < 40; n += 1) client.send(JSON.stringify([2, `q${n}`, 'StatusNotification', report]));
    await released;
  });
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const second = await connectTo(world.gateway.port, station);
  expect(await second.closed).toBe(1008);
  release();
  await held;
  await eventually(async () => client.strays.length === 40);
}, 30_000);

it('a gateway closes although the database is away and an answer could not be stored', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  client.serve(() => {
    world.setDatabaseAway(true);
    return { configurationKey: [] };
  });
  await client.ok('Heartbeat', {});
  const identity = await identityOf(station);
  await world.db.withTenant(world.tenantId, (tx) => requestCommands(tx, {
    station: identity, at: new Date(), commands: [{ action: 'GetConfiguration', payload: { keys: ['NumberOfConnectors'] } }],
  }));
  await eventually(async () => client.asked.length === 1);
  await new Promise((resolve) => { setTimeout(resolve, 300); });
  const late = new Promise<string>((resolve) => { setTimeout(() => { resolve('hangs'); }, 15_000); });
  expect(await Promise.race([world.gateway.close().then(() => 'closed'), late])).toBe('closed');
  world.setDatabaseAway(false);
  await world.restart();
});
