import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limitAt } from '#domain/planning/periods.ts';
import { limitsOfProfile } from '#domain/planning/profile.ts';
import { DAY_S, HOUR_S, isoFromSeconds } from '#domain/time/instant.ts';
import { EVENING_AT, MONDAY_AT, createWorld, pricesFor, publishPrices, type World } from '../settlement/world.fixture.ts';
import { addStation, capabilitiesOf, openStay, type OpenStay } from './planning.fixture.ts';
import { planSessions } from './tree.service.ts';
import { releaseStations } from './release.service.ts';

let world: World;
let stations = 0;
beforeAll(async () => {
  world = await createWorld();
  await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 12));
});
afterAll(async () => { await world[Symbol.asyncDispose](); });

const CAR_W = 11_040;
const plan = (stay: OpenStay) => planSessions(world.deps, [stay.id]);
const release = (stay: OpenStay) => releaseStations(world.deps, [stay.id]);
const newest = async (stay: OpenStay) => (await stay.commands()).at(-1);

async function plugIn(capabilities: object = { compositeSchedule: false }) {
  stations += 1;
  const stationId = `STEER-${stations}`;
  world.clock.at = EVENING_AT;
  await addStation(world, stationId, capabilities);
  const stay = { ...await openStay(world, stationId), stationId };
  await stay.wish({ readyByAt: EVENING_AT + 13 * HOUR_S, energyMilliWh: 20_000_000 });
  await plan(stay);
  return stay;
}

/** The probe is over and the smart plan accepted: the car is held now. */
async function held(capabilities?: object) {
  const stay = await plugIn(capabilities);
  world.clock.at += 60;
  await stay.answer('ACCEPTED');
  await stay.meter(world.clock.at, 184_000, CAR_W);
  await plan(stay);
  await stay.answer('ACCEPTED');
  const smart = (await stay.plans()).at(-1);
  expect(limitAt(smart?.periods ?? [], world.clock.at + 600)).toBe(0);
  return stay;
}

/** Two readings well inside the hold, at `powerW`. */
async function meterInHold(stay: OpenStay, powerW: number): Promise<void> {
  for (const minutes of [5, 1]) {
    world.clock.at += minutes * 60;
    await stay.meter(world.clock.at, 200_000 + (world.clock.at - EVENING_AT) * Math.round(powerW / 3.6), powerW);
  }
}

describe('the ladder', () => {
  test('goes down a rung on each refusal and each silence, to observing', async () => {
    const stay = await plugIn();
    const steps = [['REJECTED', 'TX_DEFAULT_PROFILE', 'TxDefaultProfile'], ['TIMED_OUT', 'STATION_MAX_PROFILE', 'ChargingStationMaxProfile']] as const;
    for (const [state, rung, purpose] of steps) {
      await stay.answer(state);
      await plan(stay);
      expect(await newest(stay)).toMatchObject({ state: 'REQUESTED', rung, payload: { profile: { purpose, transactionOcppId: null } } });
      expect((await newest(stay))?.payload.evseId).toBe(rung === 'STATION_MAX_PROFILE' ? 0 : 1);
    }
    await stay.answer('REJECTED');
    await plan(stay);
    const count = (await stay.commands()).length;
    expect((await stay.plans()).at(-1)).toMatchObject({ mode: 'OBSERVE', reason: 'STEERING_CHANGED' });
    expect(await stay.session()).toMatchObject({ steering: 'OBSERVE' });
    await plan(stay);
    expect(await stay.commands()).toHaveLength(count);
    expect(await capabilitiesOf(world, stay.stationId)).not.toHaveProperty('rung');
  });

  test('skips the limit of the whole station where another car charges there', async () => {
    const stay = await plugIn();
    await openStay(world, stay.stationId, 2);
    await stay.answer('REJECTED');
    await plan(stay);
    await stay.answer('REJECTED');
    await plan(stay);
    expect(await stay.session()).toMatchObject({ steering: 'OBSERVE' });
    expect((await stay.commands()).map(({ rung }) => rung)).toEqual(['TX_PROFILE', 'TX_DEFAULT_PROFILE']);
  });

  test('goes down a rung when the meter shows that the station accepted and does not obey', async () => {
    const stay = await held();
    await meterInHold(stay, CAR_W);
    await plan(stay);
    expect(await newest(stay)).toMatchObject({ rung: 'TX_DEFAULT_PROFILE', state: 'REQUESTED' });
    expect(await stay.session()).toMatchObject({ steering: 'TX_DEFAULT_PROFILE' });
  });

  test('a rung that was accepted and obeyed is where the station’s next session begins', async () => {
    const stay = await held();
    await meterInHold(stay, CAR_W);
    await plan(stay);
    await stay.answer('ACCEPTED');
    await plan(stay);
    expect(await capabilitiesOf(world, stay.stationId)).not.toHaveProperty('rung');
    await meterInHold(stay, 0);
    await plan(stay);
    expect(await capabilitiesOf(world, stay.stationId)).toMatchObject({ rung: 'TX_DEFAULT_PROFILE' });
    world.clock.at += HOUR_S;
    await stay.stop();
    await release(stay);
    const next = await openStay(world, stay.stationId);
    await plan(next);
    expect(await newest(next)).toMatchObject({ rung: 'TX_DEFAULT_PROFILE' });
  });

  test('obeying on the first rung is nothing to remember', async () => {
    const stay = await held();
    await meterInHold(stay, 0);
    await plan(stay);
    expect(await capabilitiesOf(world, stay.stationId)).not.toHaveProperty('rung');
    expect(await stay.session()).toMatchObject({ steering: 'TX_PROFILE' });
  });
});

describe('a station that connects anew', () => {
  test('is told the same profile again, without another version', async () => {
    const stay = await held();
    const [plans, before] = [await stay.plans(), await newest(stay)];
    await stay.reconnect();
    await plan(stay);
    expect(await stay.plans()).toEqual(plans);
    const after = await newest(stay);
    expect(after).toMatchObject({ state: 'REQUESTED', plan_version: before?.plan_version, payload: before?.payload });
    expect(after?.id).not.toBe(before?.id);
    await stay.answer('ACCEPTED');
    await plan(stay);
    expect((await newest(stay))?.id).toBe(after?.id);
  });

  test('and drew meanwhile did not disobey: it may have lost the profile', async () => {
    const stay = await held();
    await stay.reconnect();
    await meterInHold(stay, CAR_W);
    await plan(stay);
    expect(await newest(stay)).toMatchObject({ rung: 'TX_PROFILE', state: 'REQUESTED' });
  });
});

describe('a stay that goes on with another transaction', () => {
  test('is told anew, for a TxProfile died with the one before', async () => {
    const stay = await held();
    const count = (await stay.commands()).length;
    await world.rows("UPDATE transaction SET state = 'ENDED', stopped_at = started_at, meter_stop_milli_wh = 184000 WHERE session_id = $1", [stay.id]);
    await world.rows(`INSERT INTO transaction (tenant_id, session_id, station_id, evse_id, ocpp_id, id_token, started_at, started_received_at,
      meter_start_milli_wh) SELECT tenant_id, id, station_id, evse_id, 'SECOND', 'CARD', $2, $2, 184000 FROM session WHERE id = $1`,
    [stay.id, new Date(world.clock.at * 1000)]);
    await world.rows('UPDATE session SET facts_version = facts_version + 1 WHERE id = $1', [stay.id]);
    await plan(stay);
    expect(await stay.commands()).toHaveLength(count + 1);
    expect(await newest(stay)).toMatchObject({ rung: 'TX_PROFILE', payload: { profile: { transactionOcppId: 'SECOND' } } });
  });
});

describe('a station that takes few periods', () => {
  test('gets as many, full power after them, and is rolled forward before they end', async () => {
    const zigzag = pricesFor(MONDAY_AT - 8 * DAY_S, 12, (ticks, at) => ((at / 900) % 2 === 0 ? ticks : ticks + 50_000));
    await publishPrices(world, zigzag, 'zigzag');
    const stay = await held({ compositeSchedule: false, maxPeriods: 4 });
    const told = (await newest(stay))?.payload.profile;
    expect(told?.periods.length).toBeLessThanOrEqual(4);
    const limits = told === undefined ? [] : limitsOfProfile(told, 3);
    const lastAt = limits.at(-1)?.fromAt ?? 0;
    expect(limits.at(-1)?.limitW).toBe(22_080);
    const { wake_at } = await stay.session();
    expect((wake_at?.getTime() ?? 0) / 1000).toBeLessThanOrEqual(lastAt - HOUR_S);
    world.clock.at = lastAt - HOUR_S + 1;
    await stay.meter(world.clock.at, 184_000, 0);
    await plan(stay);
    expect((await stay.plans()).at(-1)?.reason).toMatch(/^(ROLLED_FORWARD|MEASURED_DIFFERS)$/);
    const rolled = (await newest(stay))?.payload.profile;
    expect(Date.parse(rolled?.startAt ?? '')).toBeGreaterThan(Date.parse(told?.startAt ?? ''));
    await publishPrices(world, pricesFor(MONDAY_AT - 8 * DAY_S, 12), 'calm again');
  });
});

describe('a stay that ends', () => {
  const clears = (stay: OpenStay) => stay.commands('ClearChargingProfile');

  test('on its first rung leaves nothing behind', async () => {
    const stay = await held();
    await stay.stop();
    await release(stay);
    expect(await clears(stay)).toEqual([]);
  });

  test('steered for the EVSE or the station is cleared there, once', async () => {
    const stay = await plugIn();
    await stay.answer('REJECTED');
    await plan(stay);
    await stay.answer('ACCEPTED');
    await release(stay);
    expect(await clears(stay)).toEqual([]);
    await stay.stop();
    await Promise.all([release(stay), releaseStations(await world.secondWorker(), [stay.id])]);
    await release(stay);
    expect(await clears(stay)).toMatchObject([
      { state: 'REQUESTED', payload: { evseId: null, profileId: 2_001, purpose: null, stackLevel: null } },
    ]);
  });

  test('with a profile not sent yet never sends it', async () => {
    const stay = await plugIn();
    await stay.answer('REJECTED');
    await plan(stay);
    await stay.stop();
    await release(stay);
    expect((await stay.commands()).map(({ state }) => state)).toEqual(['REJECTED', 'SUPERSEDED']);
    expect(await clears(stay)).toEqual([]);
  });

  test('does not clear what the next driver’s session has put in its place', async () => {
    const stay = await plugIn();
    await stay.answer('REJECTED');
    await plan(stay);
    await stay.answer('ACCEPTED');
    await stay.stop();
    world.clock.at += 60;
    const next = await openStay(world, stay.stationId);
    await plan(next);
    await next.answer('REJECTED');
    await plan(next);
    await release(stay);
    expect(await clears(stay)).toEqual([]);
  });
});

describe('a composite schedule', () => {
  const events = (stationId: string) => world.rows<{ severity: string; data: { differences: { toldW: number; compositeW: number }[] } }>(
    "SELECT severity, data FROM station_event WHERE station_id = $1 AND kind = 'COMPOSITE_DIFFERS'", [stationId]);
  const asked = async () => {
    const stay = await plugIn({});
    await stay.answer('ACCEPTED');
    await plan(stay);
    const [question] = await stay.commands('GetCompositeSchedule');
    expect(question).toMatchObject({ state: 'REQUESTED', plan_version: 1 });
    return stay;
  };
  const schedule = (limit: number) => ({ status: 'Accepted', evseId: 1, schedule: {
    startAt: isoFromSeconds(world.clock.at), durationS: 46_800, rateUnit: 'A', periods: [{ startOffsetS: 0, limit }],
  } });

  test('that differs from the profile is an event for the operator, once', async () => {
    const stay = await asked();
    await stay.answer('ACCEPTED', schedule(32));
    for (let times = 0; times < 2; times += 1) await plan(stay);
    const [event, ...more] = await events(stay.stationId);
    expect(more).toEqual([]);
    expect(event).toMatchObject({ severity: 'WARNING' });
    expect(event?.data.differences[0]).toMatchObject({ toldW: 0, compositeW: 22_080 });
    expect(await stay.commands('GetCompositeSchedule')).toHaveLength(1);
  });

  test('that says what was told is no event', async () => {
    const stay = await asked();
    const told = (await newest(stay))?.payload.profile;
    await stay.answer('ACCEPTED', { status: 'Accepted', evseId: 1, schedule: {
      startAt: told?.startAt, durationS: 46_800, rateUnit: told?.rateUnit, periods: told?.periods,
    } });
    await plan(stay);
    expect(await events(stay.stationId)).toEqual([]);
  });

  test('that a station does not know is not asked for again', async () => {
    const stay = await asked();
    await stay.answer('REJECTED', { error: { code: 'NotSupported', description: '' } });
    await plan(stay);
    expect(await capabilitiesOf(world, stay.stationId)).toMatchObject({ compositeSchedule: false });
    expect(await events(stay.stationId)).toEqual([]);
  });
});
