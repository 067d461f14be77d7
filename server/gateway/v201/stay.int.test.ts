import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type TestClient, type TestStation, type World } from '../gateway.fixture.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 2, 18, minute)).toISOString();
let world: World;
let station: TestStation;
let client: TestClient;
let seqNo = 0;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

async function fresh() {
  station = await world.addStation();
  client = await world.connect(station, { version: 'ocpp2.0.1' });
}
const card = (idToken: string) => ({ idToken: { idToken, type: 'ISO14443' } });
function event(
  eventType: 'Started' | 'Updated' | 'Ended',
  minute: number,
  more: object = {},
  transactionId = 'T-1',
) {
  return client.ok('TransactionEvent', {
    eventType,
    timestamp: at(minute),
    triggerReason: 'Authorized',
    seqNo: (seqNo += 1),
    transactionInfo: { transactionId },
    ...more,
  });
}
const stored = () =>
  world.db.withTenant(world.tenantId, async (tx) => ({
    transactions: await tx.transaction.findMany({
      where: { stationId: station.id },
      orderBy: { id: 'asc' },
      include: { session: true },
    }),
  }));

describe('which stay a 2.0.1 transaction belongs to', () => {
  it('cable first, card later: the card is bound when it comes', async () => {
    await fresh();
    await event('Started', 1, { evse: { id: 1 } });
    await event('Updated', 2, card('card'));
    const [transaction] = (await stored()).transactions;
    expect(transaction).toMatchObject({ idToken: 'CARD', connectorId: null });
    expect(transaction?.session.idToken).toBe('CARD');
    expect(transaction?.session.driverId).not.toBeNull();
  });

  it('cable first, card later: goes on with the former stay of that card', async () => {
    await fresh();
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD') }, 'A');
    await event('Ended', 2, {}, 'A');
    await event('Started', 30, { evse: { id: 2 } }, 'B');
    const [first, between] = (await stored()).transactions;
    expect(between?.sessionId).not.toBe(first?.sessionId);
    await world.db.withTenant(world.tenantId, (tx) =>
      tx.command.create({
        data: {
          tenantId: world.tenantId,
          stationId: station.id,
          sessionId: between?.sessionId ?? null,
          action: 'SetChargingProfile',
          payload: {},
          state: 'ACCEPTED',
          requestedAt: new Date(),
        },
      }),
    );
    await world.db.withTenant(world.tenantId, (tx) =>
      tx.plan.create({
        data: {
          tenantId: world.tenantId,
          sessionId: between?.sessionId ?? '',
          version: 1,
          reason: 'PLUG_IN',
          madeAt: new Date(),
          digest: new Uint8Array(32),
          content: {},
        },
      }),
    );
    await event('Updated', 31, card('card'), 'B');
    const { transactions } = await stored();
    expect(new Set(transactions.map((row) => row.sessionId))).toEqual(new Set([first?.sessionId]));
    expect(transactions[1]?.session).toMatchObject({ state: 'OPEN', evseId: 2, idToken: 'CARD' });
    const left = await world.db.withTenant(world.tenantId, async (tx) => ({
      sessions: await tx.session.count({ where: { stationId: station.id } }),
      commands: await tx.command.count({ where: { sessionId: first?.sessionId ?? null } }),
    }));
    expect(left).toEqual({ sessions: 1, commands: 1 });
  });

  it('cable first, card later: what the car said of its departure goes before what was guessed for the card', async () => {
    await fresh();
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD') }, 'A');
    await event('Ended', 2, {}, 'A');
    await event('Started', 30, { evse: { id: 2 } }, 'B');
    const [former, between] = (await stored()).transactions.map(({ sessionId }) => sessionId);
    if (former === undefined || between === undefined) throw new Error('no two stays');
    const wishes = (sessionId: string) =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.chargingPreference.findMany({ where: { sessionId }, orderBy: { version: 'asc' } }),
      );
    const wish = { tenantId: world.tenantId, version: 1, madeAt: new Date() };
    await world.db.withTenant(world.tenantId, (tx) =>
      tx.chargingPreference.createMany({
        data: [
          { ...wish, sessionId: former, source: 'HISTORY', readyByAt: new Date(at(59)), requestId: randomUUID() },
          { ...wish, sessionId: between, source: 'STATION', readyByAt: new Date(at(50)), requestId: randomUUID() },
        ],
      }),
    );
    await event('Updated', 31, card('card'), 'B');
    expect(await wishes(former)).toMatchObject([
      { source: 'HISTORY', version: 1 },
      { source: 'STATION', version: 2, readyByAt: new Date(at(50)) },
    ]);
  });

  it('an unknown card spelled in another case is the same card', async () => {
    await fresh();
    await event('Started', 1, { evse: { id: 1 }, ...card('a1b2') }, 'A');
    await event('Ended', 2, {}, 'A');
    await event('Started', 30, { evse: { id: 2 }, ...card('A1B2') }, 'B');
    const { transactions } = await stored();
    expect(transactions[1]?.sessionId).toBe(transactions[0]?.sessionId);
  });

  it('a car that left one connector has left, whatever the other one says', async () => {
    await fresh();
    const says = (connectorId: number, connectorStatus: string, minute: number) =>
      client.ok('StatusNotification', {
        evseId: 1,
        connectorId,
        connectorStatus,
        timestamp: at(minute),
      });
    const evse = () =>
      world.db.withTenant(world.tenantId, (tx) =>
        tx.evse.findFirstOrThrow({ where: { stationId: station.id, evseId: 1 } }),
      );
    await says(2, 'Available', 0);
    await says(1, 'Occupied', 1);
    await says(2, 'Available', 2);
    expect(await evse()).toMatchObject({ status: 'Occupied', availableAt: new Date(at(0)) });
    await says(1, 'Available', 10);
    expect(await evse()).toMatchObject({ status: 'Available', availableAt: new Date(at(10)) });
    await says(1, 'Faulted', 9);
    expect((await evse()).status).toBe('Available');
  });

  it('an event that waited for its start keeps its own arrival', async () => {
    await fresh();
    await event('Ended', 9, {}, 'W');
    const parkedAt = new Date();
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    await event('Started', 1, { evse: { id: 1 }, ...card('CARD') }, 'W');
    const [transaction] = (await stored()).transactions;
    expect(transaction).toMatchObject({ state: 'ENDED' });
    expect(transaction?.stoppedReceivedAt?.getTime()).toBeLessThanOrEqual(parkedAt.getTime());
  });
});
