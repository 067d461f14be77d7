import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type TestClient, type TestStation, type World } from '../gateway.fixture.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();
let world: World;
let station: TestStation;
let client: TestClient;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  station = await world.addStation();
  client = await world.connect(station);
});

const start = { connectorId: 1, idTag: 'CARD', meterStart: 1000, timestamp: at(1) };

async function started(): Promise<number> {
  return (await client.ok('StartTransaction', start))['transactionId'] as number;
}

function stored() {
  return world.db.withTenant(world.tenantId, async (tx) => ({
    transactions: await tx.transaction.findMany({ where: { stationId: station.id } }),
    parked: await tx.parkedMessage.findMany({ where: { stationId: station.id } }),
    readings: await tx.meterReading.findMany({ where: { stationId: station.id } }),
  }));
}

describe('a StopTransaction with a slip ends its transaction', () => {
  it.each<[string, object, object]>([
    ['an unknown reason', { reason: 'Timeout' }, { stopReason: 'Other', stoppedAt: new Date(at(9)) }],
    ['half a watt-hour', { meterStop: 2000.5 }, { meterStopMilliWh: 2_001_000n }],
    ['a register in quotes', { meterStop: '2000' }, { meterStopMilliWh: 2_000_000n }],
    ['a card longer than cards are', { idTag: 'C'.repeat(40) }, { stopReason: 'Local' }],
  ])('%s', async (_what, slip, expected) => {
    const transactionId = await started();
    await client.ok('StopTransaction', { transactionId, meterStop: 2000, timestamp: at(9), ...slip });
    const { transactions, parked } = await stored();
    expect(transactions).toMatchObject([{ state: 'ENDED', ...expected }]);
    expect(parked).toEqual([]);
  });

  it.each([['without a zone', '2026-11-02T18:09:00'], ['that is no day', '2026-02-30T18:09:00Z'], ['', 7]])(
    'a time %s, in whose place arrival stands', async (_what, timestamp) => {
      const transactionId = await started();
      const before = Date.now() - 1_000;
      await client.ok('StopTransaction', { transactionId, meterStop: 2000, timestamp });
      const [transaction] = (await stored()).transactions;
      expect(transaction?.state).toBe('ENDED');
      expect(transaction?.stoppedAt?.getTime()).toBeGreaterThan(before);
    });

  it('a register no meter shows: the last sample stands in', async () => {
    const transactionId = await started();
    await client.ok('MeterValues', {
      connectorId: 1, transactionId, meterValue: [{ timestamp: at(5), sampledValue: [{ value: '1500' }] }],
    });
    await client.ok('StopTransaction', { transactionId, meterStop: 9e15, timestamp: at(9) });
    expect((await stored()).transactions).toMatchObject([{ state: 'ENDED', meterStopMilliWh: 1_500_000n }]);
  });

  it('an illegible reading is parked, and the others count', async () => {
    const transactionId = await started();
    await client.ok('StopTransaction', {
      transactionId, meterStop: 2000, timestamp: at(9), transactionData: [
        { timestamp: at(3), sampledValue: [{ value: 1200.5 }] },
        { timestamp: at(4), sampledValue: [{ value: ['?'] }] },
        { timestamp: at(5), sampledValue: [{ value: '1500' }] },
      ],
    });
    const { transactions, parked, readings } = await stored();
    expect(transactions).toMatchObject([{ state: 'ENDED' }]);
    expect(readings.map((row) => row.registerMilliWh)).toEqual([1_200_500n, 1_500_000n]);
    expect(parked).toMatchObject([{ action: 'StopTransaction', reason: 'UNREADABLE' }]);
  });
});

it('a stop that names no transaction at all is parked once and answered, also when it is repeated', async () => {
  const illegible = { transactionId: 'last', meterStop: 2000, timestamp: at(9) };
  expect(await client.ok('StopTransaction', illegible, 's')).toEqual({});
  expect(await client.ok('StopTransaction', illegible, 's')).toEqual({});
  expect((await stored()).parked).toMatchObject([{ reason: 'UNREADABLE' }]);
});

it('a start with slips still starts', async () => {
  const slips = { ...start, meterStart: '1000.4', timestamp: '2026-11-02 18:01' };
  await client.ok('StartTransaction', slips);
  expect((await stored()).transactions).toMatchObject([{ state: 'ACTIVE', idToken: 'CARD', meterStartMilliWh: 1_000_000n }]);
});

it('a start without a connector is refused: there is nothing an id could stand for', async () => {
  const [type] = await client.call('StartTransaction', { idTag: 'CARD', meterStart: 1000, timestamp: at(1) });
  expect(type).toBe(4);
});

it('a 2.0.1 event with slips is applied; one without its transaction is parked and spoils no start', async () => {
  client = await world.connect(await (async () => (station = await world.addStation()))(), { version: 'ocpp2.0.1' });
  const event = (more: object, info: object = {}) => ({
    eventType: 'Updated', timestamp: at(2), triggerReason: 'MeterValuePeriodic', seqNo: 1,
    transactionInfo: { transactionId: 'T1', ...info }, evse: { id: 1 }, ...more,
  });
  await client.ok('TransactionEvent', event({ eventType: 'Half' }));
  await client.ok('TransactionEvent', event({ eventType: 'Started', timestamp: at(1), seqNo: 0.5 }));
  await client.ok('TransactionEvent', event(
    { eventType: 'Ended', timestamp: at(9), triggerReason: 'Bored', idToken: { idToken: 'CARD', type: 'Sticker' } },
    { stoppedReason: 'Bored', chargingState: 'Sleeping' }));
  const { transactions, parked } = await stored();
  expect(transactions).toMatchObject([{ state: 'ENDED', stopReason: 'Other', idToken: 'CARD' }]);
  expect(parked.map((row) => [row.reason, row.resolvedAt])).toEqual([['UNREADABLE', null], ['UNREADABLE', null]]);
});
