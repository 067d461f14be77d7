import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_S, HOUR_S, dateFromSeconds } from '#domain/time/instant.ts';
import { addStation, openStay, type OpenStay } from '../planning/planning.fixture.ts';
import { planSessions } from '../planning/tree.service.ts';
import { EVENING_AT, MONDAY_AT, createWorld, pricesFor, publishPrices, type World } from '../settlement/world.fixture.ts';
import { gridTree } from './grid.service.ts';
import { addNode, endLimit, setLimit } from './limit.service.ts';

let world: World;
let grid: number;
let transformer: string;
let feeder: string;
let stays: OpenStay[];

beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 12));
  grid = (await world.db.open.organisation.create({ data: { kind: 'GRID_OPERATOR', name: 'Grid' } })).id;
  transformer = (await addNode(world.deps, grid, { requestId: randomUUID(), kind: 'TRANSFORMER', name: 'Old Town', parentId: null })).gridNodeId;
  feeder = (await addNode(world.deps, grid, { requestId: randomUUID(), kind: 'FEEDER', name: 'Harbour', parentId: transformer })).gridNodeId;
  await world.rows('UPDATE location SET grid_node_id = $1 WHERE id = $2', [feeder, world.locationId]);
  world.clock.at = EVENING_AT;
  stays = [];
  for (const stationId of ['GRID-1', 'GRID-2', 'GRID-3']) {
    await addStation(world, stationId, { compositeSchedule: false });
    const stay = await openStay(world, stationId);
    await stay.wish({ readyByAt: EVENING_AT + 13 * HOUR_S, energyMilliWh: 20_000_000 });
    stays.push(stay);
  }
  world.clock.at += 60;
  for (const stay of stays) await stay.meter(world.clock.at, 30_000, 11_040);
  await plan();
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const plan = () => planSessions(world.deps, stays.map(({ id }) => id));
const tree = (tenantId = grid) => gridTree(world.deps, tenantId);
const limitOn = (gridNodeId: string, limitW: number, more: { from?: Date; to?: Date; requestId?: string } = {}) => setLimit(
  world.deps, grid, { requestId: randomUUID(), from: null, to: null, ...more, gridNodeId, limitW });
const rowsOf = (id: string) => world.rows<{ limit_w: number; valid_from: Date; valid_to: Date | null }>(
  'SELECT limit_w, valid_from, valid_to FROM power_limit WHERE grid_node_id = $1 ORDER BY valid_from, limit_w', [id]);
/** The most that the plans in force let all cars draw together. */
async function mostTold(): Promise<number> {
  const plans = await Promise.all(stays.map(async (stay) => (await stay.plans()).at(-1)));
  const edges = plans.flatMap((one) => one?.periods.map(({ fromAt }) => fromAt) ?? []).filter((at) => at >= world.clock.at);
  return Math.max(...edges.map((at) => plans.reduce((sum, one) => sum + (one?.periods.findLast(({ fromAt }) => fromAt <= at)?.limitW ?? 0), 0)));
}

test('a grid without limits is shown with the sites below it; what three cars draw is not told', async () => {
  expect(await tree()).toMatchObject([
    { id: transformer, kind: 'TRANSFORMER', depth: 0, evses: 7, sites: [], limitW: null, loadW: null, slots: [], limits: [] },
    { id: feeder, kind: 'FEEDER', depth: 1, evses: 7, sites: [{ name: 'Street', operator: 'CPO ST', evses: 7 }], loadW: null },
  ]);
});

describe('a limit that a grid operator sets', () => {
  test('wakes all stays below it at once, and their plans keep it with a proof', async () => {
    expect(await mostTold()).toBeGreaterThan(16_000);
    await limitOn(feeder, 16_000);
    expect(await Promise.all(stays.map(async (stay) => (await stay.session()).planned))).toEqual([false, false, false]);
    await plan();
    expect(await mostTold()).toBeLessThanOrEqual(16_000);
    const [above, node] = await tree();
    expect(above).toMatchObject({ limitW: null, madeAt: null, proof: null });
    expect(node).toMatchObject({ limitW: 16_000, proof: { sessions: 3, isCertified: true, unservedMilliWh: 0 } });
    expect(node?.slots.some(({ oneMoreKwMicro }) => oneMoreKwMicro > 0)).toBe(true);
  });

  test('takes the place of the one before it, and a second tap changes nothing', async () => {
    world.clock.at += 60;
    const requestId = randomUUID();
    const twice = await Promise.all([limitOn(feeder, 18_000, { requestId }), limitOn(feeder, 18_000, { requestId })]);
    expect(twice).toEqual([{ limitId: requestId }, { limitId: requestId }]);
    const now = dateFromSeconds(world.clock.at);
    expect(await rowsOf(feeder)).toMatchObject([{ limit_w: 16_000, valid_to: now }, { limit_w: 18_000, valid_from: now, valid_to: null }]);
  });

  test('is refused where its request was another limit before, and so is a node', async () => {
    const parentId = null;
    const requestId = randomUUID();
    const node = (await addNode(world.deps, grid, { requestId, kind: 'FEEDER', name: 'Twice', parentId })).gridNodeId;
    await addNode(world.deps, grid, { requestId, kind: 'FEEDER', name: 'Twice', parentId });
    await expect(addNode(world.deps, grid, { requestId, kind: 'FEEDER', name: 'Other', parentId })).rejects.toMatchObject({ code: 'CONFLICT' });
    const limitId = randomUUID();
    await limitOn(node, 18_000, { requestId: limitId });
    await expect(limitOn(node, 17_000, { requestId: limitId })).rejects.toMatchObject({ code: 'CONFLICT' });
    const to = dateFromSeconds(world.clock.at + HOUR_S);
    await expect(limitOn(node, 18_000, { requestId: limitId, to })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await rowsOf(node)).toMatchObject([{ limit_w: 18_000, valid_to: null }]);
    await world.rows('DELETE FROM power_limit WHERE grid_node_id = $1', [node]);
    await world.rows('DELETE FROM grid_node WHERE id = $1', [node]);
  });

  test('holds for its span only, and the lowest of several holds', async () => {
    const [from, to] = [1, 3].map((hours) => dateFromSeconds(world.clock.at + hours * HOUR_S));
    if (from === undefined || to === undefined) throw new Error('no span');
    const { limitId } = await limitOn(feeder, 9_000, { from, to });
    await plan();
    const node = (await tree())[1];
    expect(node).toMatchObject({ limitW: 18_000, limits: [{ limitW: 18_000, to: null }, { limitW: 9_000, from, to }] });
    const inside = node?.slots.filter(({ startAt }) => startAt >= from && startAt < to) ?? [];
    expect(new Set(inside.map(({ limitW }) => limitW))).toEqual(new Set([9_000]));
    await endLimit(world.deps, grid, limitId);
    expect((await tree())[1]?.limits).toHaveLength(1);
  });

  test('is refused with a sentence that says what to change', async () => {
    const [past, soon] = [-60, 3_600].map((seconds) => dateFromSeconds(world.clock.at + seconds));
    if (past === undefined || soon === undefined) throw new Error('no instants');
    await expect(limitOn(feeder, 1, { from: past })).rejects.toThrow('Leave it empty to begin now');
    await expect(limitOn(feeder, 1, { from: soon, to: soon })).rejects.toThrow('The end must come after the beginning');
    await expect(limitOn(randomUUID(), 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('what is drawn is told from five cars on, and each quarter for itself', async () => {
  await using own = await createWorld();
  const operator = (await own.db.open.organisation.create({ data: { kind: 'GRID_OPERATOR', name: 'Grid' } })).id;
  await addNode(own.deps, operator, { requestId: randomUUID(), kind: 'FEEDER', name: 'Quay', parentId: null });
  await own.rows('UPDATE location SET grid_node_id = (SELECT id FROM grid_node) WHERE id = $1', [own.locationId]);
  await addStation(own, 'GRID-5', { compositeSchedule: false });
  await own.rows("INSERT INTO evse (tenant_id, station_id, evse_id) VALUES ($1, 'GRID-5', 1)", [own.tenantId]);
  own.clock.at = EVENING_AT;
  const node = async () => (await gridTree(own.deps, operator))[0];
  expect(await node()).toMatchObject({ isTold: true, evses: 5, loadW: 0, delivered: { highest: null, isWithheld: false } });
  const cars: OpenStay[] = [];
  const quarter = async () => {
    for (const car of cars) {
      await car.meter(own.clock.at + 60, (own.clock.at - EVENING_AT) * 1_000, 4_000);
      await car.meter(own.clock.at + 660, (own.clock.at - EVENING_AT) * 1_000 + 1_000_000, 4_000);
    }
    own.clock.at += 900;
  };
  for (const stationId of ['ST-1', 'ST-2', 'ST-3', 'ST-4']) cars.push(await openStay(own, stationId));
  await quarter();
  expect(await node()).toMatchObject({ isTold: true, loadW: null, delivered: { highest: null, isWithheld: true } });
  cars.push(await openStay(own, 'GRID-5'));
  await quarter();
  expect(await node()).toMatchObject({ loadW: 20_000, delivered: { highest: { startAt: EVENING_AT + 900 }, isWithheld: true } });
});

describe('limits until further notice that take each other’s place', () => {
  const at = (days: number) => dateFromSeconds(world.clock.at + days * DAY_S);
  const ownNode = async (name: string) => (await addNode(
    world.deps, grid, { requestId: randomUUID(), kind: 'FEEDER', name, parentId: null })).gridNodeId;

  test('one that is called off before it began gives the one before it its end back', async () => {
    const node = await ownNode('Called off');
    await limitOn(node, 44_000);
    const scheduled = await limitOn(node, 30_000, { from: at(8) });
    const between = await limitOn(node, 20_000, { from: at(4) });
    expect(await rowsOf(node)).toMatchObject([{ limit_w: 44_000, valid_to: at(4) }, { limit_w: 20_000, valid_to: at(8) }, { valid_to: null }]);
    await endLimit(world.deps, grid, between.limitId);
    expect(await rowsOf(node)).toMatchObject([{ limit_w: 44_000, valid_to: at(8) }, { limit_w: 30_000, valid_to: null }]);
    await endLimit(world.deps, grid, scheduled.limitId);
    expect(await rowsOf(node)).toMatchObject([{ limit_w: 44_000, valid_to: null }]);
  });

  test('one from now on ends what holds, though another is to take its place later', async () => {
    const node = await ownNode('From now on');
    const start = dateFromSeconds(world.clock.at);
    await limitOn(node, 44_000);
    const later = at(8);
    const scheduled = await limitOn(node, 30_000, { from: later });
    world.clock.at += 60;
    const now = dateFromSeconds(world.clock.at);
    await limitOn(node, 100_000);
    expect(await rowsOf(node)).toMatchObject([
      { limit_w: 44_000, valid_from: start, valid_to: now }, { limit_w: 100_000, valid_from: now, valid_to: later }, { limit_w: 30_000, valid_to: null },
    ]);
    await endLimit(world.deps, grid, scheduled.limitId);
    expect(await rowsOf(node)).toMatchObject([{ limit_w: 44_000, valid_to: now }, { limit_w: 100_000, valid_to: null }]);
  });

  test('one that a person ended does not come back when a later one is called off', async () => {
    const node = await ownNode('Ended');
    const held = await limitOn(node, 44_000);
    const scheduled = await limitOn(node, 30_000, { from: at(8) });
    world.clock.at += 60;
    await endLimit(world.deps, grid, held.limitId);
    await endLimit(world.deps, grid, scheduled.limitId);
    expect(await rowsOf(node)).toMatchObject([{ limit_w: 44_000, valid_to: dateFromSeconds(world.clock.at) }]);
  });
});

describe('another organisation', () => {
  test('sees nothing of this grid and limits nothing in it', async () => {
    const other = (await world.db.open.organisation.create({ data: { kind: 'GRID_OPERATOR', name: 'Other' } })).id;
    expect(await tree(other)).toEqual([]);
    await expect(setLimit(world.deps, other, { requestId: randomUUID(), gridNodeId: feeder, limitW: 0, from: null, to: null }))
      .rejects.toMatchObject({ code: 'NOT_FOUND' });
    // The operator of the site sees the node above it, and the database still refuses its limit.
    const forged = world.db.withTenant(world.tenantId, (tx) => tx.powerLimit.create({ data: {
      tenantId: world.tenantId, gridNodeId: feeder, limitW: 0, validFrom: dateFromSeconds(world.clock.at),
    } }));
    await expect(forged).rejects.toThrow(/row-level security/);
  });

  test('whose drivers are few is not told apart: below five charging points nothing of their load is told', async () => {
    const { gridNodeId } = await addNode(world.deps, grid, { requestId: randomUUID(), kind: 'FEEDER', name: 'Quay', parentId: transformer });
    const site = await world.db.asSystem((tx) => tx.location.create({ data: {
      tenantId: world.tenantId, name: 'Quay', biddingZone: 'NL', salePriceMicro: 1n, gridNodeId,
    } }));
    await world.rows("UPDATE charging_station SET location_id = $1 WHERE id IN ('ST-1', 'ST-2')", [site.id]);
    const quay = (await tree()).find(({ id }) => id === gridNodeId);
    expect(quay).toMatchObject({ evses: 2, isTold: false, loadW: null, delivered: null, slots: [] });
  });
});
