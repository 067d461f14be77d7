import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, NOW } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';
import { startTransaction } from './charging.service.ts';
import { setPriority } from './preference.service.ts';

let world: World;
let tenantId: number;
let driver: Actor;
let stationId: string;
let card: string;

// NOW is Monday 2026-11-23 18:00 in Amsterdam.
const TUESDAY_0730 = Date.parse('2026-11-24T06:30:00Z') / 1000;
const workdays = [1, 2, 3, 4, 5].map((weekday) => ({
  weekday,
  readyByMinutes: 450,
  energyMilliWh: 18_000_000,
}));

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('Weekly');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  driver = await world.addPerson(tenantId, 'DRIVER');
  stationId = await world.addStation(tenantId);
  card = randomUUID().slice(0, 8);
  await world.db.withTenant(tenantId, (tx) =>
    tx.idToken.create({ data: { tenantId, uid: card, driverId: driver.personId } }),
  );
});

async function plugIn(idToken = card): Promise<string> {
  return await world.db.withTenant(tenantId, async (tx) => {
    const station = await tx.chargingStation.findUniqueOrThrow({ where: { id: stationId } });
    const { sessionId } = await startTransaction(tx, {
      station: { id: stationId, tenantId, locationId: station.locationId },
      evseId: 1,
      connectorId: 1,
      idToken,
      startedAt: NOW,
      isClockSet: true,
      receivedAt: NOW,
      meterStartMilliWh: 0n,
      ocppId: null,
    });
    return sessionId;
  });
}
const wishOf = async (sessionId: string) =>
  (await driver.caller.charging.session({ sessionId })).preference;

describe('weekly wishes', () => {
  it('are kept, replaced as a whole, and refused where a weekday has two', async () => {
    await driver.caller.driver.setWeekly({ wishes: workdays });
    await driver.caller.driver.setWeekly({ wishes: workdays.slice(0, 2) });
    expect(await driver.caller.driver.weekly()).toEqual(workdays.slice(0, 2));
    const twice = driver.caller.driver.setWeekly({ wishes: workdays.map((wish) => ({ ...wish, weekday: 1 })) });
    await expect(twice).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
  it('are no other driver’s', async () => {
    await driver.caller.driver.setWeekly({ wishes: workdays });
    const other = await world.addPerson(tenantId, 'DRIVER');
    expect(await other.caller.driver.weekly()).toEqual([]);
  });
  it('become the wish of a stay for which nobody said anything', async () => {
    await driver.caller.driver.setWeekly({ wishes: workdays });
    expect(await wishOf(await plugIn())).toMatchObject({
      source: 'REPEATING',
      readyByAt: TUESDAY_0730,
      energyMilliWh: 18_000_000,
      priority: false,
    });
  });
  it('leave a stay alone whose driver has none, and one of a card nobody owns', async () => {
    expect(await wishOf(await plugIn())).toBeNull();
    const stranger = await plugIn('STRANGER');
    const made = await world.db.withTenant(tenantId, (tx) =>
      tx.chargingPreference.count({ where: { sessionId: stranger } }),
    );
    expect(made).toBe(0);
  });
  it('give way to what is said for the stay, also after they change', async () => {
    await driver.caller.driver.setWeekly({ wishes: workdays });
    const sessionId = await plugIn();
    const readyByAt = new Date(NOW.getTime() + 3 * 3_600_000);
    const said = { sessionId, readyByAt, energyMilliWh: null, requestId: randomUUID() };
    await driver.caller.charging.setPreference(said);
    await driver.caller.driver.setWeekly({ wishes: [] });
    expect(await wishOf(sessionId)).toMatchObject({
      source: 'DRIVER',
      readyByAt: readyByAt.getTime() / 1000,
    });
  });
  it('changed, change the open stay that follows them, and charge now stays as it is', async () => {
    await driver.caller.driver.setWeekly({ wishes: workdays });
    const sessionId = await plugIn();
    await driver.caller.charging.chargeNow({ sessionId, on: true, requestId: randomUUID() });
    const later = workdays.map((wish) => ({ ...wish, readyByMinutes: 480 }));
    await driver.caller.driver.setWeekly({ wishes: later });
    expect(await wishOf(sessionId)).toMatchObject({
      source: 'REPEATING',
      readyByAt: TUESDAY_0730 + 1_800,
      priority: true,
    });
    await driver.caller.driver.setWeekly({ wishes: [] });
    expect(await wishOf(sessionId)).toMatchObject({ readyByAt: null, energyMilliWh: null });
  });
});

describe('the driver’s own history', () => {
  const DAY_MS = 86_400_000;
  /** Mondays before NOW, from 18:00 to 07:40, at another station. */
  async function pastMondays(count: number): Promise<void> {
    const open = await plugIn();
    stationId = await world.addStation(tenantId);
    await world.db.withTenant(tenantId, async (tx) => {
      const { id: _id, ...like } = await tx.session.findUniqueOrThrow({ where: { id: open } });
      await tx.session.createMany({
        data: Array.from({ length: count }, (_, week) => {
          const plugInAt = new Date(NOW.getTime() - (week + 1) * 7 * DAY_MS);
          const plugOutAt = new Date(plugInAt.getTime() + (13 * 60 + 40) * 60_000);
          return { ...like, state: 'CLOSED', plugInAt, plugOutAt };
        }),
      });
    });
  }
  const TUESDAY_0740 = TUESDAY_0730 + 600;

  it('is offered from five such stays on, as a guess that is marked as one', async () => {
    await pastMondays(4);
    expect(await wishOf(await plugIn())).toBeNull();
    await pastMondays(5);
    expect(await wishOf(await plugIn())).toMatchObject({
      source: 'HISTORY', readyByAt: TUESDAY_0740, energyMilliWh: null, priority: false,
    });
  });
  it('gives way to a weekly wish, comes back without it, and to what the driver says', async () => {
    await pastMondays(5);
    await driver.caller.driver.setWeekly({ wishes: workdays });
    const sessionId = await plugIn();
    expect(await wishOf(sessionId)).toMatchObject({ source: 'REPEATING', readyByAt: TUESDAY_0730 });
    await driver.caller.driver.setWeekly({ wishes: [] });
    expect(await wishOf(sessionId)).toMatchObject({ source: 'HISTORY', readyByAt: TUESDAY_0740 });
    const readyByAt = new Date((TUESDAY_0740 - 3_600) * 1000);
    const said = { sessionId, readyByAt, energyMilliWh: null, requestId: randomUUID() };
    await driver.caller.charging.setPreference(said);
    await driver.caller.driver.setWeekly({ wishes: [] });
    expect(await wishOf(sessionId)).toMatchObject({
      source: 'DRIVER', readyByAt: TUESDAY_0740 - 3_600,
    });
  });
  it('is nobody else’s', async () => {
    await pastMondays(5);
    const other = await world.addPerson(tenantId, 'DRIVER');
    const uid = randomUUID().slice(0, 8);
    await world.db.withTenant(tenantId, (tx) =>
      tx.idToken.create({ data: { tenantId, uid, driverId: other.personId } }),
    );
    const sessionId = await plugIn(uid);
    expect((await other.caller.charging.session({ sessionId })).preference).toBeNull();
  });
});

describe('charge now', () => {
  it('says no wish: a weekly one made after it still reaches the stay, which goes on charging', async () => {
    const sessionId = await plugIn();
    await driver.caller.charging.chargeNow({ sessionId, on: true, requestId: randomUUID() });
    expect(await wishOf(sessionId)).toMatchObject({ source: null, priority: true });
    await driver.caller.driver.setWeekly({ wishes: workdays });
    expect(await wishOf(sessionId)).toMatchObject({
      source: 'REPEATING',
      readyByAt: TUESDAY_0730,
      priority: true,
    });
  });
  it('is told as the tap of whoever made it, also once the driver says a wish', async () => {
    const sessionId = await plugIn();
    const tap = (driverId: string | null, on: boolean) =>
      setPriority(world.deps, { tenantId, driverId }, { sessionId, on, requestId: randomUUID() });
    await tap(null, true);
    const readyByAt = new Date(NOW.getTime() + 3 * 3_600_000);
    const said = { sessionId, readyByAt, energyMilliWh: null, requestId: randomUUID() };
    await driver.caller.charging.setPreference(said);
    await tap(driver.personId, false);
    const told = await driver.caller.charging.timeline({ sessionId });
    expect(told.slice(1)).toMatchObject([
      { kind: 'PRIORITY_ON', by: 'QR' },
      { kind: 'WISH', source: 'DRIVER' },
      { kind: 'PRIORITY_OFF', by: 'DRIVER' },
    ]);
  });
});

it('a tap at the charging point leaves a wish with the driver who said it', async () => {
  const sessionId = await plugIn();
  const readyByAt = new Date(NOW.getTime() + 3 * 3_600_000);
  const said = { sessionId, readyByAt, energyMilliWh: null, requestId: randomUUID() };
  await driver.caller.charging.setPreference(said);
  const tap = { sessionId, on: true, requestId: randomUUID() };
  await setPriority(world.deps, { tenantId, driverId: null }, tap);
  expect(await wishOf(sessionId)).toMatchObject({ source: 'DRIVER', priority: true });
});

describe('a wish whose time has passed', () => {
  it('can be kept while the energy is said anew, but not made anew', async () => {
    const sessionId = await plugIn();
    const passed = new Date(NOW.getTime() - 60_000);
    await world.db.withTenant(tenantId, (tx) =>
      tx.chargingPreference.create({
        data: {
          tenantId,
          sessionId,
          version: 1,
          source: 'DRIVER',
          readyByAt: passed,
          requestId: randomUUID(),
          madeAt: NOW,
        },
      }),
    );
    const save = (readyByAt: Date) =>
      driver.caller.charging.setPreference({
        sessionId,
        readyByAt,
        energyMilliWh: 9_000_000,
        requestId: randomUUID(),
      });
    await save(passed);
    expect(await wishOf(sessionId)).toMatchObject({
      readyByAt: passed.getTime() / 1000,
      energyMilliWh: 9_000_000,
    });
    await expect(save(new Date(passed.getTime() - 1_000))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});
