import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_S, HOUR_S, dateFromSeconds } from '#domain/time/instant.ts';
import { settleSessions } from '../settlement/settlement.service.ts';
import { createWorld, EVENING_AT, MONDAY_AT, pricesFor, publishPrices, type World } from '../settlement/world.fixture.ts';
import { transactionEvent, type TransactionEvent } from './event.service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

async function event(ocppId: string, kind: TransactionEvent['kind'], atS: number, idToken: string | null) {
  const at = dateFromSeconds(EVENING_AT + atS);
  return await world.db.asSystem((tx) => transactionEvent(tx, {
    station: { id: 'ST-1', tenantId: world.tenantId, locationId: world.locationId }, kind, ocppId, evse: { id: 1, connectorId: 1 },
    idToken, at, isClockSet: true, receivedAt: at, isOffline: false, chargingState: null, stopReason: null, readings: [],
    message: { action: 'TransactionEvent', payload: {} },
  }));
}

async function sessionOf(ocppId: string) {
  const [row] = await world.rows<{ id: string; id_token: string; driver_id: string | null; settled: number }>(`
    SELECT s.id, s.id_token, s.driver_id, (SELECT count(*)::int FROM ledger.settlement l WHERE l.session_id = s.id) AS settled
    FROM transaction t JOIN session s ON s.id = t.session_id WHERE t.ocpp_id = $1`, [ocppId]);
  return row;
}

test('a card that becomes known after its stay was settled is bound, and the stay stays by itself', async () => {
  await event('FORMER', 'Started', 0, 'ST-CARD-1');
  await event('FORMER', 'Ended', HOUR_S, null);
  await event('LATER', 'Started', 2 * HOUR_S, null);
  await event('NEXT', 'Started', 3 * HOUR_S, 'ST-CARD-2');
  const before = await sessionOf('LATER');
  await settleSessions(world.deps, [before?.id ?? '']);
  expect(await sessionOf('LATER')).toMatchObject({ id_token: '', settled: 1 });
  expect(await event('LATER', 'Updated', 2 * HOUR_S + 600, 'ST-CARD-1')).toBe('APPLIED');
  expect(await event('LATER', 'Ended', 2 * HOUR_S + 1_200, 'ST-CARD-1')).toBe('APPLIED');
  const after = await sessionOf('LATER');
  expect(after).toMatchObject({ id: before?.id, id_token: 'ST-CARD-1' });
  expect(after?.driver_id).not.toBeNull();
});
