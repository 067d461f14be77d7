import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_S, HOUR_S, type InstantS } from '#domain/time/instant.ts';
import { forgetCard } from '../auth/privacy.store.ts';
import {
  EVENING_AT, MONDAY_AT, addTenant, bareSession, createWorld, pricesFor, publishPrices, type World,
} from '../settlement/world.fixture.ts';
import { countDepartures } from './departure.service.ts';
import { dueDepartures, neverCounted } from './departure.store.ts';
import { addStation, openStay, type OpenStay } from './planning.fixture.ts';
import { planAlone } from './planning.service.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 40));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

let stations = 0;
async function plugIn(at: InstantS, card: string): Promise<OpenStay> {
  stations += 1;
  world.clock.at = at;
  await addStation(world, `DEP-${stations}`);
  const stay = await openStay(world, `DEP-${stations}`);
  await world.rows('UPDATE session SET id_token = $2 WHERE id = $1', [stay.id, card]);
  return stay;
}

/** A stay from plug-in to plug-out, planned once; `isNow`: to charge now. */
async function stayed(at: InstantS, hours: number, card: string, isNow = false): Promise<OpenStay> {
  const stay = await plugIn(at, card);
  if (isNow) await stay.wish({ priority: true });
  await planAlone(world.deps, [stay.id]);
  world.clock.at = at + hours * HOUR_S;
  await stay.stop();
  return stay;
}

const survivalOf = async (stay: OpenStay) => (await world.rows<{ survival: number[] }>(
  'SELECT survival FROM departure_expected WHERE session_id = $1', [stay.id]))[0]?.survival;
const counted = () => world.rows<{ scope: string; stays: string }>(
  'SELECT scope, sum(stays)::text AS stays FROM departure_count WHERE tenant_id = $1 GROUP BY scope ORDER BY scope', [world.tenantId]);

describe('a closed stay', () => {
  test('is counted once, by whichever worker comes first, however often it is told or corrected', async () => {
    const stay = await stayed(EVENING_AT, 13, 'ONCE');
    expect(await world.db.asSystem((tx) => dueDepartures(tx, 100))).toContain(stay.id);
    const second = await world.secondWorker();
    const both = await Promise.all([countDepartures(world.deps, [stay.id]), countDepartures(second, [stay.id])]);
    expect(both.toSorted((a, b) => a - b)).toEqual([0, 1]);
    await world.rows('UPDATE session SET plug_out_at = plug_out_at + interval \'1 hour\', facts_version = facts_version + 1 WHERE id = $1', [stay.id]);
    expect(await countDepartures(world.deps, [stay.id, stay.id])).toBe(0);
    expect(await counted()).toEqual([
      { scope: 'DRIVER', stays: '1' }, { scope: 'EVERYBODY', stays: '1' }, { scope: 'STATION', stays: '1' },
    ]);
    expect(await world.db.asSystem((tx) => dueDepartures(tx, 100))).not.toContain(stay.id);
  });

  test('that was never planned is found at a worker’s start and counted with the others', async () => {
    const id = await bareSession(world, world, 'ST-1');
    expect(await world.db.asSystem((tx) => neverCounted(tx, 10))).toEqual([id]);
    expect(await countDepartures(world.deps, [id])).toBe(1);
    expect(await world.db.asSystem((tx) => neverCounted(tx, 10))).toEqual([]);
  });

  test('keeps no card number, and is no other tenant’s', async () => {
    const keys = await world.rows<{ key: string }>("SELECT key FROM departure_count WHERE scope = 'DRIVER'");
    expect(keys.every(({ key }) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
    const other = await addTenant(world.db, 'OTHER');
    const seen = await world.db.withTenant(other.tenantId, (tx) => tx.departureCount.count());
    const own = await world.db.withTenant(world.tenantId, (tx) => tx.departureCount.count());
    expect([seen, own > 0]).toEqual([0, true]);
  });
});

describe('the energy of closed stays', () => {
  /** A stay that took 8 kWh: the car was seen to take no more, was still held, or charged at once. */
  async function took8Kwh(card: string, at: InstantS, end: 'FULL' | 'HELD' | 'NOW'): Promise<void> {
    const stay = await stayed(at, 13, card, end === 'NOW');
    await world.rows('UPDATE transaction SET meter_stop_milli_wh = meter_start_milli_wh + 8000000 WHERE session_id = $1', [stay.id]);
    if (end === 'FULL') {
      await world.rows(`UPDATE plan SET content = jsonb_set(content, '{carIs}', '"FULL"') WHERE session_id = $1`, [stay.id]);
    }
    await countDepartures(world.deps, [stay.id]);
  }
  const firstPlanOf = async (card: string, at: InstantS) => {
    const stay = await plugIn(at, card);
    await planAlone(world.deps, [stay.id]);
    return (await stay.plans()).at(-1);
  };

  test('is what the next one of the card is planned for, its least first', async () => {
    for (let night = 0; night < 6; night += 1) {
      await took8Kwh('SMALL', EVENING_AT + night * DAY_S, 'FULL');
      await took8Kwh('CUT', EVENING_AT + night * DAY_S, 'HELD');
      await took8Kwh('NOW', EVENING_AT + night * DAY_S, 'NOW');
    }
    const at = EVENING_AT + 6 * DAY_S;
    const [small, cut, now] = [
      await firstPlanOf('SMALL', at), await firstPlanOf('CUT', at), await firstPlanOf('NOW', at),
    ];
    expect(small?.targetMilliWh).toBeLessThan(12_000_000);
    expect(small?.leastMilliWh).toBeLessThanOrEqual(8_000_000);
    // What was cut short took at least that: it makes no target smaller.
    expect(cut?.targetMilliWh).toBeGreaterThan(small?.targetMilliWh ?? 0);
    expect(now?.targetMilliWh).toBeGreaterThan(small?.targetMilliWh ?? 0);
    const counts = await world.rows<{ sum: number; n: string }>(`SELECT (SELECT sum(x::numeric)::float8 FROM jsonb_array_elements_text(energy) AS e (x)) AS sum,
      jsonb_array_length(energy)::text AS n FROM departure_count WHERE tenant_id = $1 AND scope = 'DRIVER' AND stays = 6`, [world.tenantId]);
    expect(counts.map(({ n }) => n)).toEqual(['101', '101', '101']);
    for (const { sum } of counts) expect(sum).toBeCloseTo(6, 3);
  });
});

describe('a forgotten card', () => {
  test('takes its habits with it', async () => {
    const stay = await stayed(EVENING_AT, 3, 'Gone-Card');
    await countDepartures(world.deps, [stay.id]);
    const cards = () => world.rows("SELECT 1 FROM departure_count WHERE scope = 'DRIVER'");
    const before = await cards();
    await world.db.asSystem((tx) => forgetCard(tx, {
      tenantId: world.tenantId, uid: 'GONE-CARD', pseudonym: 'gone-1', personId: randomUUID(),
    }));
    expect(await cards()).toHaveLength(before.length - 1);
  });
});

describe('a stay without a wish', () => {
  test('of a card that always stays the night waits for the valley; a stranger’s charges at once', async () => {
    for (let night = 0; night < 8; night += 1) {
      const stay = await stayed(EVENING_AT + night * DAY_S, 13, 'SLEEPER');
      await countDepartures(world.deps, [stay.id]);
    }
    const at = EVENING_AT + 8 * DAY_S;
    const energyOf = async (card: string) => {
      const stay = await plugIn(at, card);
      await planAlone(world.deps, [stay.id]);
      world.clock.at += 60;
      await stay.meter(world.clock.at, 184_000, 11_040);
      await planAlone(world.deps, [stay.id]);
      const plan = (await stay.plans()).at(-1);
      expect(plan).toMatchObject({ mode: 'SMART', readyByAt: null });
      const late = plan?.slots.filter((slot) => slot.startAt >= at + 4 * HOUR_S) ?? [];
      return { late: late.reduce((sum, slot) => sum + slot.energyMilliWh, 0), until: plan?.deadlineAt ?? 0 };
    };
    const sleeper = await energyOf('SLEEPER');
    expect(sleeper.late).toBeGreaterThan(15_000_000);
    expect(sleeper.until).toBeGreaterThan(at + 12 * HOUR_S);
    expect((await energyOf('STRANGER')).late).toBeLessThan(sleeper.late);
  });

  test('is planned by the curve, also where a time was guessed from the driver’s past', async () => {
    const at = EVENING_AT + 10 * DAY_S;
    const planOf = async (guessedAt: number | null) => {
      const stay = await plugIn(at, 'SLEEPER');
      if (guessedAt !== null) {
        await world.rows(`INSERT INTO charging_preference (tenant_id, session_id, version, ready_by_at, source, request_id, made_at)
          VALUES ($1, $2, 1, $3, 'HISTORY', gen_random_uuid(), $4)`,
        [world.tenantId, stay.id, new Date(guessedAt * 1000), new Date(at * 1000)]);
      }
      await planAlone(world.deps, [stay.id]);
      const plan = (await stay.plans()).at(-1);
      return { slots: plan?.slots, readyByAt: plan?.readyByAt, deadlineAt: plan?.deadlineAt };
    };
    const silent = await planOf(null);
    expect(silent).toMatchObject({ readyByAt: null });
    expect(await planOf(at + 2 * HOUR_S)).toEqual(silent);
  });

  test('keeps what was expected when it began, whatever is learned meanwhile', async () => {
    const at = EVENING_AT + 12 * DAY_S;
    const stay = await plugIn(at, 'FIXED');
    await planAlone(world.deps, [stay.id]);
    const [before, plans] = [await survivalOf(stay), await stay.plans()];
    expect(before).toHaveLength(49);
    await world.rows('UPDATE departure_count SET counts = \'{}\'::jsonb');
    await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [stay.id]);
    await planAlone(world.deps, [stay.id]);
    expect(await survivalOf(stay)).toEqual(before);
    expect(await stay.plans()).toEqual(plans);
    // Counts of another format count for nothing and stop no plan.
    const next = await plugIn(at, 'AFTER');
    await planAlone(world.deps, [next.id]);
    expect(await next.plans()).toHaveLength(1);
    world.clock.at = at + HOUR_S;
    await next.stop();
    expect(await countDepartures(world.deps, [next.id])).toBe(1);
  });
});
