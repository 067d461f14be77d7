import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StayView } from '#domain/charging/stay-view.ts';
import { revokeSignIn } from '../auth/sign-in.ts';
import { createWorld, NOW } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';

let world: World;
let tenantId: number;
let driver: Actor;
let other: Actor;
let stationId: string;
let sessionId: string;

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('Own');
  driver = await world.addPerson(tenantId, 'DRIVER');
  other = await world.addPerson(tenantId, 'DRIVER');
  stationId = await world.addStation(tenantId);
  sessionId = await world.addStay({ tenantId, stationId, driverId: driver.personId });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const readyByAt = new Date(NOW.getTime() + 8 * 3_600_000);
const wish = () => ({ sessionId, requestId: randomUUID(), readyByAt, energyMilliWh: 24_000_000 });

async function refusal(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  const { code, message } = error as { code: string; message: string };
  return { code, message };
}

async function factsVersion(): Promise<number> {
  const row = await world.db.withTenant(tenantId, (tx) =>
    tx.session.findUniqueOrThrow({ where: { id: sessionId } }),
  );
  return Number(row.factsVersion);
}

describe('a driver’s wish', () => {
  it('is stored as a version and counted as a fact', async () => {
    const before = await factsVersion();
    const { version } = await driver.caller.charging.setPreference(wish());
    expect(await factsVersion()).toBe(before + 1);
    const view = await driver.caller.charging.session({ sessionId });
    expect(view.preference).toMatchObject({
      version,
      readyByAt: readyByAt.getTime() / 1000,
      energyMilliWh: 24_000_000,
      priority: false,
    });
  });
  it('said again with the same request id changes nothing', async () => {
    const same = wish();
    const first = await driver.caller.charging.setPreference(same);
    const before = await factsVersion();
    expect(await driver.caller.charging.setPreference(same)).toEqual(first);
    expect(await factsVersion()).toBe(before);
  });
  it('of many taps at once each gets a version, in any order', async () => {
    const made = await Promise.all(
      Array.from({ length: 4 }, () => driver.caller.charging.setPreference(wish())),
    );
    expect(new Set(made.map(({ version }) => version)).size).toBe(4);
  });
  it('may not lie in the past or a month ahead', async () => {
    const past = driver.caller.charging.setPreference({
      ...wish(),
      readyByAt: new Date(NOW.getTime() - 1),
    });
    expect(await refusal(past)).toMatchObject({ code: 'BAD_REQUEST' });
    const late = driver.caller.charging.setPreference({
      ...wish(),
      readyByAt: new Date(NOW.getTime() + 30 * 86_400_000),
    });
    expect(await refusal(late)).toMatchObject({ code: 'BAD_REQUEST' });
  });
  it('takes no field that it does not know', async () => {
    const extra = { ...wish(), priority: true };
    expect(await refusal(driver.caller.charging.setPreference(extra))).toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});

describe('charge now', () => {
  it('keeps the rest of the wish, and is undone the same way', async () => {
    await driver.caller.charging.setPreference(wish());
    await driver.caller.charging.chargeNow({ sessionId, requestId: randomUUID(), on: true });
    const on = await driver.caller.charging.session({ sessionId });
    expect(on.preference).toMatchObject({ priority: true, energyMilliWh: 24_000_000 });
    expect(on.chargeNow.stage).toBe('ASKED');
    await driver.caller.charging.chargeNow({ sessionId, requestId: randomUUID(), on: false });
    const off = await driver.caller.charging.session({ sessionId });
    expect(off.preference).toMatchObject({
      priority: false,
      readyByAt: readyByAt.getTime() / 1000,
    });
    expect(off.chargeNow.stage).toBe('OFF');
  });
  it('is refused once the stay is over', async () => {
    const over = await world.addStay({
      tenantId,
      stationId,
      driverId: driver.personId,
      state: 'CLOSED',
    });
    const tap = driver.caller.charging.chargeNow({
      sessionId: over,
      requestId: randomUUID(),
      on: true,
    });
    expect(await refusal(tap)).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('another driver', () => {
  it('gets the same answer for a stay of somebody else and for none at all', async () => {
    const input = { requestId: randomUUID(), readyByAt: null, energyMilliWh: null };
    const foreign = await refusal(other.caller.charging.setPreference({ ...input, sessionId }));
    const nowhere = await refusal(
      other.caller.charging.setPreference({ ...input, sessionId: randomUUID() }),
    );
    expect(foreign).toEqual(nowhere);
    expect(foreign.code).toBe('NOT_FOUND');
    expect(await refusal(other.caller.charging.session({ sessionId }))).toEqual(
      await refusal(other.caller.charging.session({ sessionId: randomUUID() })),
    );
  });
  it('sees neither the stay, nor its receipt, nor any history', async () => {
    expect(await other.caller.charging.current()).toBeNull();
    expect(await other.caller.settlement.receipt({ sessionId })).toBeNull();
    expect((await other.caller.charging.history({})).stays).toEqual([]);
  });
  it('of another tenant sees nothing even where the driver is the same person', async () => {
    const elsewhere = await world.addTenant('Elsewhere');
    const stray = await world.addPerson(elsewhere, 'DRIVER');
    expect(await refusal(stray.caller.charging.session({ sessionId }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the history', () => {
  it('pages without leaving out or repeating a stay', async () => {
    const reader = await world.addPerson(tenantId, 'DRIVER');
    const made = new Set<string>();
    for (let index = 0; index < 5; index += 1) {
      made.add(
        await world.addStay({ tenantId, stationId, driverId: reader.personId, state: 'CLOSED' }),
      );
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof reader.caller.charging.history>> =
        await reader.caller.charging.history({ cursor, limit: 2 });
      seen.push(...page.stays.map((stay) => stay.sessionId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.length).toBe(5);
    expect(new Set(seen)).toEqual(made);
  });
});

describe('the live stream', () => {
  const open = async (actor: Actor, id: string | null) => {
    const stream = await actor.caller.charging.live({ sessionId: id });
    const iterator = stream[Symbol.asyncIterator]();
    return {
      next: async () => (await iterator.next()) as IteratorResult<StayView | null>,
      end: () => iterator.return?.(),
    };
  };

  it('begins with a picture and sends the next one when the wish changes', async () => {
    const live = await open(driver, sessionId);
    const first = await live.next();
    expect(first.value?.sessionId).toBe(sessionId);
    const coming = live.next();
    await driver.caller.charging.chargeNow({ sessionId, requestId: randomUUID(), on: true });
    expect((await coming).value?.preference?.priority).toBe(true);
    await live.end();
  });
  it('follows the driver to a new stay', async () => {
    const mover = await world.addPerson(tenantId, 'DRIVER');
    const live = await open(mover, null);
    expect((await live.next()).value).toBeNull();
    const coming = live.next();
    const station = await world.addStation(tenantId);
    const begun = await world.addStay({ tenantId, stationId: station, driverId: mover.personId });
    await world.db.open.$executeRaw`SELECT pg_notify('valley', ${`session ${begun}`})`;
    expect((await coming).value?.sessionId).toBe(begun);
    await live.end();
  });
  it('ends when the sign-in is revoked', async () => {
    const leaver = await world.addPerson(tenantId, 'DRIVER');
    const live = await open(leaver, null);
    await live.next();
    const coming = live.next();
    await revokeSignIn(world.db, leaver.sid);
    expect((await coming).done).toBe(true);
  });
});
