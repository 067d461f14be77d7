import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planView } from '#domain/charging/view.test-support.ts';
import { createWorld, NOW } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';
import { readStayView, readStayViews } from './session-view.ts';

let world: World;
let tenantId: number;
let driver: Actor;
let stationId: string;
let sessionId: string;
const START = new Date(NOW.getTime() - 3_600_000);
const minutes = (count: number) => new Date(START.getTime() + count * 60_000);

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('View');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  driver = await world.addPerson(tenantId, 'DRIVER');
  stationId = await world.addStation(tenantId);
  sessionId = await world.addStay({ tenantId, stationId, driverId: driver.personId });
});

/** A running transaction with registers in Wh at minutes since plug-in. */
async function meter(readings: readonly [minute: number, registerWh: number][]): Promise<void> {
  await world.db.withTenant(tenantId, async (tx) => {
    const { id } = await tx.transaction.create({
      data: {
        tenantId,
        sessionId,
        stationId,
        evseId: 1,
        ocppId: randomUUID(),
        idToken: 'CARD',
        startedAt: START,
        startedReceivedAt: START,
        meterStartMilliWh: 1_000_000n,
      },
    });
    await tx.meterReading.createMany({
      data: readings.map(([minute, wh]) => ({
        tenantId,
        stationId,
        evseId: 1,
        transactionId: id,
        measuredAt: minutes(minute),
        receivedAt: minutes(minute),
        context: 'Sample.Periodic',
        digest: BigInt(minute),
        registerMilliWh: BigInt(wh * 1_000),
        samples: [],
      })),
    });
  });
}
const view = () => driver.caller.charging.session({ sessionId });

describe('what a driver sees of the meter', () => {
  it('leaves out a register that cannot be true', async () => {
    await meter([
      [10, 1_500],
      // Watt-hours sent as kilowatt-hours, once.
      [20, 2_000_000],
      [30, 2_500],
      [40, 3_000],
    ]);
    const { meter: shown, curve } = await view();
    expect(shown.deliveredMilliWh).toBe(2_000_000);
    expect(Math.max(...curve.measured.map(({ powerW }) => powerW))).toBeLessThan(11_000);
    expect(shown.powerW).toBe(3_000);
  });
  it('is not led astray by an impossible last value', async () => {
    await meter([
      [10, 1_500],
      [20, 2_000],
      [30, 900_000],
    ]);
    expect((await view()).meter.deliveredMilliWh).toBe(1_000_000);
  });
});

async function profile(args: { minute: number; version: number; limitW: number }): Promise<void> {
  const at = minutes(args.minute);
  const iso = at.toISOString();
  await world.db.withTenant(tenantId, (tx) =>
    tx.command.create({
      data: {
        tenantId,
        stationId,
        sessionId,
        planVersion: args.version,
        rung: 'TX_PROFILE',
        action: 'SetChargingProfile',
        state: 'ACCEPTED',
        requestedAt: at,
        sentAt: at,
        answeredAt: at,
        createdAt: at,
        payload: {
          evseId: 1,
          profile: {
            id: 1,
            stackLevel: 0,
            purpose: 'TxProfile',
            transactionOcppId: '1',
            rateUnit: 'W',
            startAt: iso,
            validFrom: iso,
            validTo: null,
            durationS: null,
            numberPhases: null,
            periods: [{ startOffsetS: 0, limit: args.limitW }],
          },
        },
      },
    }),
  );
}

describe('steered time', () => {
  it('counts from the accepted hold to the last reading that shows nothing', async () => {
    await meter([
      [10, 2_800],
      [40, 2_800],
    ]);
    await profile({ minute: 15, version: 1, limitW: 0 });
    expect((await view()).steeredSeconds).toBe(25 * 60);
  });
  it('ends with the release', async () => {
    await meter([
      [10, 2_800],
      [40, 2_800],
    ]);
    await profile({ minute: 15, version: 1, limitW: 0 });
    await profile({ minute: 20, version: 2, limitW: 11_000 });
    expect((await view()).steeredSeconds).toBe(5 * 60);
  });
});

describe('the timeline', () => {
  it('joins wishes, plan versions and the station’s answers', async () => {
    const plan = { ...planView(), slots: [] };
    await world.db.withTenant(tenantId, (tx) =>
      tx.plan.createMany({
        data: [
          { version: 1, reason: 'PLUG_IN', madeAt: minutes(0), content: plan },
          {
            version: 2,
            reason: 'CHARGE_NOW',
            madeAt: minutes(61),
            content: { ...plan, readyAt: plan.madeAt + 4_000 },
          },
        ].map((row) => ({ ...row, tenantId, sessionId, digest: new Uint8Array(32) })),
      }),
    );
    await profile({ minute: 15, version: 1, limitW: 0 });
    await driver.caller.charging.chargeNow({ sessionId, on: true, requestId: randomUUID() });
    const told = await driver.caller.charging.timeline({ sessionId });
    expect(told.map(({ kind }) => kind)).toEqual(['PLUG_IN', 'PLAN', 'PRIORITY_ON', 'PLAN']);
    expect(told[1]).toMatchObject({ version: 1, answer: { state: 'ACCEPTED' } });
    expect(told[3]).toMatchObject({ reason: 'CHARGE_NOW', changes: [{ key: 'READY' }] });
  });
  it('is nobody else’s', async () => {
    const other = await world.addPerson(tenantId, 'DRIVER');
    await expect(other.caller.charging.timeline({ sessionId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('pictures of many stays', () => {
  it('are those that each would get alone', async () => {
    await meter([
      [10, 1_500],
      [30, 2_500],
    ]);
    const other = await world.addPerson(tenantId, 'DRIVER');
    const elsewhere = await world.addStation(tenantId);
    const stay = { tenantId, stationId: elsewhere, driverId: other.personId };
    const closed = await world.addStay({ ...stay, state: 'CLOSED' });
    const open = await world.addStay(stay);
    await other.caller.charging.chargeNow({ sessionId: open, on: true, requestId: randomUUID() });
    const [own, theirs] = [driver.personId, other.personId];
    const wanted = [
      { sessionId, driverId: own },
      { sessionId: open, driverId: own },
      { sessionId: null, driverId: theirs },
      { sessionId: closed, driverId: theirs },
      { sessionId: randomUUID(), driverId: theirs },
    ];
    const { clock } = world.deps;
    const [together, alone] = await world.db.withTenant(tenantId, async (tx) => {
      const all = (await readStayViews(tx, clock, wanted)).map((one) => (one instanceof Error ? null : one));
      const each = [];
      for (const one of wanted) each.push(await readStayView(tx, clock, one));
      return [all, each];
    });
    const still = (views: typeof together) =>
      views.map((one) => one && { ...one, chargeNow: { ...one.chargeNow, askedMsAgo: 0 } });
    expect(still(together)).toEqual(still(alone));
    expect(together.map((one) => one?.sessionId)).toEqual([sessionId, undefined, open, closed, undefined]);
    expect(together.map((one) => one?.meter.deliveredMilliWh)).toEqual([1_500_000, undefined, 0, 0, undefined]);
    expect(together.map((one) => one?.chargeNow.stage)).toEqual(['OFF', undefined, 'ASKED', 'OFF', undefined]);
  });
  it('are shown all the same where what is stored of one cannot be', async () => {
    const stay = { tenantId, stationId: await world.addStation(tenantId), driverId: driver.personId };
    const broken = await world.addStay(stay);
    const content = { ...planView(), slots: 'none' };
    await world.db.withTenant(tenantId, (tx) =>
      tx.plan.create({
        data: {
          tenantId, sessionId: broken, version: 1, reason: 'PLUG_IN', madeAt: minutes(0), content, digest: new Uint8Array(32),
        },
      }),
    );
    const wanted = [broken, sessionId].map((one) => ({ sessionId: one, driverId: driver.personId }));
    const views = await world.db.withTenant(tenantId, (tx) => readStayViews(tx, world.deps.clock, wanted));
    expect(views[0]).toBeInstanceOf(Error);
    expect(views[1]).toMatchObject({ sessionId });
  });
});

describe('the statement', () => {
  it('lists the driver’s own stays and what is not settled as unknown', async () => {
    const { stays, nextCursor } = await driver.caller.charging.statement({});
    expect(nextCursor).toBeNull();
    expect(stays).toMatchObject([
      { sessionId, salePriceMicro: '400000', energyMilliWh: null, cashbackMicro: null },
    ]);
    const other = await world.addPerson(tenantId, 'DRIVER');
    expect(await other.caller.charging.statement({})).toEqual({ stays: [], nextCursor: null });
  });
  it('goes on where a page ended, until every stay has been told once', async () => {
    const many = await world.addPerson(tenantId, 'DRIVER');
    const made: string[] = [];
    for (let stay = 0; stay < 5; stay += 1) {
      const at = { tenantId, stationId: await world.addStation(tenantId) };
      made.push(await world.addStay({ ...at, driverId: many.personId }));
    }
    const told: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Actor['caller']['charging']['statement']>> = await many.caller.charging.statement({ cursor, limit: 2 });
      expect(page.stays.length).toBeLessThanOrEqual(2);
      told.push(...page.stays.map((stay) => stay.sessionId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(told.toSorted()).toEqual(made.toSorted());
  });
});
