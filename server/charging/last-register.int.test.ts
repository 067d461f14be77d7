import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, type World } from '../settlement/world.fixture.ts';
import { lastRegister } from './charging.store.ts';

let world: World;
beforeAll(async () => { world = await createWorld(); });
afterAll(async () => { await world[Symbol.asyncDispose](); });

const at = (time: string) => new Date(`2026-03-02T${time}Z`);

test('a register that no meter can have shown does not stand in for the one a start did not bring', async () => {
  for (const [time, register, flag] of [['11:00:00', 5_000, null], ['11:30:00', -7_000, 'NEGATIVE']] as const) {
    await world.rows(`INSERT INTO meter_reading (tenant_id, station_id, evse_id, measured_at, received_at, context, digest,
      register_milli_wh, samples, flag) VALUES ($1, 'ST-1', 1, $2, $2, 'Sample.Periodic', 1, $3, '[]', $4)`,
    [world.tenantId, at(time), register, flag]);
  }
  const station = { id: 'ST-1', tenantId: world.tenantId, locationId: world.locationId };
  const found = await world.db.asSystem((tx) => lastRegister(tx, { station, evseId: 1, startedAt: at('12:00:00') }));
  expect(found).toBe(5_000n);
});
