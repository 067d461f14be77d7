import { afterAll, beforeAll, expect, test } from 'vitest';
import { realClock } from '../clock.ts';
import { createWorld, type World } from '../settlement/world.fixture.ts';
import { setSiteLimit } from './fleet.service.ts';

let world: World;
beforeAll(async () => { world = await createWorld(); });
afterAll(async () => { await world[Symbol.asyncDispose](); });

test('of site limits that are set at once one is in force', async () => {
  const { tenantId, locationId } = world;
  const deps = { db: world.db, clock: realClock };
  const limits = [11_000, 22_000, 33_000, 44_000];
  await Promise.all(limits.map((limitW) => setSiteLimit(deps, tenantId, { locationId, limitW })));
  const open = await world.rows('SELECT limit_w FROM power_limit WHERE location_id = $1 AND valid_to IS NULL', [locationId]);
  expect(open).toHaveLength(1);
});
