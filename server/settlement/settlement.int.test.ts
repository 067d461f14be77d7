import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_S, HOUR_S, dateFromSeconds } from '#domain/time/instant.ts';
import { importPublication } from '../market/price.store.ts';
import { cardParty } from './ledger-entries.ts';
import { dueSettlements } from './settlement.store.ts';
import { settleSessions } from './settlement.service.ts';
import {
  EVENING_AT, MONDAY_AT, NIGHT, assertBooksBalance, createWorld, pricesFor, publishPrices, storeStay, type World,
} from './world.fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

type Revision = {
  rev: number; driver: string; msp: string; cpo: string; platform: string; capped: string; pot: string; energy: string; has_txn: boolean;
};

async function revisionsOf(sessionId: string): Promise<Revision[]> {
  return await world.rows<Revision>(`
    SELECT rev, driver_micro::text AS driver, msp_micro::text AS msp, cpo_micro::text AS cpo, platform_micro::text AS platform,
      capped_micro::text AS capped, pot_micro::text AS pot, energy_milli_wh::text AS energy, txn_id IS NOT NULL AS has_txn
    FROM ledger.settlement WHERE session_id = $1 ORDER BY rev`, [sessionId]);
}

async function balanceOf(party: string, kind: string): Promise<bigint> {
  const [row] = await world.rows<{ micro: string }>(`SELECT (credits - debits)::text AS micro FROM ledger.balance b
    JOIN ledger.account a ON a.id = b.account_id WHERE a.party = $1 AND a.kind::text = $2`, [party, kind]);
  return BigInt(row?.micro ?? '0');
}

async function stateOf(sessionId: string) {
  const [row] = await world.rows<{ settle_state: string; settle_reason: string | null; is_due: boolean }>(
    'SELECT settle_state, settle_reason, settled_version < facts_version AS is_due FROM session WHERE id = $1', [sessionId]);
  return row;
}

async function driverOf(sessionId: string): Promise<string> {
  const [row] = await world.rows<{ party: string }>("SELECT 'driver:' || driver_id AS party FROM session WHERE id = $1", [sessionId]);
  return row?.party ?? '';
}

/** The meter turns out to have shown `milliWh` less from the stay's last hours on. */
async function correctMeter(sessionId: string, milliWh: number): Promise<void> {
  await world.rows(`UPDATE meter_reading SET register_milli_wh = least(register_milli_wh, (SELECT meter_stop_milli_wh - $2 FROM transaction
    WHERE session_id = $1)) WHERE transaction_id = (SELECT id FROM transaction WHERE session_id = $1)`, [sessionId, milliWh]);
  await world.rows('UPDATE transaction SET meter_stop_milli_wh = meter_stop_milli_wh - $2 WHERE session_id = $1', [sessionId, milliWh]);
  await touch(sessionId);
}

async function touch(sessionId: string): Promise<void> {
  await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [sessionId]);
}

/** Each test has an evening of its own at ST-1. */
let day = 0;
function nextNight() {
  day += 1;
  return { ...NIGHT, stationId: `ST-${(day % 4) + 1}`, idToken: `ST-CARD-${(day % 4) + 1}`,
    plugInAt: EVENING_AT - (day > 4 ? DAY_S : 0), plugOutAt: NIGHT.plugOutAt - (day > 4 ? DAY_S : 0) };
}

describe('settling a stay', () => {
  test('posts revision 0: the CPO owes the four parts, which make the pot', async () => {
    const id = await storeStay(world, nextNight());
    const before = await balanceOf('cpo', 'cpo_receivable');
    expect(await settleSessions(world.deps, [id])).toBe(1);
    const [revision, ...more] = await revisionsOf(id);
    expect(more).toEqual([]);
    expect(revision).toMatchObject({ rev: 0, energy: '20000000', capped: '0', has_txn: true });
    const { driver, msp, cpo, platform, pot } = revision ?? { driver: '', msp: '', cpo: '', platform: '', pot: '' };
    expect(BigInt(pot)).toBeGreaterThan(500_000n);
    expect(BigInt(driver) + BigInt(msp) + BigInt(cpo) + BigInt(platform)).toBe(BigInt(pot));
    expect(await balanceOf(await driverOf(id), 'driver_payable')).toBe(BigInt(driver));
    expect(before - await balanceOf('cpo', 'cpo_receivable')).toBe(BigInt(pot));
    expect(await stateOf(id)).toEqual({ settle_state: 'SETTLED', settle_reason: null, is_due: false });
    await assertBooksBalance(world);
  });

  test('again on the same facts, and on facts that change no figure, changes nothing', async () => {
    const id = await storeStay(world, nextNight());
    await settleSessions(world.deps, [id]);
    const books = () => world.rows('SELECT * FROM ledger.balance ORDER BY account_id');
    const before = await books();
    expect(await settleSessions(world.deps, [id])).toBe(0);
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(0);
    // The same reading, delivered a second time with another context.
    await world.rows(`INSERT INTO meter_reading SELECT tenant_id, station_id, evse_id, transaction_id, measured_at, received_at + interval '9 s',
      'Transaction.End', digest + 1, register_milli_wh, power_w, current_ma, offered_ma, soc_permille, flag, samples FROM meter_reading
      WHERE transaction_id = (SELECT id FROM transaction WHERE session_id = $1)`, [id]);
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(0);
    expect(await revisionsOf(id)).toHaveLength(1);
    expect(await books()).toEqual(before);
    expect(await stateOf(id)).toMatchObject({ settle_state: 'SETTLED', is_due: false });
  });

  test('on corrected data reverses revision 0 and posts revision 1', async () => {
    const id = await storeStay(world, nextNight());
    await settleSessions(world.deps, [id]);
    await correctMeter(id, 5_000_000);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    const [first, second] = await revisionsOf(id);
    expect(second).toMatchObject({ rev: 1, energy: '15000000' });
    expect(BigInt(second?.driver ?? '0')).toBeLessThan(BigInt(first?.driver ?? '0'));
    expect(await balanceOf(await driverOf(id), 'driver_payable')).toBe(BigInt(second?.driver ?? '0'));
    expect(await world.rows("SELECT 1 FROM ledger.txn WHERE kind = 'reversal' AND source_id = $1", [id])).toHaveLength(1);
    await assertBooksBalance(world);
  });

  test('is left as it is when data comes more than 14 days after the stay', async () => {
    const id = await storeStay(world, nextNight());
    await settleSessions(world.deps, [id]);
    await correctMeter(id, 5_000_000);
    const now = world.clock.at;
    world.clock.at = NIGHT.plugOutAt + 15 * DAY_S;
    expect(await settleSessions(world.deps, [id])).toBe(0);
    world.clock.at = now;
    expect(await revisionsOf(id)).toHaveLength(1);
    expect(await stateOf(id)).toMatchObject({ settle_state: 'SETTLED', settle_reason: expect.stringMatching(/^final/), is_due: false });
  });

  test('that is still open does nothing', async () => {
    const id = await storeStay(world, nextNight());
    await world.rows("UPDATE session SET state = 'OPEN' WHERE id = $1", [id]);
    expect(await settleSessions(world.deps, [id])).toBe(0);
    await world.rows("UPDATE session SET state = 'CLOSED' WHERE id = $1", [id]);
    expect(await settleSessions(world.deps, [id])).toBe(1);
  });
});

describe('a pot of nothing', () => {
  test('has a settlement row and no entry, and comes and goes by revision', async () => {
    const id = await storeStay(world, nextNight());
    const accept = (state: string) => world.rows("UPDATE command SET state = $2 WHERE session_id = $1 AND action = 'SetChargingProfile'", [id, state]);
    await accept('REJECTED');
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    expect(await revisionsOf(id)).toMatchObject([{ rev: 0, pot: '0', has_txn: false }]);
    await accept('ACCEPTED');
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    await accept('REJECTED');
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    const revisions = await revisionsOf(id);
    expect(revisions).toMatchObject([{ pot: '0', has_txn: false }, { rev: 1, has_txn: true }, { rev: 2, pot: '0', has_txn: false }]);
    expect(BigInt(revisions[1]?.pot ?? '0')).toBeGreaterThan(0n);
    expect(await settleSessions(world.deps, [id])).toBe(0);
    await assertBooksBalance(world);
  });
});

describe('a driver who was paid out', () => {
  test('owes what a revision takes back, and the next settlement sets it off', async () => {
    const id = await storeStay(world, { ...NIGHT, plugInAt: EVENING_AT - 2 * DAY_S, plugOutAt: NIGHT.plugOutAt - 2 * DAY_S, idToken: 'STRANGER' });
    const party = cardParty('STRANGER');
    await settleSessions(world.deps, [id]);
    const earned = await balanceOf(party, 'driver_payable');
    const paid = earned - (earned % 10_000n);
    await world.db.asSystem((tx) => tx.$executeRaw`SELECT ledger.post(${JSON.stringify([{
      tenant: world.tenantId, kind: 'payout', key: 'payout of STRANGER', sourceId: 'payout 1', sourceRev: 0,
      legs: [{ debit: { party, kind: 'driver_payable' }, credit: { party: 'bank', kind: 'payout_clearing' }, micro: String(paid) }],
    }])}::jsonb)`);
    await correctMeter(id, 10_000_000);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    const second = BigInt((await revisionsOf(id))[1]?.driver ?? '0');
    const net = async () => await balanceOf(party, 'driver_payable') + await balanceOf(party, 'driver_receivable');
    expect(await balanceOf(party, 'driver_payable')).toBe(0n);
    expect(await net()).toBe(second - paid);
    expect(await net()).toBeLessThan(0n);
    await assertBooksBalance(world);
    const later = await storeStay(world, { ...NIGHT, plugInAt: EVENING_AT - DAY_S, plugOutAt: NIGHT.plugOutAt - DAY_S, idToken: 'STRANGER' });
    await settleSessions(world.deps, [later]);
    const third = BigInt((await revisionsOf(later))[0]?.driver ?? '0');
    expect(await net()).toBe(second - paid + third);
    expect(await balanceOf(party, 'driver_receivable')).toBe(0n);
    expect(await balanceOf(party, 'driver_payable')).toBe(second - paid + third);
    await assertBooksBalance(world);
  });
});

describe('a stay that ended without a stop', () => {
  test('is settled on its last sample; the stop that comes later makes a revision', async () => {
    const night = { ...NIGHT, stationId: 'ST-4', plugInAt: NIGHT.plugInAt + DAY_S, plugOutAt: NIGHT.plugOutAt + DAY_S };
    const id = await storeStay(world, night);
    const early = dateFromSeconds(night.plugOutAt - 8 * HOUR_S);
    await world.rows(`UPDATE transaction SET state = 'UNFINISHED', stop_reason = 'UNFINISHED', stopped_received_at = NULL, stopped_at = $2,
      meter_stop_milli_wh = NULL WHERE session_id = $1`, [id, early]);
    await world.rows(`DELETE FROM meter_reading WHERE measured_at > $2
      AND transaction_id = (SELECT id FROM transaction WHERE session_id = $1)`, [id, early]);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    await world.rows(`UPDATE transaction SET state = 'ENDED', stopped_at = $2, stopped_received_at = $2, meter_stop_milli_wh = 20000000
      WHERE session_id = $1`, [id, dateFromSeconds(night.plugOutAt)]);
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    expect(await revisionsOf(id)).toMatchObject([{ rev: 0 }, { rev: 1, energy: '20000000' }]);
    expect(await world.db.asSystem((tx) => dueSettlements(tx, 10))).not.toContain(id);
    await assertBooksBalance(world);
  });
});

// The last of all: stays stored after it would be under the newest contract, which is fixed.
describe('a stay under a fixed contract', () => {
  test('is settled though no price is ever published, and stays settled when one is', async () => {
    const id = await storeStay(world, nextNight());
    await moveToFixedContract(id);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    expect(await stateOf(id)).toEqual({ settle_state: 'SETTLED', settle_reason: null, is_due: false });
    expect(await revisionsOf(id)).toMatchObject([{ rev: 0, pot: '0', energy: '20000000', has_txn: false }]);
    const [stored] = await world.rows<{ neutral: string }>("SELECT result->>'neutral' AS neutral FROM ledger.settlement WHERE session_id = $1", [id]);
    expect(stored?.neutral).toBe('FIXED_CONTRACT');
    await importPublication(world.db, {
      biddingZone: 'FR', source: 'test', publishedAt: dateFromSeconds(world.clock.at), synthetic: true, intervals: pricesFor(MONDAY_AT - DAY_S, 8),
    });
    await touch(id);
    expect(await settleSessions(world.deps, [id])).toBe(0);
    expect(await revisionsOf(id)).toHaveLength(1);
  });
});

/** The stay is at a place whose zone has no prices, and its operator buys at one price. */
async function moveToFixedContract(sessionId: string): Promise<void> {
  await world.rows(`WITH place AS (
      INSERT INTO location (tenant_id, name, bidding_zone, sale_price_micro) VALUES ($2, 'Elsewhere', 'FR', 450000) RETURNING id
    ), contract AS (
      INSERT INTO contract (tenant_id, kind, bidding_zone, valid_from) VALUES ($2, 'FIXED', 'FR', '1970-01-01Z') RETURNING id)
    UPDATE session SET location_id = place.id, contract_id = contract.id FROM place, contract WHERE session.id = $1`, [sessionId, world.tenantId]);
}
