import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aSession, adjustment, createLedgerWorld, freshKey, leg, refusalOf, settlement, type LedgerWorld,
} from './ledger.fixture.ts';
import { assertBooksBalance } from './world.fixture.ts';

let world: LedgerWorld;
beforeAll(async () => { world = await createLedgerWorld(); });
afterAll(async () => { await world[Symbol.asyncDispose](); });

const TABLES = ['account', 'txn', 'transfer', 'balance', 'settlement', 'occupancy'] as const;
/** SQLSTATE of a privilege that is missing. */
const DENIED = '42501';

describe('the ledger has one door', () => {
  test.each(TABLES)('valley_app cannot write to ledger.%s', async (table) => {
    await world.post([adjustment(world.tenantId)]);
    expect(await refusalOf(world.asApp(`INSERT INTO ledger.${table} DEFAULT VALUES`))).toBe(DENIED);
    expect(await refusalOf(world.asApp(`DELETE FROM ledger.${table}`))).toBe(DENIED);
    expect(await refusalOf(world.asApp(`TRUNCATE ledger.${table} CASCADE`))).toBe(DENIED);
    const column = table === 'occupancy' ? 'evse' : table === 'balance' ? 'debits' : 'tenant_id';
    expect(await refusalOf(world.asApp(`UPDATE ledger.${table} SET ${column} = ${column}`))).toBe(DENIED);
  });

  test.each(['open_txn(NULL)', 'post_settlement(NULL, NULL)', 'post_legs(NULL, NULL, NULL)', 'post_nothing(NULL)', 'complete()', "refuse('a', 'b')"])(
    'valley_app cannot call ledger.%s', async (call) => {
      expect(await refusalOf(world.asApp(`SELECT ledger.${call}`))).toBe(DENIED);
    });

  test('valley_app can neither switch triggers off nor change a function', async () => {
    expect(await refusalOf(world.asApp("SET session_replication_role = 'replica'"))).toBe(DENIED);
    expect(await refusalOf(world.asApp('ALTER TABLE ledger.txn DISABLE TRIGGER ALL'))).toBe(DENIED);
    expect(await refusalOf(world.asApp("CREATE FUNCTION ledger.sum(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'"))).toBe(DENIED);
    expect(await refusalOf(world.asApp('DROP TRIGGER seal ON ledger.transfer'))).toBe(DENIED);
  });

  test('a post without a tenant set, or of another tenant, is refused', async () => {
    expect(await refusalOf(world.post([adjustment(world.tenantId)], null))).toBe('post_of_tenant');
    expect(await refusalOf(world.post([adjustment(world.tenantId)], ''))).toBe('post_of_tenant');
    expect(await refusalOf(world.post([adjustment(world.tenantId)], String(world.other.tenantId)))).toBe('post_of_tenant');
    expect(await refusalOf(world.post([adjustment(world.tenantId)], String(world.tenantId)))).toBeNull();
  });

  test('one refused entry takes the others of its post with it', async () => {
    const good = adjustment(world.tenantId);
    expect(await refusalOf(world.post([good, adjustment(world.tenantId, { legs: [] })]))).toBe('txn_not_empty');
    expect(await world.rows('SELECT 1 FROM ledger.txn WHERE idem_key = $1', [good.key])).toEqual([]);
  });
});

describe('what is written stays, for the owner too', () => {
  const writes = TABLES.slice(0, 3).flatMap((table) => [
    `UPDATE ledger.${table} SET tenant_id = tenant_id`, `DELETE FROM ledger.${table}`, `TRUNCATE ledger.${table} CASCADE`,
  ]);

  test.each([...writes, 'UPDATE ledger.settlement SET rev = rev', 'DELETE FROM ledger.settlement', 'TRUNCATE ledger.settlement'])(
    '%s breaks append_only, also with session_replication_role = replica', async (sql) => {
      await world.post([settlement({ tenant: world, sessionId: await aSession(world) })]);
      expect(await refusalOf(world.asOwner(sql))).toBe('append_only');
      expect(await refusalOf(world.asOwner('SET LOCAL session_replication_role = replica', sql))).toBe('append_only');
    });

  test.each([
    'UPDATE ledger.balance SET credits = credits + 1', 'DELETE FROM ledger.balance', 'TRUNCATE ledger.balance',
    'INSERT INTO ledger.balance (account_id, tenant_id, limited) VALUES (1, 1, false)',
  ])('%s breaks balance_follows_transfers', async (sql) => {
    expect(await refusalOf(world.asOwner(sql))).toBe('balance_follows_transfers');
    expect(await refusalOf(world.asOwner('SET LOCAL session_replication_role = replica', sql))).toBe('balance_follows_transfers');
  });

  test('no leg joins a txn that was committed', async () => {
    const [txn] = await world.post([adjustment(world.tenantId)]);
    const more = `INSERT INTO ledger.transfer (txn_id, leg, tenant_id, currency, debit, credit, micro)
      SELECT txn_id, 1, tenant_id, currency, debit, credit, 5 FROM ledger.transfer WHERE txn_id = '${txn}'`;
    expect(await refusalOf(world.asOwner(more))).toBe('txn_sealed');
    expect(await refusalOf(world.asOwner('SET LOCAL session_replication_role = replica', more))).toBe('txn_sealed');
  });

  test('nobody chooses the time of a posting', async () => {
    const key = freshKey('back-dated');
    await world.asOwner(
      `INSERT INTO ledger.txn (tenant_id, kind, idem_key, body_hash, source_id, source_rev, posted_at, xid)
        VALUES (${world.tenantId}, 'adjustment', '${key}', sha256('x'), '${key}', 0, '2001-01-01', '3')`,
      `INSERT INTO ledger.transfer (txn_id, leg, tenant_id, currency, debit, credit, micro)
        SELECT t.id, 0, t.tenant_id, 'EUR', a.id, b.id, 1 FROM ledger.txn t, ledger.account a, ledger.account b
        WHERE t.idem_key = '${key}' AND a.tenant_id = t.tenant_id AND a.kind = 'cpo_receivable'
          AND b.tenant_id = t.tenant_id AND b.kind = 'driver_payable' AND b.party = 'driver:a'`);
    expect(await world.rows("SELECT 1 FROM ledger.txn WHERE idem_key = $1 AND posted_at > '2020-01-01'", [key])).toHaveLength(1);
  });
});

describe('each leg', () => {
  const odd = [
    [0, 'transfer_amount'], [-1, 'transfer_amount'], ['1000000000000000', 'transfer_amount'], ['9223372036854775808', '22003'],
  ] as const;
  test.each(odd)('of %s micro-euro is refused by %s', async (micro, rule) => {
    const legs = [leg(['cpo', 'cpo_receivable'], ['driver:a', 'driver_payable'], micro)];
    expect(await refusalOf(world.post([adjustment(world.tenantId, { legs })]))).toBe(rule);
  });

  test('of 999,999,999.999999 EUR is accepted', async () => {
    const legs = [leg(['cpo', 'cpo_receivable'], ['driver:rich', 'driver_payable'], '999999999999999')];
    expect(await refusalOf(world.post([adjustment(world.tenantId, { legs })]))).toBeNull();
  });

  test('moves between two accounts', async () => {
    const legs = [leg(['cpo', 'cpo_receivable'], ['cpo', 'cpo_receivable'], 5)];
    expect(await refusalOf(world.post([adjustment(world.tenantId, { legs })]))).toBe('transfer_two_accounts');
  });

  test('stays within one tenant and one currency, and names kinds that exist', async () => {
    await world.post([adjustment(world.tenantId), adjustment(world.other.tenantId)]);
    const usd = `INSERT INTO ledger.account (tenant_id, party, kind, currency) VALUES (${world.tenantId}, 'driver:a', 'driver_payable', 'USD')
      ON CONFLICT DO NOTHING`;
    await world.asOwner(usd);
    const insert = (side: 'debit' | 'credit', where: string, currency = 'EUR') => {
      const key = freshKey('cross');
      const own = `a.tenant_id = ${world.tenantId} AND a.currency = 'EUR' AND a.kind = '${side === 'debit' ? 'driver_payable' : 'cpo_receivable'}'`;
      return refusalOf(world.asOwner(
        `INSERT INTO ledger.txn (tenant_id, kind, idem_key, body_hash, source_id, source_rev)
          VALUES (${world.tenantId}, 'adjustment', '${key}', sha256('x'), '${key}', 0)`,
        `INSERT INTO ledger.transfer (txn_id, leg, tenant_id, currency, ${side === 'debit' ? 'credit, debit' : 'debit, credit'}, micro)
          SELECT t.id, 0, t.tenant_id, '${currency}', a.id, b.id, 7 FROM ledger.txn t, ledger.account a, ledger.account b
          WHERE t.idem_key = '${key}' AND ${own} AND ${where} LIMIT 1`));
    };
    const foreign = `b.tenant_id = ${world.other.tenantId}`;
    expect(await insert('credit', foreign)).toBe('transfer_credit_of_tenant');
    expect(await insert('debit', foreign)).toBe('transfer_debit_of_tenant');
    expect(await insert('credit', "b.currency = 'USD'")).toBe('transfer_credit_of_tenant');
    expect(await insert('debit', "b.currency = 'USD'")).toBe('transfer_debit_of_tenant');
    const legs = [{ debit: { party: 'cpo', kind: 'cpo_receivable' as const }, credit: { party: 'x', kind: 'slush' as 'driver_payable' }, micro: '1' }];
    expect(await refusalOf(world.post([adjustment(world.tenantId, { legs })]))).toBe('22P02');
  });
});

describe('each account', () => {
  test('exists once, has a party and a currency', async () => {
    await world.post([adjustment(world.tenantId)]);
    const insert = (party: string, currency: string) => refusalOf(world.asOwner(
      `INSERT INTO ledger.account (tenant_id, party, kind, currency) VALUES (${world.tenantId}, '${party}', 'cpo_receivable', '${currency}')`));
    expect(await insert('cpo', 'EUR')).toBe('account_once');
    expect(await insert('', 'EUR')).toBe('account_party');
    expect(await insert('cpo', 'eur')).toBe('account_currency');
  });

  test.each(['driver_payable', 'msp_payable', 'cpo_payable', 'platform_payable'] as const)(
    'of kind %s is never overdrawn', async (kind) => {
      const party = freshKey('party');
      const give = adjustment(world.tenantId, { legs: [leg(['cpo', 'cpo_receivable'], [party, kind], 100)] });
      const take = (micro: number) => adjustment(world.tenantId, { legs: [leg([party, kind], ['out', 'payout_clearing'], micro)] });
      await world.post([give]);
      expect(await refusalOf(world.post([take(101)]))).toBe('balance_not_overdrawn');
      expect(await refusalOf(world.post([take(100)]))).toBeNull();
      expect(await refusalOf(world.post([take(1)]))).toBe('balance_not_overdrawn');
    });

  test('is not overdrawn by postings at the same time', async () => {
    const party = freshKey('party');
    await world.post([adjustment(world.tenantId, { legs: [leg(['cpo', 'cpo_receivable'], [party, 'driver_payable'], 100)] })]);
    const second = await createClient();
    const take = () => JSON.stringify([adjustment(world.tenantId, { legs: [leg([party, 'driver_payable'], ['out', 'payout_clearing'], 60)] })]);
    const took = await Promise.all([world.app, second].map((client) => refusalOf((async () => {
      await client.query("SELECT set_config('app.tenant', '*', false)");
      await client.query('SELECT ledger.post($1::jsonb)', [take()]);
    })())));
    await second.end();
    await world.app.query('RESET app.tenant');
    expect(new Set(took)).toEqual(new Set(['balance_not_overdrawn', null]));
    await assertBooksBalance(world);
  });
});

async function createClient(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: world.appUrl });
  await client.connect();
  return client;
}
