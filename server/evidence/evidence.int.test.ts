import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateFromSeconds, HOUR_S, QUARTER_S } from '#domain/time/instant.ts';
import { importPublication } from '../market/price.store.ts';
import { createCaller } from '../trpc/root.ts';
import { createWorld, type World } from '../trpc/world.test-support.ts';
import { evidence, street, type StaysOf } from './evidence.service.ts';

/** A local noon in Amsterdam, a day and a half before the world's own instant. */
const NOON_AT = Date.UTC(2026, 10, 22, 11) / 1000;
const DAY = '2026-11-22';
const STAYS = 12;

let world: World;
let tenantId: number;
let whose: StaysOf;

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('Own');
  whose = { tenantId };
  const quarters = Array.from({ length: 4 * 72 }, (_, index) => ({
    startAt: NOON_AT - 24 * HOUR_S + index * QUARTER_S,
    seconds: QUARTER_S,
    // Dear until midnight UTC, cheap after it.
    priceTicks: index < 4 * 37 ? 20_000 : 5_000,
    kind: 'published' as const,
  }));
  await importPublication(world.db, {
    biddingZone: 'NL',
    source: 'test',
    publishedAt: new Date(0),
    synthetic: true,
    intervals: quarters,
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** A night at the charger: 11 kWh at 11 kW within ten hours. */
async function addNight(stationId: string, index: number): Promise<void> {
  const sessionId = await world.addStay({ tenantId, stationId, driverId: null, state: 'CLOSED' });
  const plugInAt = dateFromSeconds(NOON_AT + 6 * HOUR_S + index * 60);
  const plugOutAt = dateFromSeconds(NOON_AT + 16 * HOUR_S + index * 60);
  await world.db.withTenant(tenantId, async (tx) => {
    await tx.session.update({ where: { id: sessionId }, data: { plugInAt, plugOutAt } });
    const { id } = await tx.transaction.create({
      data: {
        tenantId,
        sessionId,
        stationId,
        evseId: 1,
        ocppId: randomUUID(),
        idToken: 'CARD',
        startedAt: plugInAt,
        startedReceivedAt: plugInAt,
        meterStartMilliWh: 1_000n,
        stoppedAt: plugOutAt,
        meterStopMilliWh: 11_001_000n,
        state: 'ENDED',
      },
    });
    await tx.meterReading.create({
      data: {
        tenantId,
        stationId,
        evseId: 1,
        transactionId: id,
        measuredAt: plugInAt,
        receivedAt: plugInAt,
        context: 'Sample.Periodic',
        digest: BigInt(index),
        powerW: 11_000,
        samples: [],
      },
    });
  });
}

describe('evidence', () => {
  it('says that there is nothing before a stay has ended', async () => {
    expect(await evidence(world.deps, whose)).toBeNull();
    expect(await street(world.deps, { whose, day: null })).toEqual({ days: [], fleet: null });
  });

  it('lists the days with enough stays, and the stays of one without names', async () => {
    for (let index = 0; index < STAYS; index += 1) {
      const stationId = await world.addStation(tenantId);
      await world.db.withTenant(tenantId, (tx) =>
        tx.evse.create({ data: { tenantId, stationId, evseId: 1 } }),
      );
      await addNight(stationId, index);
    }
    const { days, fleet } = await street(world.deps, { whose, day: DAY });
    expect(days).toEqual([{ day: DAY, stays: STAYS }]);
    expect(fleet?.fromAt).toBe(NOON_AT);
    expect(fleet?.isSynthetic).toBe(true);
    expect(fleet?.stays).toHaveLength(STAYS);
    expect(fleet?.stays[0]).toEqual({
      plugInAt: NOON_AT + 6 * HOUR_S,
      plugOutAt: NOON_AT + 16 * HOUR_S,
      energyWh: 11_000,
      powerW: 11_000,
    });
  });

  it('has no fleet for a day without enough stays', async () => {
    expect((await street(world.deps, { whose, day: '2026-11-20' })).fleet).toBeNull();
  });

  it('runs the stays through the back-test: an hour of 11 kW moves past midnight', async () => {
    const found = await evidence(world.deps, whose);
    expect(found?.sessions).toBe(STAYS);
    expect(found?.biddingZone).toBe('NL');
    expect(found?.isSynthetic).toBe(true);
    const cell = (label: string) => found?.table.rows.find((row) => row.label === label)?.cells.all;
    expect(cell('sessions')).toBe(`${STAYS} (0 left out)`);
    // 12 × 11 kWh at EUR 200 and at EUR 50 a MWh.
    expect(cell('energy cost at once → planned, EUR')).toBe('26.40 → 6.60');
    expect(cell('saving')).toBe('75.0 %');
  });

  it('tells an operator of the own stays, and nobody else', async () => {
    const cpo = await world.addPerson(tenantId, 'CPO');
    const driver = await world.addPerson(tenantId, 'DRIVER');
    const other = await world.addPerson(await world.addTenant('Other'), 'CPO');
    expect((await cpo.caller.evidence.street({ day: DAY })).fleet?.stays).toHaveLength(STAYS);
    expect((await cpo.caller.evidence.table())?.sessions).toBe(STAYS);
    for (const caller of [other.caller, driver.caller, world.anonymous]) {
      expect(await caller.evidence.street({ day: DAY })).toEqual({ days: [], fleet: null });
      expect(await caller.evidence.table()).toBeNull();
    }
  });

  it('shows a demo to anybody', async () => {
    await world.db.open.$executeRaw`INSERT INTO installation (mode) VALUES ('demo')`;
    const deps = { ...world.deps, db: { ...world.db } };
    const { evidence: anybody } = createCaller({ deps, principal: null });
    expect((await anybody.street({ day: DAY })).fleet?.stays).toHaveLength(STAYS);
    expect((await anybody.table())?.sessions).toBe(STAYS);
  });
});
