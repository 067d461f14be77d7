import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '#domain/time/instant.ts';
import { EVENING_AT, MONDAY_AT, ZONE, createWorld, pricesFor, publishPrices, type World } from '../settlement/world.fixture.ts';
import { addStation, openStay, type OpenStay } from './planning.fixture.ts';
import { createOptimizer } from './optimizer.ts';
import { FATAL_MILLI_WH } from './optimizer-thread.fixture.ts';
import { planSessions } from './tree.service.ts';
import { dueSessions, nextWake } from './planning.store.ts';

let world: World;
let stations = 0;
beforeAll(async () => {
  world = await createWorld();
  world.clock.at = EVENING_AT;
  // As at 18:00 local: tomorrow is published until its local midnight.
  await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 9.96));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const CAR_W = 11_040;

async function plugIn(capabilities: object = {}): Promise<OpenStay & { stationId: string }> {
  stations += 1;
  const stationId = `PLAN-${stations}`;
  world.clock.at = EVENING_AT;
  await addStation(world, stationId, capabilities);
  return { ...await openStay(world, stationId), stationId };
}

const plan = (stay: OpenStay) => planSessions(world.deps, [stay.id]);

/** A car that has drawn since plug-in, a wish for 07:00, and a plan that the station accepted. */
async function planned(capabilities: object = {}) {
  const stay = await plugIn({ compositeSchedule: false, ...capabilities });
  await stay.wish({ readyByAt: EVENING_AT + 13 * HOUR_S, energyMilliWh: 20_000_000 });
  await plan(stay);
  world.clock.at += 60;
  await stay.answer('ACCEPTED');
  await stay.meter(world.clock.at, 184_000, CAR_W);
  await plan(stay);
  await stay.answer('ACCEPTED');
  return stay;
}

describe('a plug-in', () => {
  test('makes the first plan, free until the car draws, and a command with it', async () => {
    const stay = await plugIn();
    expect(await plan(stay)).toBe(1);
    expect(await stay.plans()).toMatchObject([{ version: 1, reason: 'PLUG_IN', mode: 'PROBE' }]);
    const [command, ...more] = await stay.commands();
    expect(more).toEqual([]);
    expect(command).toMatchObject({
      state: 'REQUESTED', rung: 'TX_PROFILE', plan_version: 1,
      payload: { evseId: 1, profile: { purpose: 'TxProfile', transactionOcppId: stay.ocppId } },
    });
    expect(command?.payload.profile.periods[0]).toEqual({ startOffsetS: 0, limit: 32 });
    const { planned: isPlanned, wake_at } = await stay.session();
    expect(isPlanned).toBe(true);
    expect(wake_at?.getTime()).toBe((EVENING_AT + 300) * 1000);
    expect((await world.db.asSystem((tx) => nextWake(tx)))?.getTime()).toBeLessThanOrEqual((EVENING_AT + 300) * 1000);
  });

  test('on the same facts makes nothing more', async () => {
    const stay = await planned();
    await plan(stay);
    const [plans, commands] = [await stay.plans(), await stay.commands()];
    for (let times = 0; times < 3; times += 1) await plan(stay);
    expect(await stay.plans()).toEqual(plans);
    expect(await stay.commands()).toEqual(commands);
    expect(await world.db.asSystem((tx) => dueSessions(tx, new Date(world.clock.at * 1000), 100))).not.toContain(stay.id);
  });

  test('of a car that draws ends the probe with the cheapest quarters', async () => {
    const stay = await planned();
    expect(await stay.plans()).toMatchObject([{ reason: 'PLUG_IN' }, { version: 2, reason: 'PROBE_DONE', mode: 'SMART' }]);
    const smart = (await stay.plans())[1];
    expect(smart?.expectedCashbackMicro).toMatch(/^[1-9]\d+$/);
    const used = smart?.slots.filter((slot) => slot.energyMilliWh > 0).map((slot) => slot.priceTicks ?? 0) ?? [];
    const idle = smart?.slots.filter((slot) => slot.energyMilliWh === 0).map((slot) => slot.priceTicks ?? 0) ?? [];
    expect(Math.max(...used)).toBeLessThanOrEqual(Math.min(...idle));
  });
});

describe('the driver', () => {
  test('who changes the wish gets another version, and the station is told', async () => {
    const stay = await planned();
    await stay.wish({ readyByAt: EVENING_AT + 9 * HOUR_S, energyMilliWh: 20_000_000 });
    await plan(stay);
    const last = (await stay.plans()).at(-1);
    expect(last).toMatchObject({ version: 3, reason: 'WISH_CHANGED', readyByAt: EVENING_AT + 9 * HOUR_S });
    expect(last?.readyAt).toBeLessThanOrEqual(EVENING_AT + 9 * HOUR_S);
    expect((await stay.commands()).at(-1)).toMatchObject({ plan_version: 3, state: 'REQUESTED' });
  });

  test('who charges now gets full power at once, and can undo it', async () => {
    const stay = await planned();
    await stay.wish({ readyByAt: EVENING_AT + 13 * HOUR_S, energyMilliWh: 20_000_000, priority: true });
    await plan(stay);
    expect((await stay.plans()).at(-1)).toMatchObject({ reason: 'CHARGE_NOW', mode: 'PRIORITY' });
    expect((await stay.commands()).at(-1)?.payload.profile.periods).toEqual([{ startOffsetS: 0, limit: 32 }]);
    await stay.wish({ readyByAt: EVENING_AT + 13 * HOUR_S, energyMilliWh: 20_000_000 });
    await plan(stay);
    expect((await stay.plans()).at(-1)).toMatchObject({ reason: 'BACK_TO_SMART', mode: 'SMART' });
    const commands = await stay.commands();
    expect(commands.map(({ state }) => state)).toEqual(['ACCEPTED', 'ACCEPTED', 'SUPERSEDED', 'REQUESTED']);
  });
});

describe('prices', () => {
  test('that change replan the stays they matter to, and no other', async () => {
    const stay = await planned();
    const far = await plugIn();
    await far.wish({ readyByAt: EVENING_AT + 2 * HOUR_S, energyMilliWh: 5_000_000 });
    await plan(far);
    const before = (await far.plans()).length;
    const changedAt = EVENING_AT + 9 * HOUR_S;
    await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 9.96, (ticks, at) => (at >= changedAt ? ticks + 100_000 : ticks)), 'correction');
    expect(await world.db.asSystem((tx) => dueSessions(tx, new Date(0), 100))).toEqual(expect.arrayContaining([stay.id, far.id]));
    await planSessions(world.deps, [stay.id, far.id]);
    expect((await stay.plans()).at(-1)).toMatchObject({ reason: 'PRICES_PUBLISHED' });
    expect(await far.plans()).toHaveLength(before);
    await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 9.96), 'correction of the correction');
  });

  test('that were expected are replanned when they are published', async () => {
    const stay = await plugIn();
    await stay.meter(EVENING_AT + 1, 10_000, CAR_W);
    await stay.wish({ readyByAt: EVENING_AT + 40 * HOUR_S, energyMilliWh: 60_000_000 });
    await plan(stay);
    expect((await stay.plans())[0]?.slots.some((slot) => slot.priceKind === 'expected')).toBe(true);
    await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 12), 'the next day');
    await plan(stay);
    const last = (await stay.plans()).at(-1);
    expect(last).toMatchObject({ version: 2, reason: 'PRICES_PUBLISHED' });
    expect(last?.slots.every((slot) => slot.priceKind === 'published')).toBe(true);
    expect(ZONE).toBe('NL');
  });
});

describe('a limit', () => {
  test('above the session replans it within the limit', async () => {
    const stay = await planned();
    await world.rows(`INSERT INTO power_limit (tenant_id, location_id, station_id, evse_id, limit_w, valid_from)
      VALUES ($1, $2, $3, 1, 5000, '2026-01-01')`, [world.tenantId, world.locationId, stay.stationId]);
    await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [stay.id]);
    await plan(stay);
    const last = (await stay.plans()).at(-1);
    expect(last).toMatchObject({ reason: 'LIMIT_CHANGED' });
    expect(Math.max(...(last?.periods.map((period) => period.limitW) ?? []))).toBeLessThanOrEqual(5_000);
  });
});

describe('two workers', () => {
  test('at once make one version and one command of each stay', async () => {
    const other = await world.secondWorker();
    const stays = [await plugIn(), await plugIn(), await plugIn(), await plugIn()];
    const ids = stays.map(({ id }) => id);
    for (let round = 1; round <= 5; round += 1) {
      for (const stay of stays) await stay.wish({ readyByAt: EVENING_AT + (4 + round) * HOUR_S, energyMilliWh: 10_000_000 });
      await Promise.all([planSessions(world.deps, ids), planSessions(other, ids.toReversed()), planSessions(world.deps, ids)]);
      for (const stay of stays) {
        expect((await stay.plans()).map(({ version }) => version)).toEqual(Array.from({ length: round }, (_, index) => index + 1));
        expect((await stay.commands()).filter(({ state }) => state === 'REQUESTED')).toHaveLength(1);
      }
    }
  });

  test('never steer a stay that closed while they planned', async () => {
    const stay = await plugIn();
    const slow = { ...world.deps, optimizer: { ...world.deps.optimizer, run: async <T>(work: Parameters<typeof world.deps.optimizer.run<T>>[0]) => {
      const result = await world.deps.optimizer.run(work);
      await stay.stop();
      return result;
    } } };
    await planSessions(slow, [stay.id]);
    expect(await stay.plans()).toEqual([]);
    expect(await stay.commands()).toEqual([]);
  });
});

describe('a thread that dies while it plans', () => {
  test('leaves the last plan in force and the stay due; the next call works', async () => {
    const optimizer = createOptimizer(world.deps.log, { thread: new URL('./optimizer-thread.fixture.ts', import.meta.url) });
    const deps = { ...world.deps, optimizer };
    const stay = await plugIn();
    await planSessions(deps, [stay.id]);
    const [plans, commands] = [await stay.plans(), await stay.commands()];
    expect(plans).toHaveLength(1);
    await stay.wish({ energyMilliWh: FATAL_MILLI_WH });
    await expect(planSessions(deps, [stay.id])).rejects.toThrow('exited');
    expect(await stay.plans()).toEqual(plans);
    expect(await stay.commands()).toEqual(commands);
    expect(await stay.session()).toMatchObject({ planned: false });
    await stay.wish({ energyMilliWh: 20_000_000 });
    await planSessions(deps, [stay.id]);
    expect((await stay.plans()).at(-1)).toMatchObject({ version: 2, reason: 'WISH_CHANGED', targetMilliWh: 20_000_000 });
    await optimizer.close();
  });
});
