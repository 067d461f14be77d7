import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { normaliseReading } from '#domain/charging/meter-values.ts';
import { createWorld, type World } from '../settlement/world.fixture.ts';
import { storeReadings, type NewReading } from './readings.store.ts';

/** More than one notification holds. */
const SESSIONS = 450;
let world: World;
let transactions: { id: number; session_id: string }[];

beforeAll(async () => {
  world = await createWorld();
  const terms = [world.tenantId, world.locationId, world.programmeId, world.contractId, SESSIONS];
  transactions = await world.rows(`
    WITH s AS (INSERT INTO session (tenant_id, location_id, station_id, evse_id, id_token, programme_version_id, contract_id,
        sale_price_micro, plug_in_at, plug_out_at, state)
      SELECT $1, $2, 'ST-1', 1, 'C' || n, $3, $4, 1, '2026-03-02T17:00:00Z', '2026-03-02T18:00:00Z', 'CLOSED' FROM generate_series(1, $5) n
      RETURNING id, tenant_id, id_token)
    INSERT INTO transaction (tenant_id, session_id, station_id, evse_id, ocpp_id, id_token, started_at, started_received_at,
      meter_start_milli_wh, stopped_at, state)
    SELECT tenant_id, id, 'ST-1', 1, id_token, id_token, '2026-03-02T17:00:00Z', '2026-03-02T17:00:00Z', 0, '2026-03-02T18:00:00Z', 'ENDED' FROM s
    RETURNING id, session_id`, terms);
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

function readingOf(transactionId: number, index: number): NewReading {
  const at = new Date(Date.parse('2026-03-02T17:10:00Z') + index * 1000);
  return {
    tenantId: world.tenantId, stationId: 'ST-1', evseId: 1, transactionId, measuredAt: at, receivedAt: at, clockFlag: null,
    reading: normaliseReading([{ value: String(index) }]),
  };
}

/** Stores in one transaction. @returns how many statements that took. */
async function store(rows: readonly NewReading[]): Promise<number> {
  let statements = 0;
  await world.db.asSystem((tx) => storeReadings(new Proxy(tx, {
    get(target, name) {
      if (name === '$queryRaw' || name === '$executeRaw') statements += 1;
      return Reflect.get(target, name) as unknown;
    },
  }), rows));
  return statements;
}

describe('storing readings', () => {
  test('moves each session once and tells the bus of all of them, in the one statement', async () => {
    const told: string[] = [];
    const unsubscribe = world.bus.subscribe('session', (ids) => told.push(...ids ?? []));
    const rows = transactions.flatMap(({ id }, index) => [readingOf(id, 2 * index), readingOf(id, 2 * index + 1)]);
    expect(await store(rows)).toBe(1);
    await expect.poll(() => told.length).toBe(SESSIONS);
    expect(new Set(told)).toEqual(new Set(transactions.map((transaction) => transaction.session_id)));
    const versions = () => world.rows('SELECT DISTINCT facts_version::int AS version FROM session');
    expect(await versions()).toEqual([{ version: 2 }]);

    // The same again, as after a lost answer, and one more: only the new one is told.
    const [first] = transactions;
    await store([...rows, readingOf(first?.id ?? 0, 5_000)]);
    await expect.poll(() => told.length).toBe(SESSIONS + 1);
    expect(told.at(-1)).toBe(first?.session_id);
    unsubscribe();
  });

  test('by a statement of its own is durable, sees every tenant, and lets nothing else see more', async () => {
    const [first] = transactions;
    const count = () => world.rows<{ n: number }>('SELECT count(*)::int AS n FROM meter_reading');
    const [before] = await count();
    await storeReadings(world.db.statement, [readingOf(first?.id ?? 0, 6_000)]);
    expect(await count()).toEqual([{ n: (before?.n ?? 0) + 1 }]);
    expect(await world.db.open.meterReading.count()).toBe(0);
  });
});
