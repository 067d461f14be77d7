import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_S, HOUR_S, dateFromSeconds } from '#domain/time/instant.ts';
import { EVENING_AT, MONDAY_AT, createWorld, pricesFor, publishPrices, type World } from '../settlement/world.fixture.ts';
import { pruneTreePlans } from './limit-tree.store.ts';
import { tenantLimits } from './limit-view.service.ts';
import { addStation, openStay, type OpenStay } from './planning.fixture.ts';
import { planSessions } from './tree.service.ts';

let world: World;
let stays: OpenStay[];
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 12));
  await world.rows(
    "INSERT INTO power_limit (tenant_id, location_id, limit_w, valid_from) VALUES ($1, $2, 11040, '2026-01-01')",
    [world.tenantId, world.locationId]);
  world.clock.at = EVENING_AT;
  stays = [];
  for (const stationId of ['VIEW-1', 'VIEW-2', 'VIEW-3']) {
    await addStation(world, stationId, { compositeSchedule: false });
    const stay = await openStay(world, stationId);
    await stay.wish({ readyByAt: EVENING_AT + 13 * HOUR_S, energyMilliWh: 20_000_000 });
    stays.push(stay);
  }
  world.clock.at += 60;
  for (const stay of stays) await stay.meter(world.clock.at, 30_000, 11_040);
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const view = () => tenantLimits(world.deps, world.tenantId);
const prune = (days: number) => world.db.asSystem((tx) => pruneTreePlans(tx, dateFromSeconds(world.clock.at + days * DAY_S)));
const count = async (table: string) => (await world.rows<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;

test('a limit is shown with the proof of its joint plan, which says how long the solve took', async () => {
  expect(await view()).toMatchObject([{ limitW: 11_040, madeAt: null, slots: [], proof: null }]);
  await planSessions(world.deps, stays.map(({ id }) => id));
  const [limit] = await view();
  expect(limit).toMatchObject({ locationId: world.locationId, stationId: null, limitW: 11_040, proof: { sessions: 3 } });
  expect(limit?.proof?.ms).toBeGreaterThan(0);
  expect(limit?.madeAt).toEqual(dateFromSeconds(world.clock.at));
});

test('old joint plans go with their limits, except those that plans in force come from', async () => {
  await world.rows(`INSERT INTO tree_plan (root, made_at, digest, sessions, slots, ms, error)
    VALUES ('site:gone', now() - interval '10 years', '\\x00', 1, 0, 1, 'failed')`);
  const before = (await count('tree_plan')) ?? 0;
  expect(await prune(-7)).toBe(1);
  expect(await count('tree_plan')).toBe(before - 1);
  expect(await prune(7)).toBe(0);
  await world.rows("UPDATE session SET state = 'CLOSED', plug_out_at = plug_in_at + interval '1 day' WHERE id <> $1", [stays[0]?.id]);
  expect(await prune(7)).toBe(0);
  // One car shares nothing with anybody: what was planned for three is not shown any more.
  expect(await view()).toMatchObject([{ limitW: 11_040, madeAt: null, slots: [] }]);
  await world.rows("UPDATE session SET state = 'CLOSED', plug_out_at = plug_in_at + interval '1 day'");
  const plans = await count('plan');
  expect(await prune(7)).toBeGreaterThan(0);
  expect([await count('tree_plan'), await count('tree_plan_limit')]).toEqual([0, 0]);
  expect(await count('plan')).toBe(plans);
  expect(await world.rows('SELECT 1 FROM plan WHERE tree_plan_id IS NOT NULL')).toEqual([]);
});
