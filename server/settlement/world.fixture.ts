import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import pg from 'pg';
import type { PriceInterval } from '#domain/market/price.ts';
import { syntheticPrices } from '#domain/market/synthetic.ts';
import { DAY_S, HOUR_S, dateFromSeconds, type InstantS } from '#domain/time/instant.ts';
import { storePastStays, type PastStay } from '#prisma/seed/past-stays.ts';
import { connectBus, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { createDb, type Db, type StatementDb } from '../db/client.ts';
import { testDatabase } from '../db/test-database.ts';
import { createPrices } from '../market/price.service.ts';
import { importPublication } from '../market/price.store.ts';
import { createOptimizer } from '../planning/optimizer.ts';
import type { SettlementDeps } from './settlement.service.ts';

/** 2026-03-02T00:00:00Z, a Monday. */
export const MONDAY_AT: InstantS = 1_772_409_600;
/** 18:00 in Amsterdam, where the evening's prices are highest. */
export const EVENING_AT = MONDAY_AT + 17 * HOUR_S;
export const ZONE = 'NL';

export type TestTenant = { tenantId: number; locationId: string; programmeId: number; contractId: number };
export type World = AsyncDisposable & TestTenant & {
  db: StatementDb;
  bus: Bus;
  deps: SettlementDeps;
  owner: pg.Client;
  appUrl: string;
  /** Domain time stands at `clock.at` until a test moves it. */
  clock: { at: InstantS };
  /** Dependencies of a second worker on the same database, with connections and a thread of its own. */
  secondWorker(): Promise<SettlementDeps>;
  rows<T>(sql: string, values?: unknown[]): Promise<T[]>;
};

const silent = pino({ level: 'silent' });

/** A database with one tenant, a programme, a contract and stations ST-1 … ST-4 (three phases, 22,080 W). */
export async function createWorld(): Promise<World> {
  const database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const clock = { at: MONDAY_AT + 3 * DAY_S };
  const open = async () => {
    const db = createDb(database.appUrl, { connections: 5 });
    const bus = await connectBus(database.appUrl, silent);
    const optimizer = createOptimizer(silent);
    const deps: SettlementDeps = { db, clock: clockAt(clock), log: silent, optimizer, prices: createPrices(db, bus) };
    return { db, bus, deps };
  };
  const first = await open();
  const opened = [first];
  const tenant = await addTenant(first.db, 'ST');
  return {
    ...first, ...tenant, owner, clock, appUrl: database.appUrl,
    async secondWorker() {
      const next = await open();
      opened.push(next);
      return next.deps;
    },
    rows: async <T>(sql: string, values: unknown[] = []) => (await owner.query(sql, values)).rows as T[],
    async [Symbol.asyncDispose]() {
      for (const { db, bus, deps } of opened) {
        await deps.optimizer.close();
        await bus.close();
        await db.close();
      }
      await owner.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

function clockAt(clock: { at: InstantS }): Clock {
  return { now: () => dateFromSeconds(clock.at), speed: () => 1, topSpeed: () => 1, realMsUntil: () => 0 };
}

/** addTenant makes a CPO with stations `<prefix>-1` … `<prefix>-4` and the driver cards `<prefix>-CARD-1` … 4. */
export async function addTenant(db: Db, prefix: string): Promise<TestTenant> {
  const { id: tenantId } = await db.open.organisation.create({ data: { kind: 'CPO', name: `CPO ${prefix}` } });
  return await db.asSystem(async (tx) => {
    const validFrom = dateFromSeconds(MONDAY_AT - 30 * DAY_S);
    const location = await tx.location.create({ data: {
      tenantId, name: 'Street', timeZone: 'Europe/Amsterdam', biddingZone: ZONE, salePriceMicro: 450_000n,
    } });
    const programme = await tx.programmeVersion.create({ data: {
      tenantId, version: 1, validFrom, shareBp: 8_000, driverBp: 6_000, mspBp: 1_500, cpoBp: 1_500, platformBp: 1_000,
    } });
    const contract = await tx.contract.create({ data: { tenantId, kind: 'DAY_AHEAD', biddingZone: ZONE, validFrom } });
    for (const n of [1, 2, 3, 4]) {
      const driver = await tx.person.create({ data: { name: `Driver ${n}`, email: `${prefix}-${n}@test.valley`.toLowerCase() } });
      await tx.idToken.create({ data: { tenantId, uid: `${prefix}-CARD-${n}`, driverId: driver.id } });
      await tx.chargingStation.create({ data: {
        id: `${prefix}-${n}`, tenantId, locationId: location.id, keyHash: Buffer.alloc(32, n),
      } });
      await tx.evse.create({ data: { tenantId, stationId: `${prefix}-${n}`, evseId: 1, phases: 3, maxPowerW: 22_080 } });
    }
    return { tenantId, locationId: location.id, programmeId: programme.id, contractId: contract.id };
  });
}

/** Made-up prices of the days from `fromAt` on; `change` makes another version of them. */
export function pricesFor(fromAt: InstantS, days: number, change = (ticks: number, _at: InstantS) => ticks): PriceInterval[] {
  return syntheticPrices({ seed: 7, fromAt, toAt: fromAt + days * DAY_S, localOffsetS: () => HOUR_S })
    .map((price) => ({ ...price, priceTicks: change(price.priceTicks, price.startAt) }));
}

export async function publishPrices(world: Pick<World, 'db' | 'clock'>, intervals: PriceInterval[], source = 'test'): Promise<void> {
  await importPublication(world.db, {
    biddingZone: ZONE, source, publishedAt: dateFromSeconds(world.clock.at), synthetic: true, intervals,
  });
}

/** An evening and night at ST-1 in which the plan moves 20 kWh into the valley. */
export const NIGHT: PastStay = {
  stationId: 'ST-1', evseId: 1, idToken: 'ST-CARD-1', plugInAt: EVENING_AT, plugOutAt: EVENING_AT + 13 * HOUR_S,
  energyMilliWh: 20_000_000, powerW: 11_040,
};

/** storeStay stores a closed stay of the world's tenant as gateway and worker would have left it. @returns its id. */
export async function storeStay(world: World, stay: PastStay = NIGHT): Promise<string> {
  const known = new Set(await sessionIds(world));
  await world.db.asSystem((tx) => storePastStays(tx, {
    tenantId: world.tenantId, stays: [stay], prices: pricesFor(MONDAY_AT - DAY_S, 20),
  }));
  const id = (await sessionIds(world)).find((one) => !known.has(one));
  if (id === undefined) throw new Error('the stay was not stored');
  return id;
}

async function sessionIds(world: World): Promise<string[]> {
  return (await world.rows<{ id: string }>('SELECT id FROM session')).map(({ id }) => id);
}

/** A closed session without anything in it, for entries that are written by hand. */
export async function bareSession(world: Pick<World, 'rows'>, tenant: TestTenant, stationId: string): Promise<string> {
  const id = randomUUID();
  await world.rows(`INSERT INTO session (id, tenant_id, location_id, station_id, evse_id, id_token, programme_version_id, contract_id,
    sale_price_micro, plug_in_at, plug_out_at, state) VALUES ($1, $2, $3, $4, 1, 'CARD', $5, $6, 450000, $7, $8, 'CLOSED')`,
  [id, tenant.tenantId, tenant.locationId, stationId, tenant.programmeId, tenant.contractId,
    dateFromSeconds(EVENING_AT), dateFromSeconds(EVENING_AT + HOUR_S)]);
  return id;
}

/** Σ debits − Σ credits over all balances, and transfers that their balances do not show: both 0 in sound books. */
export async function assertBooksBalance(world: Pick<World, 'rows'>): Promise<void> {
  const [trial] = await world.rows<{ imbalance: string }>(
    'SELECT coalesce(sum(debits - credits), 0)::text AS imbalance FROM ledger.balance');
  const drifted = await world.rows(`
    SELECT b.account_id FROM ledger.balance b
    WHERE b.debits <> (SELECT coalesce(sum(micro), 0) FROM ledger.transfer t WHERE t.debit = b.account_id)
      OR b.credits <> (SELECT coalesce(sum(micro), 0) FROM ledger.transfer t WHERE t.credit = b.account_id)`);
  if (trial?.imbalance !== '0' || drifted.length > 0) {
    throw new Error(`the books do not balance: ${trial?.imbalance}, ${drifted.length} accounts drifted`);
  }
}
