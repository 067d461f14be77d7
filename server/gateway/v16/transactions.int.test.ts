import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorld,
  eventually,
  type TestClient,
  type TestStation,
  type World,
} from '../gateway.fixture.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();
let world: World;
let station: TestStation;
let client: TestClient;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function fresh() {
  station = await world.addStation();
  client = await world.connect(station);
}
async function start(
  minute: number,
  options: { idTag?: string; connectorId?: number; meterStart?: number } = {},
) {
  const answer = await client.ok('StartTransaction', {
    connectorId: 1,
    idTag: 'CARD',
    meterStart: 1000,
    timestamp: at(minute),
    ...options,
  });
  return answer['transactionId'] as number;
}
const status = (minute: number, word: string) =>
  client.ok('StatusNotification', {
    connectorId: 1,
    errorCode: 'NoError',
    status: word,
    timestamp: at(minute),
  });
const stop = (transactionId: number, minute: number, meterStop = 2000) =>
  client.ok('StopTransaction', {
    transactionId,
    meterStop,
    timestamp: at(minute),
  });
const transactions = () =>
  world.db.withTenant(world.tenantId, (tx) =>
    tx.transaction.findMany({
      where: { stationId: station.id },
      orderBy: { id: 'asc' },
      include: { session: true },
    }),
  );

describe('retries and duplicates', () => {
  it('the same message gets the stored answer and has one effect, also on a new connection', async () => {
    await fresh();
    const payload = { connectorId: 1, idTag: 'CARD', meterStart: 5, timestamp: at(1) };
    const first = await client.ok('StartTransaction', payload, '7');
    await client.close();
    client = await world.connect(station);
    expect(await client.ok('StartTransaction', payload, '7')).toEqual(first);
    expect(await client.ok('StartTransaction', payload, '8')).toEqual(first);
    expect(await transactions()).toHaveLength(1);
  });

  it('the same id with another content is a new message, and noted', async () => {
    await fresh();
    const id = await start(1);
    await client.ok(
      'StopTransaction',
      { transactionId: id, meterStop: 2000, timestamp: at(2) },
      '1',
    );
    await client.ok(
      'StatusNotification',
      { connectorId: 1, errorCode: 'NoError', status: 'Available', timestamp: at(3) },
      '1',
    );
    const events = await world.db.withTenant(world.tenantId, (tx) =>
      tx.stationEvent.findMany({ where: { stationId: station.id, kind: 'MESSAGE_ID_REUSED' } }),
    );
    expect(events).toHaveLength(1);
    expect((await transactions())[0]?.state).toBe('ENDED');
  });

  it('a start whose clock was never set is told from its repeats by card and meter', async () => {
    await fresh();
    const payload = {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 5,
      timestamp: '1970-01-01T00:00:09Z',
    };
    const first = await client.ok('StartTransaction', payload, '7');
    expect(await client.ok('StartTransaction', payload, '8')).toEqual(first);
    const [row] = await transactions();
    expect(row?.startedAt.getUTCFullYear()).toBeGreaterThan(2020);
  });

  it('the first stop wins', async () => {
    await fresh();
    const id = await start(1);
    await stop(id, 10, 2000);
    await stop(id, 20, 9000);
    expect((await transactions())[0]).toMatchObject({
      meterStopMilliWh: 2_000_000n,
      stoppedAt: new Date(at(10)),
    });
  });
});

describe('stops that name no transaction of ours', () => {
  it('an unknown id is parked and answered', async () => {
    await fresh();
    const id = await start(1);
    const other = await world.addStation();
    const thief = await world.connect(other);
    expect(
      await thief.ok('StopTransaction', { transactionId: id, meterStop: 9999, timestamp: at(5) }),
    ).toEqual({});
    expect((await transactions())[0]?.state).toBe('ACTIVE');
    const parked = await world.db.withTenant(world.tenantId, (tx) =>
      tx.parkedMessage.findMany({ where: { stationId: other.id } }),
    );
    expect(parked).toMatchObject([{ action: 'StopTransaction', reason: 'UNKNOWN_TRANSACTION' }]);
  });

  it('0 ends the one running transaction of that card with a plausible meter, else nothing', async () => {
    await fresh();
    await start(1, { meterStart: 5000 });
    await client.ok('StopTransaction', {
      transactionId: 0,
      idTag: 'CARD',
      meterStop: 10,
      timestamp: at(5),
    });
    expect((await transactions())[0]?.state).toBe('ACTIVE');
    await client.ok('StopTransaction', {
      transactionId: 0,
      idTag: 'CARD',
      meterStop: 6000,
      timestamp: at(6),
    });
    expect((await transactions())[0]?.state).toBe('ENDED');
  });
});

describe('a start on a busy EVSE', () => {
  it('leaves the old transaction unfinished at its last sample, and its late stop makes it whole', async () => {
    await fresh();
    const first = await start(0);
    await client.ok('MeterValues', {
      connectorId: 1,
      transactionId: first,
      meterValue: [{ timestamp: at(10), sampledValue: [{ value: '3.5', unit: 'kWh' }] }],
    });
    await status(20, 'Available');
    const second = await start(30, { idTag: 'OTHER' });
    const [old, now] = await transactions();
    expect(old).toMatchObject({
      state: 'UNFINISHED',
      stopReason: 'UNFINISHED',
      meterStopMilliWh: 3_500_000n,
      stoppedAt: new Date(at(10)),
    });
    expect(old?.session).toMatchObject({ state: 'CLOSED' });
    expect(now).toMatchObject({ id: second, state: 'ACTIVE' });
    expect(now?.sessionId).not.toBe(old?.sessionId);
    const versionBefore = old?.session.factsVersion ?? 0n;
    await stop(first, 15, 4000);
    const [late, still] = await transactions();
    expect(late).toMatchObject({ state: 'ENDED', meterStopMilliWh: 4_000_000n });
    expect(late?.session.factsVersion).toBeGreaterThan(versionBefore);
    expect(late?.session.plugOutAt).toEqual(new Date(at(15)));
    expect(still?.state).toBe('ACTIVE');
  });

  it('a queued start older than the running one does not end it', async () => {
    await fresh();
    const running = await start(30);
    const late = await start(2, { idTag: 'OTHER', meterStart: 10 });
    const rows = await transactions();
    expect(rows.find((row) => row.id === running)?.state).toBe('ACTIVE');
    expect(rows.find((row) => row.id === late)).toMatchObject({ state: 'UNFINISHED' });
    await stop(late, 9, 500);
    expect((await transactions()).find((row) => row.id === late)).toMatchObject({
      state: 'ENDED',
      meterStopMilliWh: 500_000n,
    });
  });
});

describe('one stay, several transactions', () => {
  it('the same card within 4 h goes on with its stay', async () => {
    await fresh();
    await status(0, 'Preparing');
    const first = await start(1);
    await stop(first, 10);
    await status(11, 'Available');
    await start(40);
    const rows = await transactions();
    expect(new Set(rows.map((row) => row.sessionId)).size).toBe(1);
    expect(rows[0]?.session).toMatchObject({
      state: 'OPEN',
      plugOutAt: null,
      plugInAt: new Date(at(0)),
    });
  });

  it('another card goes on with the stay only while the connector was never free', async () => {
    await fresh();
    await client.ok('Heartbeat', {});
    // These messages are of the past: as if the station had been connected then already.
    await world.db.asSystem((tx) =>
      tx.connection.update({ where: { stationId: station.id }, data: { connectedAt: new Date(at(0)) } }),
    );
    await status(0, 'Preparing');
    await stop(await start(1, { idTag: 'OTHER' }), 10);
    await status(11, 'Finishing');
    await stop(await start(12, { idTag: 'BLOCKED' }), 20);
    await status(21, 'Available');
    await status(22, 'Preparing');
    await start(23, { idTag: 'NOBODY' });
    const rows = await transactions();
    expect(rows[0]?.sessionId).toBe(rows[1]?.sessionId);
    expect(rows[2]?.sessionId).not.toBe(rows[1]?.sessionId);
    expect(rows[2]?.session.driverId).toBeNull();
  });
});

describe('a lost connection', () => {
  it('hides a car that left: who charged next while the station was away has a stay of its own', async () => {
    await fresh();
    await status(0, 'Preparing');
    const first = await start(1);
    await status(2, 'Charging');
    client.ws.terminate();
    // Stopped by card, driven away, and another car came: the messages were queued, the statuses were not.
    client = await eventually(() => world.connect(station).catch(() => null));
    await stop(first, 30);
    await start(40, { idTag: 'OTHER' });
    const rows = await transactions();
    expect(rows[1]?.sessionId).not.toBe(rows[0]?.sessionId);
    expect(rows[1]?.session.idToken).toBe('OTHER');
    expect(rows[0]?.session).toMatchObject({ state: 'CLOSED', idToken: 'CARD' });
  });

  it('ends no transaction; the station goes on without a boot and late readings count', async () => {
    await fresh();
    const id = await start(0);
    const before = (await transactions())[0]?.session.factsVersion ?? 0n;
    client.ws.terminate();
    client = await eventually(() => world.connect(station).catch(() => null));
    const late = await client.ok('MeterValues', {
      connectorId: 1,
      transactionId: id,
      meterValue: [{ timestamp: at(5), sampledValue: [{ value: '1500' }] }],
    });
    expect(late).toEqual({});
    await stop(id, 6);
    await client.ok('MeterValues', {
      connectorId: 1,
      transactionId: id,
      meterValue: [{ timestamp: at(3), sampledValue: [{ value: '1250' }] }],
    });
    const [row] = await transactions();
    expect(row?.state).toBe('ENDED');
    // connect, reading, stop, late reading
    expect(row?.session.factsVersion).toBe(before + 4n);
    const readings = await world.db.withTenant(world.tenantId, (tx) =>
      tx.meterReading.count({ where: { transactionId: id } }),
    );
    expect(readings).toBe(2);
  });

  it('a reading without a transaction id belongs to the EVSE, and another station cannot add to it', async () => {
    await fresh();
    const id = await start(0);
    await client.ok('MeterValues', {
      connectorId: 1,
      meterValue: [{ timestamp: at(5), sampledValue: [{ value: '1500' }] }],
    });
    const other = await world.connect(await world.addStation());
    await other.ok('MeterValues', {
      connectorId: 1,
      transactionId: id,
      meterValue: [{ timestamp: at(6), sampledValue: [{ value: '99999' }] }],
    });
    const rows = await world.db.withTenant(world.tenantId, (tx) =>
      tx.meterReading.findMany({ where: { transactionId: id } }),
    );
    expect(rows.map((row) => row.registerMilliWh)).toEqual([1_500_000n]);
  });
});
