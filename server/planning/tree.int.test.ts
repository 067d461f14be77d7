import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { limitAt } from '#domain/planning/periods.ts';
import type { Plan } from '#domain/planning/plan.ts';
import { limitsOfProfile } from '#domain/planning/profile.ts';
import { DAY_S, HOUR_S } from '#domain/time/instant.ts';
import {
  EVENING_AT, MONDAY_AT, addTenant, createWorld, pricesFor, publishPrices, type TestTenant, type World,
} from '../settlement/world.fixture.ts';
import { siteLimits } from './limit-view.service.ts';
import { createOptimizer } from './optimizer.ts';
import { BROKEN_MILLI_WH, FATAL_MILLI_WH } from './optimizer-thread.fixture.ts';
import { addStation, openStay, type OpenStay } from './planning.fixture.ts';
import { planSessions, planTree } from './tree.service.ts';
import { dueSessions } from './planning.store.ts';

let world: World;
let stations = 0;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 12));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });
afterEach(async () => {
  await world.rows("UPDATE session SET state = 'CLOSED', plug_out_at = plug_in_at + interval '1 day' WHERE state = 'OPEN'");
  await world.rows('DELETE FROM power_limit');
});

const CAR_W = 11_040;
const READY_AT = EVENING_AT + 13 * HOUR_S;
type Stay = OpenStay & { stationId: string };

const siteLimit = (limitW: number, tenant: TestTenant = world) => world.rows(
  "INSERT INTO power_limit (tenant_id, location_id, limit_w, valid_from) VALUES ($1, $2, $3, '2026-01-01')", [tenant.tenantId, tenant.locationId, limitW]);
const planAll = (stays: readonly Stay[], deps = world.deps) => planSessions(deps, stays.map(({ id }) => id));
const newest = async (stay: Stay): Promise<Plan & { version: number }> => {
  const plan = (await stay.plans()).at(-1);
  if (plan === undefined) throw new Error('no plan');
  return plan;
};
const treePlans = () => world.rows<{ root: string; error: string | null; sessions: number; gap_exact: string | null; primal_cost: string; dual_cost: string; ms: number }>(
  'SELECT * FROM tree_plan ORDER BY created_at');

/** Cars that have drawn and wish 20 kWh until seven, below one site; planned once. */
async function park(count: number, tenant: TestTenant = world): Promise<Stay[]> {
  world.clock.at = EVENING_AT;
  const stays: Stay[] = [];
  for (let index = 0; index < count; index += 1) {
    stations += 1;
    const stationId = `TREE-${stations}`;
    await addStation({ ...world, ...tenant }, stationId, { compositeSchedule: false });
    const stay = { ...await openStay({ ...world, ...tenant }, stationId), stationId };
    await stay.wish({ readyByAt: READY_AT, energyMilliWh: 20_000_000 });
    stays.push(stay);
  }
  world.clock.at += 60;
  for (const stay of stays) await stay.meter(world.clock.at, 30_000, CAR_W);
  return stays;
}

const newestOf = (stays: readonly Stay[]) => inTurn(stays, newest);
const plansOf = (stays: readonly Stay[]) => inTurn(stays, (stay) => stay.plans());

async function inTurn<T>(stays: readonly Stay[], ask: (stay: Stay) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (const stay of stays) answers.push(await ask(stay));
  return answers;
}

/** The most that all stations together were told to draw, at any instant. */
async function mostTold(stays: readonly Stay[]): Promise<number> {
  const profiles: ReturnType<typeof limitsOfProfile>[] = [];
  for (const stay of stays) {
    const last = (await stay.commands()).at(-1);
    if (last !== undefined) profiles.push(limitsOfProfile(last.payload.profile, 3));
  }
  const instants = profiles.flat().map((period) => period.fromAt);
  return Math.max(...instants.map((at) => profiles.reduce((sum, periods) => sum + (limitAt(periods, Math.max(at, periods[0]?.fromAt ?? 0)) ?? 0), 0)));
}

describe('six cars below a site’s limit of two', () => {
  test('all get their energy by their time, within the limit at every instant, in one solve', async () => {
    await siteLimit(22_080);
    const stays = await park(6);
    const before = (await treePlans()).length;
    expect(await planAll(stays)).toBe(6);
    for (const stay of stays) {
      expect(await newest(stay)).toMatchObject({ mode: 'SMART', isShared: true, unservedMilliWh: 0 });
      expect((await newest(stay)).readyAt).toBeLessThanOrEqual(READY_AT);
    }
    expect(await mostTold(stays)).toBeLessThanOrEqual(22_080);
    expect(await mostTold(stays)).toBeGreaterThan(15_000);
    const solves = (await treePlans()).slice(before);
    expect(solves).toMatchObject([{ root: `site:${world.locationId}`, error: null, sessions: 6 }]);
    expect(solves[0]?.primal_cost).toBe(solves[0]?.dual_cost);
    expect(Number(solves[0]?.gap_exact)).toBeGreaterThanOrEqual(0);
    expect(await world.rows('SELECT DISTINCT (p.tree_plan_id IS NOT NULL) AS is_joint FROM plan p WHERE session_id = ANY ($1)', [stays.map(({ id }) => id)]))
      .toEqual([{ is_joint: true }]);
  });

  test('show their operator, and no other, load below the limit and what one more kW would be worth', async () => {
    await siteLimit(11_040);
    const stays = await park(6);
    await planAll(stays);
    const { limits, timeZone } = await siteLimits(world.deps, world.tenantId, world.locationId);
    expect(timeZone).toBe('Europe/Amsterdam');
    expect(limits).toMatchObject([{ stationId: null, proof: { sessions: 6, unservedMilliWh: 0 } }]);
    const slots = limits[0]?.slots ?? [];
    expect(slots.every((slot) => slot.limitW === 11_040 && slot.loadW <= 11_040)).toBe(true);
    expect(slots.some((slot) => slot.oneMoreKwMicro > 0)).toBe(true);
    // Where there is room, more of it is worth nothing.
    expect(slots.filter((slot) => slot.loadW < 4_000 && slot.oneMoreKwMicro > 0)).toEqual([]);
    const stranger = await addTenant(world.db, `ST${stations}`);
    await expect(siteLimits(world.deps, stranger.tenantId, world.locationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    world.clock.at += DAY_S;
    expect((await siteLimits(world.deps, world.tenantId, world.locationId)).limits).toEqual([]);
  });

  test('on the same facts nothing changes, and nobody stays due', async () => {
    await siteLimit(22_080);
    const stays = await park(4);
    await planAll(stays);
    for (const stay of stays) await stay.answer('ACCEPTED');
    await planAll(stays);
    const [plans, solves] = [await plansOf(stays), (await treePlans()).length];
    for (let times = 0; times < 3; times += 1) await planAll(stays);
    expect(await plansOf(stays)).toEqual(plans);
    expect(await treePlans()).toHaveLength(solves);
    const due = await world.db.asSystem((tx) => dueSessions(tx, new Date(world.clock.at * 1000), 100));
    expect(stays.filter(({ id }) => due.includes(id))).toEqual([]);
  });

  test('charge now has its part of the limit at once, and the others yield', async () => {
    await siteLimit(13_800);
    const stays = await park(5);
    await planAll(stays);
    const [hasty, ...others] = stays;
    if (hasty === undefined) throw new Error('no stay');
    await hasty.wish({ readyByAt: READY_AT, energyMilliWh: 20_000_000, priority: true });
    await planAll([hasty]);
    expect(await newest(hasty)).toMatchObject({ mode: 'PRIORITY', reason: 'CHARGE_NOW' });
    expect(limitAt((await newest(hasty)).periods, world.clock.at + 600)).toBeGreaterThanOrEqual(CAR_W);
    for (const stay of others) expect(limitAt((await newest(stay)).periods, world.clock.at + 600)).toBe(0);
    expect(await mostTold(stays)).toBeLessThanOrEqual(13_800);
  });

  test('a car whose station obeys nothing is left what it draws', async () => {
    await siteLimit(22_080);
    const stays = await park(3);
    await planAll(stays);
    const [wild, ...others] = stays;
    if (wild === undefined) throw new Error('no stay');
    await world.rows("UPDATE session SET steering = 'OBSERVE', facts_version = facts_version + 1 WHERE id = $1", [wild.id]);
    await wild.meter(world.clock.at + 1, 30_100, CAR_W);
    await planAll([wild]);
    expect(await newest(wild)).toMatchObject({ mode: 'OBSERVE' });
    const plans = await newestOf(others);
    const instants = plans.flatMap((plan) => plan.periods.map((period) => period.fromAt)).filter((at) => at >= world.clock.at);
    const most = Math.max(...instants.map((at) => plans.reduce((sum, plan) => sum + (limitAt(plan.periods, at) ?? 0), 0)));
    expect(most).toBeLessThanOrEqual(22_080 - CAR_W);
    for (const plan of plans) expect(plan.unservedMilliWh).toBe(0);
  });
});

describe('what is news to a tree', () => {
  test('a car that leaves wakes one neighbour, and all are planned anew', async () => {
    await siteLimit(11_040);
    const stays = await park(6);
    await planAll(stays);
    expect((await newestOf(stays)).some((plan) => plan.unservedMilliWh > 0)).toBe(false);
    await siteLimit(8_280);
    await planAll(stays);
    const short = (await newestOf(stays)).reduce((sum, plan) => sum + plan.unservedMilliWh, 0);
    expect(short).toBeGreaterThan(0);
    const [leaver, ...others] = stays;
    await leaver?.stop();
    const due = await world.db.asSystem((tx) => dueSessions(tx, new Date(world.clock.at * 1000), 100));
    expect(others.filter(({ id }) => due.includes(id))).toHaveLength(1);
    await planAll(others.filter(({ id }) => due.includes(id)));
    expect((await newestOf(others)).reduce((sum, plan) => sum + plan.unservedMilliWh, 0)).toBeLessThan(short);
  });

  test('a limit that falls, and one that goes', async () => {
    await siteLimit(22_080);
    const stays = await park(3);
    await planAll(stays);
    await world.rows('UPDATE power_limit SET limit_w = 6000');
    expect((await inTurn(stays, (stay) => stay.session())).map((session) => session.planned)).toEqual([false, false, false]);
    await planAll(stays.slice(0, 1));
    expect(await mostTold(stays)).toBeLessThanOrEqual(6_000);
    await world.rows('DELETE FROM power_limit');
    await planAll(stays);
    for (const stay of stays) {
      expect(await newest(stay)).toMatchObject({ reason: 'LIMIT_CHANGED' });
      expect((await newest(stay)).isShared).toBeUndefined();
      expect((await newest(stay)).periods.at(-1)?.limitW).toBe(22_080);
    }
  });
});

describe('a feeder above two operators’ sites', () => {
  test('is kept by all together, and each operator sees its own part', async () => {
    const other = await addTenant(world.db, `TW${stations}`);
    const [grid] = await world.rows<{ id: number }>("INSERT INTO organisation (kind, name) VALUES ('GRID_OPERATOR', 'Grid') RETURNING id");
    const [feeder] = await world.rows<{ id: string }>("INSERT INTO grid_node (owner_id, kind, name) VALUES ($1, 'FEEDER', 'F') RETURNING id", [grid?.id]);
    await world.rows('UPDATE location SET grid_node_id = $1 WHERE id = ANY ($2)', [feeder?.id, [world.locationId, other.locationId]]);
    await world.rows("INSERT INTO power_limit (tenant_id, grid_node_id, limit_w, valid_from) VALUES ($1, $2, 22080, '2026-01-01')", [grid?.id, feeder?.id]);
    await siteLimit(13_800, other);
    const [here, there] = [await park(3), await park(3, other)];
    await planAll(here.slice(0, 1));
    expect(await mostTold([...here, ...there])).toBeLessThanOrEqual(22_080);
    expect(await mostTold(there)).toBeLessThanOrEqual(13_800);
    for (const stay of [...here, ...there]) expect(await newest(stay)).toMatchObject({ unservedMilliWh: 0, isShared: true });
    const seenBy = (tenantId: number) => world.db.withTenant(tenantId, async (tx) => ({
      limits: await tx.$queryRaw<{ limit_w: number }[]>`SELECT limit_w FROM power_limit ORDER BY limit_w`,
      solved: await tx.$queryRaw<object[]>`SELECT location_id, grid_node_id FROM tree_plan_limit`,
      trees: await tx.$queryRaw<object[]>`SELECT 1 FROM tree_plan`,
      nodes: await tx.$queryRaw<object[]>`SELECT name FROM grid_node`,
    }));
    expect(await seenBy(other.tenantId)).toEqual({
      limits: [{ limit_w: 13_800 }, { limit_w: 22_080 }], trees: [], nodes: [{ name: 'F' }],
      solved: [{ location_id: other.locationId, grid_node_id: null }],
    });
    expect((await seenBy(grid?.id ?? 0)).solved).toContainEqual({ location_id: null, grid_node_id: feeder?.id });
    // The grid operator changes its limit without seeing a stay, and all stays below are due.
    await world.db.withTenant(grid?.id ?? 0, (tx) => tx.$executeRaw`UPDATE power_limit SET limit_w = 12000 WHERE grid_node_id IS NOT NULL`);
    for (const stay of [...here, ...there]) expect(await stay.session()).toMatchObject({ planned: false });
    await planAll(there.slice(0, 1));
    expect(await mostTold([...here, ...there])).toBeLessThanOrEqual(12_000);
    await world.rows('UPDATE location SET grid_node_id = NULL');
  });
});

describe('two workers', () => {
  test('never plan one tree at the same time', async () => {
    const other = await world.secondWorker();
    await siteLimit(22_080);
    const stays = await park(4);
    const root = `site:${world.locationId}`;
    for (let round = 1; round <= 4; round += 1) {
      for (const stay of stays) await stay.wish({ readyByAt: READY_AT - round * HOUR_S, energyMilliWh: 10_000_000 });
      const outcomes = await Promise.all([planTree(world.deps, root), planTree(other, root), planTree(world.deps, root)]);
      expect(outcomes.filter(({ state }) => state === 'PLANNED').length).toBeGreaterThan(0);
      expect(outcomes.every(({ state }) => state !== 'FAILED')).toBe(true);
      await planTree(world.deps, root);
      for (const stay of stays) {
        const versions = (await stay.plans()).map(({ version }) => version);
        expect(versions).toEqual(versions.map((_, index) => index + 1));
        expect((await stay.commands()).filter(({ state }) => state === 'REQUESTED')).toHaveLength(1);
      }
      expect(await mostTold(stays)).toBeLessThanOrEqual(22_080);
    }
  });
});

describe('a solve that fails', () => {
  test.each([
    ['throws', BROKEN_MILLI_WH.throws, 'seventeen'], ['dies', FATAL_MILLI_WH, 'exited'],
    ['hangs', BROKEN_MILLI_WH.hangs, 'no answer'], ['takes all memory', BROKEN_MILLI_WH.fills, 'memory'],
  ] as const)('and %s leaves the last plans in force, is reported, and the next one works', async (_, energyMilliWh, message) => {
    const optimizer = createOptimizer(world.deps.log, { thread: new URL('./optimizer-thread.fixture.ts', import.meta.url), timeoutMs: energyMilliWh === BROKEN_MILLI_WH.hangs ? 3_000 : 14_000, memoryMb: 64 });
    const deps = { ...world.deps, optimizer };
    await siteLimit(22_080);
    const stays = await park(4);
    await planAll(stays, deps);
    const [first] = stays;
    if (first === undefined) throw new Error('no stay');
    const plans = await plansOf(stays);
    await world.rows('DELETE FROM station_event');
    await first.wish({ energyMilliWh });
    await planAll([first], deps);
    expect(await plansOf(stays)).toEqual(plans);
    expect(await first.session()).toMatchObject({ planned: false });
    expect((await treePlans()).at(-1)?.error).toContain(message);
    expect(await world.rows('SELECT kind, severity, tenant_id FROM station_event')).toEqual([{ kind: 'PLANNING_FAILED', severity: 'WARNING', tenant_id: world.tenantId }]);
    const [newcomer] = await park(1);
    if (newcomer === undefined) throw new Error('no stay');
    await planAll([newcomer], deps);
    expect((await newest(newcomer)).periods.every((period) => period.limitW === 0 || period.limitW === 4_140)).toBe(true);
    expect(await mostTold([...stays, newcomer])).toBeLessThanOrEqual(22_080);
    await world.rows("UPDATE tree_plan SET created_at = created_at - interval '2 minutes'");
    await first.wish({ readyByAt: READY_AT, energyMilliWh: 18_000_000 });
    await planAll([first], deps);
    expect(await newest(first)).toMatchObject({ reason: 'WISH_CHANGED', targetMilliWh: 18_000_000 });
    expect((await treePlans()).at(-1)?.error).toBe(null);
    await optimizer.close();
  }, 60_000);
});
