import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '#domain/time/instant.ts';
import { linkCard } from '../fleet/fleet.service.ts';
import { cardParty } from './ledger-entries.ts';
import { settleSessions } from './settlement.service.ts';
import { dueSettlements } from './settlement.store.ts';
import { MONDAY_AT, NIGHT, assertBooksBalance, createWorld, pricesFor, publishPrices, storeStay, type World } from './world.fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

async function balanceOf(party: string, kind = 'driver_payable'): Promise<bigint> {
  const [row] = await world.rows<{ micro: string }>(`SELECT (credits - debits)::text AS micro FROM ledger.balance b
    JOIN ledger.account a ON a.id = b.account_id WHERE a.party = $1 AND a.kind::text = $2`, [party, kind]);
  return BigInt(row?.micro ?? '0');
}

async function latestOf(id: string) {
  const [row] = await world.rows<{ rev: number; driver: string }>(
    'SELECT rev, driver_micro::text AS driver FROM ledger.settlement WHERE session_id = $1 ORDER BY rev DESC LIMIT 1', [id]);
  return { rev: row?.rev, driver: BigInt(row?.driver ?? '0') };
}

async function personOf(id: string): Promise<string> {
  const [row] = await world.rows<{ party: string }>("SELECT 'driver:' || driver_id AS party FROM session WHERE id = $1", [id]);
  return row?.party ?? '';
}

const card = (n: number, station: number) => ({
  ...NIGHT, stationId: `ST-${station}`, idToken: 'Found-Card', plugInAt: NIGHT.plugInAt + n * DAY_S, plugOutAt: NIGHT.plugOutAt + n * DAY_S,
});

async function correct(id: string): Promise<void> {
  await world.rows('UPDATE meter_reading SET register_milli_wh = register_milli_wh / 2 WHERE transaction_id = (SELECT id FROM transaction WHERE session_id = $1)', [id]);
  await world.rows('UPDATE transaction SET meter_stop_milli_wh = meter_stop_milli_wh / 2 WHERE session_id = $1', [id]);
  await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [id]);
}

test('what a card earned before it had a driver is the driver’s once it has one, whatever revises it later', async () => {
  const [first, second] = [await storeStay(world, card(0, 1)), await storeStay(world, card(1, 2))];
  await settleSessions(world.deps, [first, second]);
  const earned = (await latestOf(first)).driver + (await latestOf(second)).driver;
  expect(await balanceOf(cardParty('found-card'))).toBe(earned);
  expect(earned).toBeGreaterThan(0n);

  await linkCard(world.deps, world.tenantId, { email: 'found@test.valley', name: 'Finder', uid: 'FOUND-CARD' });
  const driver = await personOf(first);
  expect(await personOf(second)).toBe(driver);
  await settleSessions(world.deps, [first, second]);
  await settleSessions(world.deps, [second]);
  expect(await balanceOf(cardParty('found-card'))).toBe(0n);
  expect(await balanceOf(driver)).toBe(earned);
  expect((await latestOf(first)).rev).toBe(0);
  await assertBooksBalance(world);

  await correct(first);
  expect(await settleSessions(world.deps, [first])).toBe(1);
  const after = (await latestOf(first)).driver + (await latestOf(second)).driver;
  expect(after).not.toBe(earned);
  expect(await balanceOf(driver)).toBe(after);
  expect(await balanceOf(cardParty('found-card'))).toBe(0n);
  await assertBooksBalance(world);
});

test('a correction that comes with the driver reverses at the card and pays the driver', async () => {
  const stay = { ...card(0, 3), idToken: 'Late-Card', plugOutAt: NIGHT.plugInAt + 12 * HOUR_S };
  const id = await storeStay(world, stay);
  await settleSessions(world.deps, [id]);
  await linkCard(world.deps, world.tenantId, { email: 'late@test.valley', name: 'Late', uid: 'Late-Card' });
  await correct(id);
  expect(await settleSessions(world.deps, [id])).toBe(1);
  expect(await balanceOf(cardParty('Late-Card'))).toBe(0n);
  expect(await balanceOf(await personOf(id))).toBe((await latestOf(id)).driver);
  await assertBooksBalance(world);
});

test('what a driver was paid already for a stay of another becomes what the driver owes', async () => {
  const id = await storeStay(world, { ...card(1, 4), idToken: 'ST-CARD-4' });
  await settleSessions(world.deps, [id]);
  const { driver } = await latestOf(id);
  const [former, other] = [await personOf(id), await world.rows<{ id: string }>("SELECT id FROM person WHERE email = 'late@test.valley'")];
  const pay = { tenant: world.tenantId, kind: 'payout', key: 'payout of all', sourceId: 'payout of all', sourceRev: 0, legs: [
    { debit: { party: former, kind: 'driver_payable' }, credit: { party: 'bank', kind: 'payout_clearing' }, micro: (driver / 10_000n * 10_000n).toString() },
  ] };
  await world.db.asSystem((tx) => tx.$executeRaw`SELECT ledger.post(${JSON.stringify([pay])}::jsonb)`);
  await world.rows('UPDATE session SET driver_id = $2, facts_version = facts_version + 1 WHERE id = $1', [id, other[0]?.id]);
  const before = await balanceOf(`driver:${other[0]?.id}`);
  await settleSessions(world.deps, [id]);
  expect(await balanceOf(`driver:${other[0]?.id}`)).toBe(before + driver);
  expect(await balanceOf(former, 'driver_receivable')).toBe(-(driver / 10_000n * 10_000n));
  await assertBooksBalance(world);
});

test('stays without a card have an account each', async () => {
  const ids = [await storeStay(world, { ...card(2, 1), idToken: '' }), await storeStay(world, { ...card(2, 2), idToken: '' })];
  await settleSessions(world.deps, ids);
  for (const id of ids) expect(await balanceOf(`stay:${id}`)).toBe((await latestOf(id)).driver);
});

test('the books that named cards by their numbers name them by digests, and what cardless stays shared is theirs', async () => {
  const [a, b, c] = [
    await storeStay(world, { ...card(3, 1), idToken: '' }), await storeStay(world, { ...card(3, 2), idToken: 'Old-Card' }),
    await storeStay(world, { ...card(3, 3), idToken: 'OLD-CARD' }),
  ];
  await settleSessions(world.deps, [a, b, c]);
  const earned = async (id: string) => (await latestOf(id)).driver;
  // As the books stood before: the number in the open, an account for each spelling, one for all stays without a card.
  await world.rows('ALTER TABLE ledger.account DISABLE TRIGGER append_only');
  await world.rows(`UPDATE ledger.account SET party = 'card:' WHERE party = 'stay:${a}'`);
  await world.rows("UPDATE ledger.account SET party = 'card:Old-Card' WHERE party = $1", [cardParty('Old-Card')]);
  await world.rows('ALTER TABLE ledger.account ENABLE ALWAYS TRIGGER append_only');
  const spelt = (from: string, to: string) => ({ tenant: world.tenantId, kind: 'adjustment', key: 'spelt apart', sourceId: `party ${c} 0`, sourceRev: 0,
    legs: [{ debit: { party: from, kind: 'driver_payable' }, credit: { party: to, kind: 'driver_payable' }, micro: '' }] });
  const entry = spelt('card:Old-Card', 'card:OLD-CARD');
  const micro = String(await earned(c));
  await world.db.asSystem((tx) => tx.$executeRaw`SELECT ledger.post(${JSON.stringify([{ ...entry, legs: entry.legs.map((leg) => ({ ...leg, micro })) }])}::jsonb)`);

  const sql = await readFile(path.resolve('prisma/migrations/20261123000410_card_parties/migration.sql'), 'utf8');
  await world.rows("SELECT set_config('app.tenant', '*', false)");
  await world.rows(`BEGIN; DROP FUNCTION ledger.forget_card, ledger.card_party; DROP TRIGGER append_only ON ledger.account;
    DROP FUNCTION ledger.deny_account; CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.account FOR EACH ROW
    EXECUTE FUNCTION ledger.deny(); ${sql} COMMIT`);
  expect(await world.rows("SELECT 1 FROM ledger.account WHERE party ~* 'old-card'")).toEqual([]);
  const due = await world.db.asSystem((tx) => dueSettlements(tx, 10));
  expect(due.toSorted()).toEqual([a, c].toSorted());
  await settleSessions(world.deps, due);
  expect(await balanceOf('card:')).toBe(0n);
  expect(await balanceOf(`stay:${a}`)).toBe(await earned(a));
  expect(await balanceOf(cardParty('old-card'))).toBe(await earned(b) + await earned(c));
  await assertBooksBalance(world);
});
