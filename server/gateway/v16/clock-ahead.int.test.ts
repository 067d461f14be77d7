import { afterAll, beforeAll, expect, it } from 'vitest';
import { createWorld, type TestClient, type TestStation, type World } from '../gateway.fixture.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

async function start(client: TestClient, idTag: string, timestamp: string): Promise<number> {
  const answer = await client.ok('StartTransaction', {
    connectorId: 1, idTag, meterStart: 1000, timestamp,
  });
  return answer['transactionId'] as number;
}

function sessionsOf(station: TestStation) {
  return world.db.withTenant(world.tenantId, (tx) =>
    tx.session.findMany({ where: { stationId: station.id }, orderBy: { plugInAt: 'asc' } }));
}

it.each([['a day ahead', fromNow(DAY_MS)], ['in 2096', '2096-01-01T00:00:00.000Z']])(
  'a stop stamped %s keeps its stay from swallowing those of later cars', async (_what, timestamp) => {
    const station = await world.addStation();
    const client = await world.connect(station);
    const status = (word: string, at: string) =>
      client.ok('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: word, timestamp: at });
    const transactionId = await start(client, 'CARD', fromNow(-60 * MINUTE_MS));
    await client.ok('StopTransaction', { transactionId, meterStop: 2000, timestamp });
    await status('Available', fromNow(MINUTE_MS));
    await status('Preparing', fromNow(2 * MINUTE_MS));
    await start(client, 'OTHER', fromNow(3 * MINUTE_MS));
    const [first, second, ...more] = await sessionsOf(station);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ idToken: 'CARD', state: 'CLOSED' });
    expect(first?.plugOutAt?.getTime()).toBeLessThan(Date.now() + MINUTE_MS);
    expect(second).toMatchObject({ idToken: 'OTHER', state: 'OPEN', driverId: null });
  });

it('the same card a year later is another stay than one that a clock stopped in 2096', async () => {
  const station = await world.addStation();
  const client = await world.connect(station);
  const transactionId = await start(client, 'CARD', fromNow(-60 * MINUTE_MS));
  await client.ok('StopTransaction', { transactionId, meterStop: 2000, timestamp: '2096-01-01T00:00:00.000Z' });
  await start(client, 'CARD', fromNow(365 * DAY_MS));
  expect(await sessionsOf(station)).toHaveLength(2);
});
