import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_S } from '#domain/time/instant.ts';
import { openNotices } from '../fleet/notice.store.ts';
import { auditedDb } from '../trpc/audited-db.ts';
import { dueSettlements, settleAgain } from './settlement.store.ts';
import { settleSessions } from './settlement.service.ts';
import {
  MONDAY_AT, createWorld, pricesFor, publishPrices, storeStay, type World,
} from './world.fixture.ts';

let world: World;
let id: string;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
  id = await storeStay(world);
  await withBrokenTerms(() => settleSessions(world.deps, [id]));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

/** Settles while the stay stands under terms that contradict themselves. */
async function withBrokenTerms(work: () => Promise<unknown>): Promise<void> {
  const [terms] = await world.rows<{ id: number }>(`INSERT INTO programme_version (tenant_id, version, valid_from, share_bp, driver_bp, msp_bp,
    cpo_bp, platform_bp, driver_cap_micro) VALUES ($1, 0, now(), 8000, 10000, 0, 0, 0, -5)
    ON CONFLICT (tenant_id, version) DO UPDATE SET share_bp = 8000 RETURNING id`, [world.tenantId]);
  const put = (programmeId: number) => world.rows('UPDATE session SET programme_version_id = $2 WHERE id = $1', [id, programmeId]);
  await put(terms?.id ?? 0);
  await work();
  await put(world.programmeId);
}

const due = () => world.db.asSystem((tx) => dueSettlements(tx, 10));
const notices = (tenantId: number) =>
  world.db.withTenant(tenantId, (tx) => openNotices(tx, { after: null, limit: 10 }));

test('a stay that cannot be settled is a notice to its operator, with the reason', async () => {
  expect(await notices(world.tenantId)).toMatchObject([{
    source: 'STAY', id, station_id: 'ST-1', evse_id: 1, kind: 'UNSETTLED',
    subject: expect.stringContaining('cap must not be negative'),
  }]);
  expect(await notices(world.tenantId + 1)).toEqual([]);
  expect(await due()).toEqual([]);
});

test('prices that come for it wake it', async () => {
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8, (ticks) => ticks + 1), 'correction');
  expect(await due()).toEqual([id]);
  await withBrokenTerms(() => settleSessions(world.deps, [id]));
  expect(await due()).toEqual([]);
});

test('settled again on what is right by now it is gone; a second tap finds nothing to do', async () => {
  const mark = {
    requestId: randomUUID(), personId: null, keyId: null, tenantId: world.tenantId, action: 'fleet.settleAgain', address: null,
  };
  const again = () => auditedDb(world.db, mark).withTenant(world.tenantId, (tx) => settleAgain(tx, id));
  expect(await world.db.withTenant(world.tenantId + 1, (tx) => settleAgain(tx, id))).toBe(false);
  expect(await again()).toBe(true);
  expect(await world.rows("SELECT changes->0->>'after' AS id FROM audit_entry WHERE action = 'fleet.settleAgain'")).toEqual([{ id }]);
  expect(await due()).toEqual([id]);
  expect(await settleSessions(world.deps, await due())).toBe(1);
  expect(await notices(world.tenantId)).toEqual([]);
  expect(await again()).toBe(false);
});
