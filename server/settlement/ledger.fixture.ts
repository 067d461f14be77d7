import pg from 'pg';
import { addTenant, bareSession, createWorld, type TestTenant, type World } from './world.fixture.ts';
import type { AccountKind, LedgerEntry, Leg } from './settlement.store.ts';

export type LedgerWorld = World & {
  other: TestTenant;
  app: pg.Client;
  /** Posts as valley_app in a transaction of its own, seeing `tenant` ('*': all; null: none was set). */
  post(entries: LedgerEntry[], tenant?: string | null): Promise<string[]>;
  /** Runs statements as valley_app, then commits. */
  asApp(...statements: string[]): Promise<void>;
  /** Runs statements in one transaction as the owner, then commits. */
  asOwner(...statements: string[]): Promise<void>;
};

export async function createLedgerWorld(): Promise<LedgerWorld> {
  const world = await createWorld();
  const other = await addTenant(world.db, 'OT');
  const app = new pg.Client({ connectionString: world.appUrl });
  await app.connect();
  const together = async <T>(client: pg.Client, work: () => Promise<T>): Promise<T> => {
    await client.query('BEGIN');
    try {
      const result = await work();
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
  };
  const runAll = async (client: pg.Client, statements: string[]) => {
    for (const statement of statements) await client.query(statement);
  };
  return {
    ...world, other, app,
    post: (entries, tenant = '*') => together(app, async () => {
      if (tenant !== null) await app.query("SELECT set_config('app.tenant', $1, true)", [tenant]);
      const { rows } = await app.query<{ ids: string[] }>('SELECT ledger.post($1::jsonb) AS ids', [JSON.stringify(entries)]);
      return rows[0]?.ids ?? [];
    }),
    asApp: (...statements) => together(app, () =>
      runAll(app, ["SELECT set_config('app.tenant', '*', true)", ...statements])),
    asOwner: (...statements) => together(world.owner, () => runAll(world.owner, statements)),
    async [Symbol.asyncDispose]() {
      await app.end();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** refusalOf is the constraint that a refused write names, else its SQLSTATE; null where it was accepted. */
export async function refusalOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return error.constraint ?? error.code ?? error.message;
  }
}

export function leg(from: [string, AccountKind], to: [string, AccountKind], micro: string | number): Leg {
  return { debit: { party: from[0], kind: from[1] }, credit: { party: to[0], kind: to[1] }, micro: String(micro) };
}

let keys = 0;
/** A key nobody used before. */
export function freshKey(prefix = 'test key'): string {
  keys += 1;
  return `${prefix} ${keys}`;
}

/** The CPO owes the driver: an adjustment that holds all rules unless `change` breaks one. */
export function adjustment(tenant: number, change: Partial<LedgerEntry> = {}): LedgerEntry {
  const key = freshKey();
  return {
    tenant, kind: 'adjustment', key, sourceId: key, sourceRev: 0,
    legs: [leg(['cpo', 'cpo_receivable'], ['driver:a', 'driver_payable'], 1_000_000)], ...change,
  };
}

type Parts = { driver: number; msp: number; cpo: number; platform: number; capped: number };
const PARTS: Parts = { driver: 600, msp: 150, cpo: 150, platform: 100, capped: 0 };

/** A settlement of a pot of 1,000 micro-euro that holds all rules unless `change` breaks one. */
export function settlement(
  args: { tenant: TestTenant; sessionId: string; rev?: number; parts?: Partial<Parts>; fields?: Record<string, unknown> },
  change: Partial<LedgerEntry> = {},
): LedgerEntry {
  const { tenant, sessionId, rev = 0 } = args;
  const parts = { ...PARTS, ...args.parts };
  const pot = parts.driver + parts.msp + parts.cpo + parts.platform + parts.capped;
  const paid: [number, [string, AccountKind]][] = [
    [parts.driver, ['driver:a', 'driver_payable']], [parts.msp, ['msp', 'msp_payable']],
    [parts.cpo, ['cpo', 'cpo_payable']], [parts.platform, ['platform', 'platform_payable']],
  ];
  return {
    tenant: tenant.tenantId, kind: 'settlement', key: `settlement ${sessionId} ${rev}`, sourceId: sessionId, sourceRev: rev,
    legs: paid.filter(([micro]) => micro > 0).map(([micro, to]) => leg(['cpo', 'cpo_receivable'], to, micro)),
    settlement: {
      sessionId, rev, programmeVersionId: tenant.programmeId, energyMilliWh: 1_000_000,
      baselineExact: String(pot * 100_000), actualExact: '0', potMicro: String(pot), driverMicro: String(parts.driver),
      mspMicro: String(parts.msp), cpoMicro: String(parts.cpo), platformMicro: String(parts.platform),
      cappedMicro: String(parts.capped), factsDigest: 'ab'.repeat(32), facts: {}, result: {},
      settledAt: '2026-03-03T00:00:00Z', periods: [], ...args.fields,
    },
    ...change,
  };
}

/** reversalOf mirrors an entry that was posted as `txnId`. */
export function reversalOf(entry: LedgerEntry, txnId: string, change: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    tenant: entry.tenant, kind: 'reversal', key: freshKey('reversal'), sourceId: entry.sourceId, sourceRev: entry.sourceRev,
    reverses: txnId, legs: entry.legs.map(({ debit, credit, micro }) => ({ debit: credit, credit: debit, micro })), ...change,
  };
}

/** A bare session of the world's tenant. */
export function aSession(world: LedgerWorld, stationId = 'ST-1'): Promise<string> {
  return bareSession(world, world, stationId);
}
