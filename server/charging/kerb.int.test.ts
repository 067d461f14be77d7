import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCaller } from '../trpc/root.ts';
import { createWorld, NOW } from '../trpc/world.test-support.ts';
import type { World } from '../trpc/world.test-support.ts';
import { kerbStay } from './kerb.service.ts';

let world: World;
let tenantId: number;

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('Kerb');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** A charging point, with or without a stay by card CARD. */
async function place(occupied: boolean): Promise<{ stationId: string; evseId: number }> {
  const stationId = await world.addStation(tenantId);
  await world.db.withTenant(tenantId, (tx) =>
    tx.evse.create({ data: { tenantId, stationId, evseId: 1, maxPowerW: 11_000 } }),
  );
  if (occupied) await world.addStay({ tenantId, stationId, driverId: null });
  return { stationId, evseId: 1 };
}

/** Somebody at the kerb without an account, by an address of their own. */
function passer(address: string = randomUUID()) {
  return createCaller({ deps: world.deps, principal: null, remoteAddress: address }).kerb;
}

async function refusal(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  const { code, message } = error as { code: string; message: string };
  return { code, message };
}

const wrong = { digits: 'XXXX' };

describe('the page of a charging point', () => {
  it('tells price and outlook to anybody, and the same whether a car stands there or not', async () => {
    const [free, taken] = [await place(false), await place(true)];
    const seen = async (at: typeof free) => {
      const { stationId: _station, nowAt: _now, ...rest } = await passer().evse(at);
      return rest;
    };
    expect(await seen(free)).toMatchObject({
      locationName: 'Quay',
      salePriceMicro: '400000',
      maxPowerW: 11_000,
      outlook: { key: 'UNKNOWN' },
    });
    expect(await seen(taken)).toEqual(await seen(free));
  });
  it('does not exist for a charging point that does not', async () => {
    const answer = await refusal(passer().evse({ stationId: 'NOWHERE', evseId: 1 }));
    expect(answer.code).toBe('NOT_FOUND');
  });
  it('shows the stay to whoever holds its card, and charges now and back', async () => {
    const at = await place(true);
    const here = passer();
    expect(await here.stay({ ...at, digits: 'card' })).toMatchObject({
      priority: false,
      salePriceMicro: '400000',
      why: { key: 'STATION_AWAY' },
    });
    const tap = (on: boolean) =>
      here.chargeNow({ ...at, digits: 'CARD', on, requestId: randomUUID() });
    await tap(true);
    expect(await here.stay({ ...at, digits: 'CARD' })).toMatchObject({
      priority: true,
      chargeNow: { stage: 'ASKED' },
    });
    await tap(false);
    expect((await here.stay({ ...at, digits: 'CARD' })).priority).toBe(false);
  });
  it('tells nothing of the driver', async () => {
    const shown = await passer().stay({ ...(await place(true)), digits: 'CARD' });
    const text = JSON.stringify(shown);
    for (const word of ['CARD', 'driver', 'email', 'sessionId', 'name']) {
      expect(text).not.toContain(word);
    }
  });
});

describe('a refusal', () => {
  it('is the same for wrong characters, for no stay and for no charging point', async () => {
    const [free, taken] = [await place(false), await place(true)];
    const nowhere = { stationId: `S-${randomUUID().slice(0, 8)}`, evseId: 1 };
    const answers = [];
    for (const at of [free, taken, nowhere]) {
      answers.push(await refusal(passer().stay({ ...at, ...wrong })));
      const tap = { ...at, ...wrong, on: true, requestId: randomUUID() };
      answers.push(await refusal(passer().chargeNow(tap)));
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.code).toBe('NOT_FOUND');
  });
  it('locks the charging point after five, wherever they come from, in the same words', async () => {
    for (const occupied of [true, false]) {
      const at = await place(occupied);
      for (let index = 0; index < 5; index += 1) {
        expect((await refusal(passer().stay({ ...at, ...wrong }))).code).toBe('NOT_FOUND');
      }
      const locked = await refusal(passer().stay({ ...at, digits: 'CARD' }));
      expect(locked).toEqual({
        code: 'TOO_MANY_REQUESTS',
        message: 'Too many wrong tries. Wait 15 min and try again.',
      });
    }
  });
  it('locks an address after five, whichever charging points it tries', async () => {
    const guesser = passer();
    for (let index = 0; index < 5; index += 1) {
      await refusal(guesser.stay({ ...(await place(true)), ...wrong }));
    }
    const at = await place(true);
    expect((await refusal(guesser.stay({ ...at, digits: 'CARD' }))).code).toBe('TOO_MANY_REQUESTS');
    expect((await passer().stay({ ...at, digits: 'CARD' })).priority).toBe(false);
  });
  it('counts tries at the same moment one by one', async () => {
    const at = await place(true);
    const codes = await Promise.all(
      Array.from({ length: 12 }, async () => (await refusal(passer().stay({ ...at, ...wrong }))).code),
    );
    expect(codes.filter((code) => code === 'NOT_FOUND')).toHaveLength(5);
  });
  it('is not wiped by the right characters in between', async () => {
    const at = await place(true);
    for (let index = 0; index < 5; index += 1) {
      await passer().stay({ ...at, digits: 'CARD' });
      await refusal(passer().stay({ ...at, ...wrong }));
    }
    expect((await refusal(passer().stay({ ...at, digits: 'CARD' }))).code).toBe('TOO_MANY_REQUESTS');
  });
  it('is forgotten after 15 min of real time', async () => {
    const at = await place(true);
    for (let index = 0; index < 5; index += 1) await refusal(passer().stay({ ...at, ...wrong }));
    const { db, clock } = world.deps;
    const tried = { ...at, digits: 'CARD', remoteAddress: null };
    const later = (minutes: number) =>
      kerbStay({ db, clock, realNowMs: () => Date.now() + minutes * 60_000 }, tried);
    await expect(later(14)).rejects.toMatchObject({ code: 'TOO_MANY' });
    expect(await later(16)).toMatchObject({ priority: false });
  });
  it('is not counted for the card of a stay that ended here, whose page asks on', async () => {
    const at = await place(true);
    const page = passer();
    await page.stay({ ...at, digits: 'CARD' });
    await world.db.withTenant(tenantId, (tx) =>
      tx.session.updateMany({
        where: { stationId: at.stationId },
        data: { state: 'CLOSED', plugOutAt: NOW },
      }),
    );
    for (let index = 0; index < 12; index += 1) {
      const { code } = await refusal(page.stay({ ...at, digits: 'CARD' }));
      expect(code).toBe('NOT_FOUND');
    }
    const next = await world.addStay({ tenantId, stationId: at.stationId, driverId: null });
    await world.db.withTenant(tenantId, (tx) =>
      tx.session.update({ where: { id: next }, data: { idToken: 'OTHER-9876' } }),
    );
    expect((await refusal(page.stay({ ...at, digits: 'CARD' }))).code).toBe('NOT_FOUND');
    expect((await page.stay({ ...at, digits: '9876' })).priority).toBe(false);
    for (let index = 0; index < 5; index += 1) await refusal(page.stay({ ...at, ...wrong }));
    expect((await refusal(page.stay({ ...at, digits: '9876' }))).code).toBe('TOO_MANY_REQUESTS');
  });
  it('is all that is stored: who asks rightly leaves no row', async () => {
    const count = () => world.db.open.kerbLock.count();
    const [at, before] = [await place(true), await count()];
    await passer().stay({ ...at, digits: 'CARD' });
    expect(await count()).toBe(before);
    await refusal(passer().stay({ ...at, ...wrong }));
    expect(await count()).toBe(before + 2);
  });
  it('leaves no address in the database', async () => {
    const address = '203.0.113.77';
    await refusal(passer(address).stay({ ...(await place(true)), ...wrong }));
    const locks = await world.db.open.kerbLock.findMany();
    expect(locks.length).toBeGreaterThan(0);
    for (const { key } of locks) expect(Buffer.from(key).toString('latin1')).not.toContain(address);
  });
});
