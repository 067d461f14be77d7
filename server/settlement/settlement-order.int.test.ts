import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_S } from '#domain/time/instant.ts';
import { createPrices } from '../market/price.service.ts';
import { createOptimizer } from '../planning/optimizer.ts';
import { reportStatus } from '../fleet/station.service.ts';
import { settleSessions } from './settlement.service.ts';
import { NIGHT, MONDAY_AT, assertBooksBalance, createWorld, pricesFor, publishPrices, storeStay, type World } from './world.fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const night = (n: number, station = 1) => ({
  ...NIGHT, stationId: `ST-${station}`, idToken: `ST-CARD-${station}`, plugInAt: NIGHT.plugInAt + n * DAY_S, plugOutAt: NIGHT.plugOutAt + n * DAY_S,
});

async function latest(id: string) {
  const [row] = await world.rows<{ rev: number; figures: unknown }>(`SELECT rev, result->'figures' AS figures FROM ledger.settlement
    WHERE session_id = $1 ORDER BY rev DESC LIMIT 1`, [id]);
  return row;
}

async function stateOf(id: string) {
  const [row] = await world.rows<{ settle_state: string; settle_reason: string | null; is_due: boolean }>(
    'SELECT settle_state, settle_reason, settled_version < facts_version AS is_due FROM session WHERE id = $1', [id]);
  return row;
}

describe('prices', () => {
  test('that nobody knows keep a stay waiting; their publication wakes it, a revision revises it', async () => {
    const id = await storeStay(world, night(0));
    expect(await settleSessions(world.deps, [id])).toBe(0);
    expect(await stateOf(id)).toMatchObject({ settle_state: 'WAITING_PRICES', settle_reason: expect.stringContaining('no published price'), is_due: false });
    expect(await latest(id)).toBeUndefined();

    await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8));
    expect(await stateOf(id)).toMatchObject({ is_due: true });
    await settlesTo(id, 1);
    expect(await stateOf(id)).toMatchObject({ settle_state: 'SETTLED', settle_reason: null });
    const first = await latest(id);

    const doubled = pricesFor(MONDAY_AT - 2 * DAY_S, 8, (ticks) => ticks * 2);
    await publishPrices(world, doubled, 'correction');
    expect(await stateOf(id)).toMatchObject({ is_due: true });
    await settlesTo(id, 1);
    const second = await latest(id);
    expect(second?.rev).toBe(1);
    expect(savingOf(second?.figures)).toBe(2n * savingOf(first?.figures));

    // Of a day that the stay did not touch: nobody is woken.
    await publishPrices(world, pricesFor(MONDAY_AT + 4 * DAY_S, 1, (ticks) => ticks + 1), 'another day');
    expect(await stateOf(id)).toMatchObject({ is_due: false });
    await assertBooksBalance(world);
  });
});

/** The cache of prices is emptied by the bus, a moment after the publication. */
async function settlesTo(id: string, posted: number): Promise<void> {
  await expect.poll(async () => {
    await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [id]);
    return await settleSessions(world.deps, [id]);
  }, { timeout: 5_000 }).toBe(posted);
}

function savingOf(figures: unknown): bigint {
  return BigInt((figures as { savingExact: string }).savingExact);
}

describe('readings', () => {
  test('in any order, with copies and late, end in the figures of an in-order run', async () => {
    const inOrder = await storeStay(world, night(1, 1));
    const disordered = await storeStay(world, night(1, 2));
    await settleSessions(world.deps, [inOrder]);
    const expected = await latest(inOrder);
    const trace = await world.rows<{ measured_at: Date; register_milli_wh: string; power_w: number }>(`SELECT measured_at, register_milli_wh, power_w
      FROM meter_reading WHERE transaction_id = (SELECT id FROM transaction WHERE session_id = $1) ORDER BY measured_at`, [disordered]);
    const clear = () => world.rows('DELETE FROM meter_reading WHERE transaction_id = (SELECT id FROM transaction WHERE session_id = $1)', [disordered]);
    let copies = 0;
    const deliver = async (index: number, lateS: number) => {
      const reading = trace[index];
      copies += 1;
      await world.rows(`INSERT INTO meter_reading (tenant_id, station_id, evse_id, transaction_id, measured_at, received_at, context, digest,
          register_milli_wh, power_w, samples)
        SELECT tenant_id, station_id, evse_id, id, $2, $2::timestamptz + make_interval(secs => $3), 'Sample.Periodic', $4, $5, $6, '[]'
        FROM transaction WHERE session_id = $1`, [disordered, reading?.measured_at, lateS, copies, reading?.register_milli_wh, reading?.power_w]);
      await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [disordered]);
    };
    const orders = fc.shuffledSubarray(trace.map((_, index) => index), { minLength: trace.length });
    await fc.assert(fc.asyncProperty(orders, fc.infiniteStream(fc.nat(99)), async (order, stream) => {
      const draw = () => Number(stream.next().value);
      await clear();
      for (const [nth, index] of order.entries()) {
        await deliver(index, draw() < 30 ? draw() * 600 : 1);
        if (draw() < 20) await deliver(index, draw() * 600);
        if (nth % 15 === 14) await settleSessions(world.deps, [disordered]);
      }
      await settleSessions(world.deps, [disordered]);
      expect((await latest(disordered))?.figures).toEqual(expected?.figures);
      await assertBooksBalance(world);
    }), { numRuns: 20 });
    expect((await latest(disordered))?.rev).toBeGreaterThan(10);
  }, 120_000);
});

describe('a station that was away', () => {
  beforeAll(() => publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 8), 'the week'));

  /** Everything later than `fromAt` into the stay arrives twelve hours after its end. */
  async function queued(id: string, stay: ReturnType<typeof night>, fromAt: number): Promise<void> {
    const arrival = new Date((stay.plugOutAt + 12 * 3_600) * 1_000);
    const from = new Date(fromAt * 1_000);
    await world.rows(`UPDATE meter_reading SET received_at = $2 WHERE measured_at > $3
      AND transaction_id = (SELECT id FROM transaction WHERE session_id = $1)`, [id, arrival, from]);
    await world.rows('DELETE FROM clock_anchor WHERE station_id = $1 AND last_at >= $2', [stay.stationId, from]);
    await world.rows(`UPDATE transaction SET stopped_received_at = $2,
      started_received_at = CASE WHEN started_at > $3 THEN $2 ELSE started_received_at END WHERE session_id = $1`, [id, arrival, from]);
  }

  async function report(stationId: string, at: number): Promise<void> {
    await world.db.asSystem((tx) => reportStatus(tx, {
      station: { id: stationId, tenantId: world.tenantId, locationId: world.locationId }, evseId: 1, connectorId: 1, status: 'Available', errorCode: null,
      at: new Date(at * 1_000), receivedAt: new Date(at * 1_000 + 2_000), isClockSet: true, detail: {},
    }));
  }

  test.each([['until its stay had ended', 3_600], ['for its whole stay', -60]])(
    '%s is paid as one that was there, once its clock is seen to be right', async (_, awayAfterS) => {
      const n = awayAfterS > 0 ? 0 : 1;
      const inOrder = await storeStay(world, night(n, 4));
      const away = night(n, 3);
      await report(away.stationId, away.plugInAt - 7_200);
      const id = await storeStay(world, away);
      await queued(id, away, away.plugInAt + awayAfterS);
      await settleSessions(world.deps, [inOrder, id]);
      const [expected, blind] = [await latest(inOrder), await latest(id)];
      expect(savingOf(blind?.figures)).toBe(0n);
      expect(await stateOf(id)).toMatchObject({ is_due: false });

      await report(away.stationId, away.plugOutAt + 12 * 3_600 + 60);
      expect(await stateOf(id)).toMatchObject({ is_due: true });
      await settleSessions(world.deps, [id]);
      expect((await latest(id))?.figures).toEqual(expected?.figures);
      expect(savingOf(expected?.figures)).toBeGreaterThan(0n);
      // What proves it again changes nothing.
      await report(away.stationId, away.plugOutAt + 13 * 3_600);
      expect(await stateOf(id)).toMatchObject({ is_due: false });
      await assertBooksBalance(world);
    });
});

describe('two sessions on one EVSE at the same time', () => {
  test('are both stored; the second waits for a person, with the rule’s name, and nothing is posted', async () => {
    const first = await storeStay(world, night(2, 3));
    const second = await storeStay(world, { ...night(2, 3), idToken: 'ST-CARD-4', plugInAt: NIGHT.plugInAt + 2 * DAY_S + 3_600 });
    const apart = await storeStay(world, night(2, 4));
    expect(await settleSessions(world.deps, [second, first, apart])).toBe(2);
    const states = await Promise.all([first, second].map(stateOf));
    expect(new Set(states.map((state) => state?.settle_state))).toEqual(new Set(['REVIEW', 'SETTLED']));
    const refused = states[0]?.settle_state === 'REVIEW' ? first : second;
    expect(await stateOf(refused)).toMatchObject({ settle_reason: 'refused by occupancy_no_overlap', is_due: false });
    expect(await latest(refused)).toBeUndefined();
    expect(await stateOf(apart)).toMatchObject({ settle_state: 'SETTLED' });
    expect(await world.rows('SELECT 1 FROM ledger.txn WHERE source_id = $1', [refused])).toEqual([]);
    await assertBooksBalance(world);
  });

  test('a refusal that the ledger’s own functions make names its rule too', async () => {
    const id = await storeStay(world, night(2, 1));
    await world.rows(`CREATE FUNCTION refuse_it() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN IF NEW.session_id = '${id}' THEN PERFORM ledger.refuse('test_rule', 'no'); END IF; RETURN NEW; END $$`);
    await world.rows('CREATE TRIGGER refuse_it BEFORE INSERT ON ledger.settlement FOR EACH ROW EXECUTE FUNCTION refuse_it()');
    expect(await settleSessions(world.deps, [id])).toBe(0);
    await world.rows('DROP TRIGGER refuse_it ON ledger.settlement');
    expect(await stateOf(id)).toMatchObject({ settle_state: 'REVIEW', settle_reason: 'refused by test_rule' });
  });
});

describe('facts that contradict themselves', () => {
  test('stop their own stay only, with the reason', async () => {
    const good = await storeStay(world, night(-1, 1));
    const bad = await storeStay(world, night(-1, 2));
    const alsoGood = await storeStay(world, night(-1, 3));
    const [terms] = await world.rows<{ id: number }>(`INSERT INTO programme_version (tenant_id, version, valid_from, share_bp, driver_bp, msp_bp,
      cpo_bp, platform_bp, driver_cap_micro) VALUES ($1, 0, now(), 8000, 10000, 0, 0, 0, -5) RETURNING id`, [world.tenantId]);
    await world.rows('UPDATE session SET programme_version_id = $2 WHERE id = $1', [bad, terms?.id]);
    expect(await settleSessions(world.deps, [good, bad, alsoGood])).toBe(2);
    expect(await stateOf(bad)).toMatchObject({ settle_state: 'REVIEW', settle_reason: expect.stringContaining('cap must not be negative'), is_due: false });
  });
});

describe('two workers', () => {
  test('that settle the same stays at once make one settlement each, revision after revision', async () => {
    const other = await world.secondWorker();
    const ids = [await storeStay(world, night(3, 1)), await storeStay(world, night(3, 2)), await storeStay(world, night(3, 3)), await storeStay(world, night(3, 4))];
    const posted = await Promise.all([settleSessions(world.deps, ids), settleSessions(other, ids.toReversed())]);
    expect(posted.reduce((a, b) => a + b)).toBe(ids.length);
    await assertBooksBalance(world);
    for (let round = 1; round <= 4; round += 1) {
      await world.rows(`UPDATE transaction SET meter_stop_milli_wh = meter_stop_milli_wh + 1000 * $2 WHERE session_id = ANY ($1)`, [ids, round]);
      await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = ANY ($1)', [ids]);
      await Promise.all([settleSessions(world.deps, ids), settleSessions(other, ids.toReversed())]);
      // Whoever came second left what was due to the next round.
      await settleSessions(world.deps, ids);
      await assertBooksBalance(world);
      const live = await world.rows<{ rev: number; count: number }>(`SELECT max(rev) AS rev, count(*)::int AS count FROM ledger.settlement
        WHERE session_id = ANY ($1) GROUP BY session_id`, [ids]);
      expect(live).toEqual(ids.map(() => ({ rev: round, count: round + 1 })));
    }
    for (const id of ids) expect(await stateOf(id)).toMatchObject({ settle_state: 'SETTLED', is_due: false });
    const balances = await world.rows<{ off: string }>(`SELECT sum(b.credits - b.debits)::text AS off FROM ledger.balance b
      JOIN ledger.account a ON a.id = b.account_id WHERE a.kind IN ('driver_payable', 'driver_receivable')`);
    const owed = await world.rows<{ off: string }>(`SELECT sum(driver_micro)::text AS off FROM (SELECT DISTINCT ON (session_id) driver_micro
      FROM ledger.settlement ORDER BY session_id, rev DESC) z`);
    expect(balances).toEqual(owed);
  }, 60_000);
});

describe('a crash', () => {
  test('between posting and finishing leaves nothing half done, and the next run completes', async () => {
    const id = await storeStay(world, night(4, 1));
    const crashing = { ...world.deps, db: { ...world.db, asSystem: <T>(work: Parameters<typeof world.db.asSystem<T>>[0]) => world.db.asSystem(async (tx) => {
      const result = await work(tx);
      const [row] = await tx.$queryRaw<{ posted: number }[]>`SELECT count(*)::int AS posted FROM ledger.settlement WHERE session_id = ${id}::uuid`;
      if ((row?.posted ?? 0) > 0) throw new Error('the power went out');
      return result;
    }) } };
    await expect(settleSessions(crashing, [id])).rejects.toThrow('the power went out');
    expect(await latest(id)).toBeUndefined();
    expect(await world.rows('SELECT 1 FROM ledger.txn WHERE source_id = $1', [id])).toEqual([]);
    expect(await stateOf(id)).toMatchObject({ settle_state: 'PENDING', is_due: true });
    await assertBooksBalance(world);
    expect(await settleSessions(world.deps, [id])).toBe(1);
    await assertBooksBalance(world);
  });

  test('of the bus does not hide new prices from a settlement', async () => {
    const id = await storeStay(world, night(6, 1));
    const deaf = { ...world.deps, prices: createPrices(world.db, { subscribe: () => () => undefined, close: () => Promise.resolve() }) };
    expect(await settleSessions(deaf, [id])).toBe(0);
    await publishPrices(world, pricesFor(MONDAY_AT + 5 * DAY_S, 4), 'late prices');
    expect(await settleSessions(deaf, [id])).toBe(1);
  });

  test('of the thread that settles leaves the stay due', async () => {
    const id = await storeStay(world, night(5, 1));
    const optimizer = createOptimizer(world.deps.log);
    await optimizer.close();
    const dying = { ...world.deps, optimizer: { ...optimizer, run: () => Promise.reject(new Error('optimizer thread exited with 1')) } };
    await expect(settleSessions(dying, [id])).rejects.toThrow('exited');
    expect(await stateOf(id)).toMatchObject({ settle_state: 'PENDING', is_due: true });
  });
});

describe('two stays on one EVSE', () => {
  /** The station's clock was 40 min ahead: everything arrived that long before it happened. */
  const CLOCK_AHEAD_S = 40 * 60;
  const hours = (n: number) => n * 3_600;

  test('are both settled where only a wrong clock makes them overlap, and not where they do', async () => {
    await publishPrices(world, pricesFor(MONDAY_AT - 2 * DAY_S, 12), 'all days');
    const early = { ...night(-1, 4), plugOutAt: night(-1, 4).plugInAt + hours(9) };
    const id = await storeStay(world, early);
    await world.rows(`UPDATE meter_reading SET received_at = received_at - make_interval(secs => $2)
      WHERE transaction_id = (SELECT id FROM transaction WHERE session_id = $1)`, [id, CLOCK_AHEAD_S]);
    await world.rows(`UPDATE transaction SET started_received_at = started_received_at - make_interval(secs => $2),
      stopped_received_at = stopped_received_at - make_interval(secs => $2) WHERE session_id = $1`, [id, CLOCK_AHEAD_S]);
    const trueEndAt = early.plugOutAt - CLOCK_AHEAD_S;
    const neighbour = await storeStay(world, { ...early, idToken: 'NEXT', plugInAt: trueEndAt + 120, plugOutAt: trueEndAt + hours(6) });
    const intruder = await storeStay(world, { ...early, idToken: 'COPY', plugInAt: trueEndAt + hours(1), plugOutAt: trueEndAt + hours(5) });
    await settleSessions(world.deps, [id]);
    await settleSessions(world.deps, [neighbour]);
    await settleSessions(world.deps, [intruder]);
    expect(await stateOf(id)).toMatchObject({ settle_state: 'SETTLED' });
    expect(await stateOf(neighbour)).toMatchObject({ settle_state: 'SETTLED' });
    expect(await stateOf(intruder)).toMatchObject({ settle_state: 'REVIEW', settle_reason: 'refused by occupancy_no_overlap' });
    await assertBooksBalance(world);
  });
});
