import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '#domain/time/instant.ts';
import { settleSessions } from '../settlement/settlement.service.ts';
import { EVENING_AT, MONDAY_AT, NIGHT, createWorld, pricesFor, publishPrices, storeStay, type World } from '../settlement/world.fixture.ts';
import { cityView } from './city.service.ts';

let world: World;
let town: number;
let other: number;

beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
  const add = async (name: string) => (await world.db.open.organisation.create({ data: { kind: 'MUNICIPALITY', name } })).id;
  [town, other] = [await add('Port Town'), await add('Hill Town')];
  await world.rows('UPDATE location SET municipality_id = $1 WHERE id = $2', [town, world.locationId]);
  world.clock.at = EVENING_AT + 14 * HOUR_S;
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const night = (n: number) => storeStay(world, { ...NIGHT, stationId: `ST-${n}`, idToken: `ST-CARD-${n}`, plugInAt: EVENING_AT - n * 60 });
const view = (tenantId = town) => cityView(world.deps, tenantId);

test('a town is told sums over its street, and only from five drivers on', async () => {
  for (const n of [1, 2, 3, 4]) await settleSessions(world.deps, [await night(n)]);
  expect(await view()).toMatchObject({ sites: [{ name: 'Street', operator: 'CPO ST' }], day: null });
  await world.rows("INSERT INTO charging_station (id, tenant_id, location_id, key_hash) SELECT 'ST-5', tenant_id, location_id, key_hash FROM charging_station WHERE id = 'ST-4'");
  await world.rows("INSERT INTO evse (tenant_id, station_id, evse_id) VALUES ($1, 'ST-5', 1)", [world.tenantId]);
  await settleSessions(world.deps, [await night(5)]);
  const { day } = await view();
  expect(day).toMatchObject({ drivers: 5, stays: 5, plugged: null, loadW: null, cashback: { stays: 5 } });
  // The night's plans moved the energy out of the evening, and the drivers were paid for it.
  expect(day?.evening?.beforeMilliWh).toBeGreaterThan(80_000_000);
  expect(day?.evening?.afterMilliWh).toBeLessThan(20_000_000);
  const [row] = await world.rows<{ micro: string }>('SELECT sum(driver_micro)::text AS micro FROM ledger.settlement');
  expect(String(day?.cashback?.micro)).toBe(row?.micro);
});

test('another town is told nothing', async () => {
  expect(await view(other)).toMatchObject({ sites: [], day: null });
});
