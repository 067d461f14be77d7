import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aSession, adjustment, createLedgerWorld, freshKey, leg, refusalOf, reversalOf, settlement, type LedgerWorld,
} from './ledger.fixture.ts';
import { assertBooksBalance, bareSession } from './world.fixture.ts';

let world: LedgerWorld;
beforeAll(async () => { world = await createLedgerWorld(); });
afterAll(async () => {
  await assertBooksBalance(world);
  await world[Symbol.asyncDispose]();
});

const EMPTY_PARTS = { driver: 0, msp: 0, cpo: 0, platform: 0, capped: 0 };

describe('a key', () => {
  test('used again with the same body gives the same id and moves nothing', async () => {
    const entry = adjustment(world.tenantId);
    const [first] = await world.post([entry]);
    expect(await world.post([entry])).toEqual([first]);
    expect(await world.post([entry, entry])).toEqual([first, first]);
    expect(await world.rows('SELECT 1 FROM ledger.transfer WHERE txn_id = $1', [first])).toHaveLength(1);
  });

  test('used again with another body is refused', async () => {
    const entry = adjustment(world.tenantId);
    await world.post([entry]);
    const legs = [leg(['cpo', 'cpo_receivable'], ['driver:a', 'driver_payable'], 2)];
    expect(await refusalOf(world.post([{ ...entry, legs }]))).toBe('idem_key_same_body');
    expect(await refusalOf(world.post([{ ...entry, sourceRev: 1 }]))).toBe('idem_key_same_body');
  });

  test('is one tenant’s: another may use the same', async () => {
    const entry = adjustment(world.tenantId);
    const [first] = await world.post([entry]);
    const [second] = await world.post([{ ...entry, tenant: world.other.tenantId }]);
    expect(second).not.toBe(first);
  });

  test('has 8 to 200 characters', async () => {
    expect(await refusalOf(world.post([adjustment(world.tenantId, { key: '1234567' })]))).toBe('txn_idem_key_length');
    expect(await refusalOf(world.post([adjustment(world.tenantId, { key: 'x'.repeat(201) })]))).toBe('txn_idem_key_length');
  });

  test('is not the only guard: one source has one entry per revision and kind', async () => {
    const entry = adjustment(world.tenantId);
    await world.post([entry]);
    expect(await refusalOf(world.post([{ ...entry, key: freshKey() }]))).toBe('txn_source');
    expect(await refusalOf(world.post([adjustment(world.tenantId, { sourceRev: -1 })]))).toBe('txn_source_rev');
    expect(await refusalOf(world.post([adjustment(world.tenantId, { kind: 'gift' as 'payout' })]))).toBe('txn_kind');
  });

  test('in ten postings at once makes one entry', async () => {
    const entry = settlement({ tenant: world, sessionId: await aSession(world) });
    const posted = await Promise.all(Array.from({ length: 10 }, () => world.db.asSystem((tx) =>
      tx.$queryRaw<{ ids: string[] }[]>`SELECT ledger.post(${JSON.stringify([entry])}::jsonb) AS ids`)));
    expect(new Set(posted.map(([row]) => row?.ids[0])).size).toBe(1);
  });
});

describe('a reversal', () => {
  test('takes an entry back leg by leg, once', async () => {
    const entry = adjustment(world.tenantId);
    const [id = ''] = await world.post([entry]);
    expect(await refusalOf(world.post([reversalOf(entry, id)]))).toBeNull();
    expect(await refusalOf(world.post([reversalOf(entry, id, { sourceId: freshKey() })]))).toBe('txn_reversed_once');
  });

  test('that is no mirror is refused', async () => {
    const entry = adjustment(world.tenantId, { legs: [
      leg(['cpo', 'cpo_receivable'], ['driver:a', 'driver_payable'], 70), leg(['cpo', 'cpo_receivable'], ['msp', 'msp_payable'], 30),
    ] });
    const [id = ''] = await world.post([entry]);
    const mirror = reversalOf(entry, id).legs;
    const [first, second] = mirror;
    if (first === undefined || second === undefined) throw new Error('two legs');
    const wrong = [
      [first], [first, second, second], [{ ...first, micro: '71' }, second], entry.legs,
      [{ ...first, micro: '30' }, { ...second, micro: '70' }], [{ ...first, credit: { party: 'x', kind: 'cpo_receivable' as const } }, second],
    ];
    for (const legs of wrong) {
      expect(await refusalOf(world.post([reversalOf(entry, id, { legs })]))).toMatch(/^(reversal_mirrors|balance_not_overdrawn)$/);
    }
    expect(await refusalOf(world.post([reversalOf(entry, id, { legs: [first] })]))).toBe('reversal_mirrors');
    expect(await refusalOf(world.post([reversalOf(entry, id, { legs: [second, first] })]))).toBeNull();
  });

  test('cannot be reversed', async () => {
    const entry = adjustment(world.tenantId);
    const [id = ''] = await world.post([entry]);
    const reversal = reversalOf(entry, id);
    const [reversed = ''] = await world.post([reversal]);
    expect(await refusalOf(world.post([reversalOf(reversal, reversed, { sourceId: freshKey() })]))).toBe('no_reversal_of_reversal');
  });

  test('names what it reverses, and nothing else does', async () => {
    const [id = ''] = await world.post([adjustment(world.tenantId)]);
    expect(await refusalOf(world.post([adjustment(world.tenantId, { kind: 'reversal' })]))).toBe('txn_reversal_names_its_txn');
    expect(await refusalOf(world.post([adjustment(world.tenantId, { reverses: id })]))).toBe('txn_reversal_names_its_txn');
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await refusalOf(world.post([reversalOf(adjustment(world.tenantId), nobody)]))).toBe('txn_reverses');
    const key = freshKey('self reversing');
    expect(await refusalOf(world.asOwner(`INSERT INTO ledger.txn (id, tenant_id, kind, idem_key, body_hash, source_id, source_rev, reverses)
      VALUES ('${nobody}', ${world.tenantId}, 'reversal', '${key}', sha256('x'), '${key}', 0, '${nobody}')`))).toBe('txn_not_self_reversing');
  });

  test('of another tenant’s entry is refused', async () => {
    const entry = adjustment(world.other.tenantId);
    const [id = ''] = await world.post([entry]);
    expect(await refusalOf(world.post([reversalOf({ ...entry, tenant: world.tenantId }, id)])))
      .toMatch(/^(reversal_mirrors|balance_not_overdrawn)$/);
  });
});

describe('a txn', () => {
  test('without legs is refused', async () => {
    expect(await refusalOf(world.post([adjustment(world.tenantId, { legs: [] })]))).toBe('txn_not_empty');
    const key = freshKey('empty');
    const empty = `INSERT INTO ledger.txn (tenant_id, kind, idem_key, body_hash, source_id, source_rev)
      VALUES (${world.tenantId}, 'adjustment', '${key}', sha256('x'), '${key}', 0)`;
    expect(await refusalOf(world.asOwner(empty))).toBe('txn_not_empty');
    expect(await refusalOf(world.asOwner('SET LOCAL session_replication_role = replica', empty))).toBe('txn_not_empty');
  });

  test('has at most 1,000 legs and a hash of 32 bytes', async () => {
    const legs = Array.from({ length: 1_001 }, () => leg(['cpo', 'cpo_receivable'], ['driver:a', 'driver_payable'], 1));
    expect(await refusalOf(world.post([adjustment(world.tenantId, { legs })]))).toBe('transfer_leg');
    expect(await refusalOf(world.asOwner(`INSERT INTO ledger.txn (tenant_id, kind, idem_key, body_hash, source_id, source_rev)
      VALUES (${world.tenantId}, 'adjustment', '${freshKey('short hash')}', '\\x00', 'x', 0)`))).toBe('txn_body_hash');
  });

  test('of another tenant takes no leg', async () => {
    const key = freshKey('foreign txn');
    expect(await refusalOf(world.asOwner(
      `INSERT INTO ledger.txn (tenant_id, kind, idem_key, body_hash, source_id, source_rev)
        VALUES (${world.other.tenantId}, 'adjustment', '${key}', sha256('x'), '${key}', 0)`,
      `INSERT INTO ledger.transfer (txn_id, leg, tenant_id, currency, debit, credit, micro)
        SELECT t.id, 0, ${world.tenantId}, 'EUR', a.id, b.id, 1 FROM ledger.txn t, ledger.account a, ledger.account b
        WHERE t.idem_key = '${key}' AND a.tenant_id = ${world.tenantId} AND a.kind = 'cpo_receivable'
          AND b.tenant_id = ${world.tenantId} AND b.kind = 'driver_payable' AND b.party = 'driver:a'`,
    ))).toBe('transfer_txn_of_tenant');
  });
});

describe('a payout', () => {
  const payout = (...micros: number[]) => adjustment(world.tenantId, {
    kind: 'payout', legs: micros.map((micro) => leg(['driver:paid', 'driver_payable'], ['out', 'payout_clearing'], micro)),
  });
  const fund = (micro: number) => world.post([adjustment(world.tenantId, {
    legs: [leg(['cpo', 'cpo_receivable'], ['driver:paid', 'driver_payable'], micro)],
  })]);

  test('is in whole cents, each leg of it', async () => {
    await fund(200_000);
    expect(await refusalOf(world.post([payout(15_000)]))).toBe('payout_whole_cents');
    expect(await refusalOf(world.post([payout(5_000, 5_000)]))).toBe('payout_whole_cents');
    expect(await refusalOf(world.post([payout(20_000, 10_000)]))).toBeNull();
  });

  test('is at most what is owed', async () => {
    await fund(10_000);
    expect(await refusalOf(world.post([payout(10_000_000)]))).toBe('balance_not_overdrawn');
  });
});

describe('a settlement', () => {
  const refusal = async (args: Partial<Parameters<typeof settlement>[0]>, change = {}) =>
    refusalOf(world.post([settlement({ tenant: world, sessionId: await aSession(world), ...args }, change)]));

  test('that keeps every rule is posted: with a pot, with caps, with nothing to pay', async () => {
    expect(await refusal({})).toBeNull();
    expect(await refusal({ parts: { capped: 500 } })).toBeNull();
    expect(await refusal({ parts: EMPTY_PARTS })).toBeNull();
    expect(await refusal({ parts: { ...EMPTY_PARTS, capped: 500 } })).toBeNull();
    expect(await refusal({ parts: EMPTY_PARTS, fields: { baselineExact: '-5', actualExact: '700' } })).toBeNull();
  });

  test('whose parts do not make the pot is refused', async () => {
    expect(await refusal({ fields: { potMicro: '1001', baselineExact: '100100000' } })).toBe('settlement_parts_make_pot');
    expect(await refusal({ fields: { cappedMicro: '1' } })).toBe('settlement_parts_make_pot');
  });

  test('with a negative part is refused', async () => {
    expect(await refusal({ parts: { msp: -1, driver: 751 } })).toBe('settlement_parts_positive');
    expect(await refusal({ parts: { capped: -1 } })).toBe('settlement_parts_positive');
  });

  test('with a pot above the saving is refused; half a micro-euro is rounding', async () => {
    expect(await refusal({ fields: { baselineExact: '99949999' } })).toBe('settlement_pot_within_saving');
    expect(await refusal({ fields: { baselineExact: '99950000' } })).toBeNull();
    expect(await refusal({ fields: { baselineExact: '0', actualExact: '100000000' } })).toBe('settlement_pot_within_saving');
    expect(await refusal({ fields: { baselineExact: '-100000000', actualExact: '-200000000' } })).toBeNull();
  });

  test('whose legs are not its parts is refused', async () => {
    const owes: [string, 'cpo_receivable'] = ['cpo', 'cpo_receivable'];
    const rest = [leg(owes, ['cpo', 'cpo_payable'], 150), leg(owes, ['platform', 'platform_payable'], 100)];
    const legs = (driver: number, msp: number) =>
      [leg(owes, ['driver:a', 'driver_payable'], driver), leg(owes, ['msp', 'msp_payable'], msp), ...rest];
    expect(await refusal({}, { legs: legs(601, 150) })).toBe('settlement_legs');
    expect(await refusal({}, { legs: legs(599, 151) })).toBe('settlement_legs');
    expect(await refusal({}, { legs: [...legs(600, 150), leg(owes, ['bank', 'payout_clearing'], 1)] })).toBe('settlement_legs');
    expect(await refusal({}, { legs: legs(600, 150) })).toBeNull();
  });

  test('is owed by the CPO and taken from nobody else', async () => {
    await world.post([adjustment(world.tenantId)]);
    const legs = settlement({ tenant: world, sessionId: '' }).legs.map((one, index) =>
      (index === 1 ? { ...one, debit: { party: 'driver:a', kind: 'driver_payable' as const } } : one));
    expect(await refusal({}, { legs })).toBe('settlement_legs');
  });

  test('cannot hide in an entry of another kind', async () => {
    expect(await refusal({}, { kind: 'adjustment', legs: [leg(['cpo', 'cpo_receivable'], ['driver:a', 'driver_payable'], 1)] }))
      .toBe('settlement_txn_kind');
    const { settlement: _, ...bare } = settlement({ tenant: world, sessionId: await aSession(world) });
    expect(await refusalOf(world.post([bare]))).toBe('settlement_row');
  });

  test('pays exactly where it has an entry', async () => {
    expect(await refusal({}, { legs: [] })).toBe('settlement_txn_where_paid');
  });

  test('keeps its figures in range', async () => {
    expect(await refusal({ fields: { energyMilliWh: -1 } })).toBe('settlement_energy');
    expect(await refusal({ fields: { energyMilliWh: 1_000_000_001 } })).toBe('settlement_energy');
    expect(await refusal({ fields: { factsDigest: 'abcd' } })).toBe('settlement_digest');
    expect(await refusal({ fields: { rev: -1 } })).toBe('settlement_rev');
  });

  test('is of a session of its own tenant', async () => {
    const foreign = await bareSession(world, world.other, 'OT-1');
    expect(await refusal({ sessionId: foreign })).toBe('settlement_of_tenant');
    const own = settlement({ tenant: world.other, sessionId: foreign });
    expect(await refusalOf(world.post([own], String(world.tenantId)))).toBe('post_of_tenant');
    expect(await refusalOf(world.post([own]))).toBeNull();
  });

  test('row of one tenant takes no entry of another', async () => {
    const [txn] = await world.post([adjustment(world.other.tenantId)]);
    expect(await refusalOf(world.asOwner(`INSERT INTO ledger.settlement (session_id, rev, tenant_id, programme_version_id, energy_milli_wh,
        baseline_exact, actual_exact, pot_micro, driver_micro, msp_micro, cpo_micro, platform_micro, capped_micro, facts_digest, facts,
        result, txn_id, settled_at)
      VALUES ('${await aSession(world)}', 0, ${world.tenantId}, 1, 1, 100000, 0, 1, 1, 0, 0, 0, 0, sha256('x'), '{}', '{}', '${txn}', now())`)))
      .toBe('settlement_txn_of_tenant');
  });

  test('is posted once per session and revision', async () => {
    const sessionId = await aSession(world);
    const first = settlement({ tenant: world, sessionId });
    await world.post([first]);
    expect(await refusalOf(world.post([{ ...first, key: freshKey('again'), sourceId: freshKey() }]))).toBe('settlement_pkey');
    const nothing = settlement({ tenant: world, sessionId: await aSession(world), parts: EMPTY_PARTS });
    expect(await world.post([nothing])).toEqual([null]);
    expect(await world.post([nothing])).toEqual([null]);
    const other = { ...nothing, settlement: { ...nothing.settlement, factsDigest: 'cd'.repeat(32) } };
    expect(await refusalOf(world.post([other]))).toBe('idem_key_same_body');
  });

  test('of a later revision follows the one before, which is reversed', async () => {
    const sessionId = await aSession(world);
    const first = settlement({ tenant: world, sessionId });
    const second = settlement({ tenant: world, sessionId, rev: 1, parts: { driver: 500 } });
    expect(await refusalOf(world.post([second]))).toBe('revision_follows');
    const [id = ''] = await world.post([first]);
    expect(await refusalOf(world.post([second]))).toBe('previous_revision_reversed');
    expect(await refusalOf(world.post([reversalOf(first, id), second]))).toBeNull();
    expect(await refusalOf(world.post([settlement({ tenant: world, sessionId, rev: 3 })]))).toBe('revision_follows');
  });

  test('of one EVSE does not overlap another session’s; its own revisions may shrink and grow', async () => {
    const evse = freshKey('evse');
    const at = (from: string, to: string) => ({ fields: { periods: [{ evse, from: `2026-03-02T${from}:00Z`, to: `2026-03-02T${to}:00Z` }] } });
    const sessionId = await aSession(world);
    expect(await refusal({ sessionId, ...at('10:00', '12:00') })).toBeNull();
    expect(await refusal(at('11:59', '13:00'))).toBe('occupancy_no_overlap');
    expect(await refusal({ ...at('11:00', '11:30'), parts: EMPTY_PARTS })).toBe('occupancy_no_overlap');
    expect(await refusal(at('12:00', '13:00'))).toBeNull();
    const [id] = await world.rows<{ txn_id: string }>('SELECT txn_id FROM ledger.settlement WHERE session_id = $1', [sessionId]);
    const first = settlement({ tenant: world, sessionId });
    const shrunk = settlement({ tenant: world, sessionId, rev: 1, ...at('10:00', '11:00') });
    expect(await refusalOf(world.post([reversalOf(first, id?.txn_id ?? ''), shrunk]))).toBeNull();
    expect(await refusal(at('11:00', '12:00'))).toBeNull();
  });
});
