import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '#domain/time/instant.ts';
import { settleSessions } from '../settlement/settlement.service.ts';
import { EVENING_AT, MONDAY_AT, NIGHT, createWorld, pricesFor, publishPrices, storeStay, type World } from '../settlement/world.fixture.ts';
import { monthRows, programmeRows, stayRows } from './msp.store.ts';

let world: World;
let msp: number;
let other: number;
let ids: string[];

beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
  const add = async (name: string) => (await world.db.open.organisation.create({ data: { kind: 'MSP', name } })).id;
  [msp, other] = [await add('Kerb Card'), await add('Other Card')];
  ids = [];
  for (const n of [1, 2, 3]) {
    ids.push(await storeStay(world, { ...NIGHT, stationId: `ST-${n}`, idToken: `ST-CARD-${n}`, plugInAt: EVENING_AT + n * 60, plugOutAt: NIGHT.plugOutAt + n * HOUR_S }));
  }
  await settleSessions(world.deps, ids);
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const page = (most: number, before: Parameters<typeof stayRows>[1]['before'] = null, tenantId = msp) =>
  world.db.withTenant(tenantId, (tx) => stayRows(tx, { before, most }));
const months = (tenantId = msp) => world.db.withTenant(tenantId, monthRows);

test('a provider sees nothing before a programme names it, and another one never does', async () => {
  expect([await page(10), await months()]).toEqual([[], []]);
  await world.rows('UPDATE programme_version SET msp_id = $1 WHERE id = $2', [msp, world.programmeId]);
  expect(await page(10)).toHaveLength(3);
  expect([await page(10, null, other), await months(other), await world.db.withTenant(other, programmeRows)]).toEqual([[], [], []]);
  // The functions look at the tenant of the tx alone; the system's own has none.
  expect(await world.db.asSystem((tx) => stayRows(tx, { before: null, most: 10 }))).toEqual([]);
  expect(await world.db.withTenant(msp, programmeRows)).toMatchObject([{ operator: 'CPO ST', version: 1, msp_bp: 1_500, is_in_force: true }]);
});

test('stays come page by page, the newest first, without names and with the last of the card only', async () => {
  const [first, second] = await page(2);
  expect([first?.session_id, second?.session_id]).toEqual([ids[2], ids[1]]);
  expect(first).toMatchObject({ card_end: 'RD-3', operator: 'CPO ST', rev: 0 });
  expect(JSON.stringify(first, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(/ST-CARD|Driver/);
  if (second === undefined) throw new Error('no second stay');
  const rest = await page(2, { plugInAt: second.plug_in_at, sessionId: second.session_id });
  expect(rest.map(({ session_id }) => session_id)).toEqual([ids[0]]);
});

test('the months are what the ledger holds, also after a stay was settled anew', async () => {
  const ledger = async () => {
    const [row] = await world.rows<{ micro: string }>(`SELECT (credits - debits)::text AS micro FROM ledger.balance b
      JOIN ledger.account a ON a.id = b.account_id WHERE a.kind = 'msp_payable'`);
    return BigInt(row?.micro ?? '0');
  };
  const before = await ledger();
  expect(before).toBeGreaterThan(0n);
  expect(await months()).toMatchObject([{ month: '2026-03', stays: 3n, booked_micro: before }]);
  await world.rows(`UPDATE meter_reading SET register_milli_wh = least(register_milli_wh, 15000000) WHERE transaction_id IN
    (SELECT id FROM transaction WHERE session_id = $1)`, [ids[0]]);
  await world.rows('UPDATE transaction SET meter_stop_milli_wh = 15000000 WHERE session_id = $1', [ids[0]]);
  await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [ids[0]]);
  await settleSessions(world.deps, ids);
  const [anew] = (await page(3)).filter(({ session_id }) => session_id === ids[0]);
  expect(anew).toMatchObject({ rev: 1, energy_milli_wh: 15_000_000n });
  expect(await ledger()).not.toBe(before);
  expect(await months()).toMatchObject([{ stays: 3n, booked_micro: await ledger() }]);
});
