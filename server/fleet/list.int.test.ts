import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';

let world: World;
let tenantId: number;
let admin: Actor;
let rival: Actor;

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('Own');
  admin = await world.addPerson(tenantId, 'ADMIN');
  rival = await world.addPerson(await world.addTenant('Rival'), 'ADMIN');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('stations', () => {
  it('come in pages that name their place, each station once', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await world.addStation(tenantId));
    const seen = [];
    for (const page of [1, 2, 3]) {
      const found = await admin.caller.fleet.stations({ page, limit: 2 });
      expect(found).toMatchObject({ page, pages: 3, total: 5 });
      seen.push(...found.stations.map(({ id }) => id));
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const beyond = await admin.caller.fleet.stations({ page: 9, limit: 2 });
    expect(beyond).toMatchObject({ stations: [], pages: 3, total: 5 });
  });
  it('are found by a part of their id in whatever case, where % stands for itself', async () => {
    const id = await world.addStation(tenantId);
    const found = await admin.caller.fleet.stations({ search: id.toLowerCase() });
    expect(found).toMatchObject({ total: 1, pages: 1, stations: [{ id }] });
    expect(await admin.caller.fleet.stations({ search: '%' })).toMatchObject({ total: 0, pages: 1 });
    expect(await rival.caller.fleet.stations({ search: id })).toMatchObject({ total: 0 });
  });
});

describe('cards', () => {
  it('come in pages, those of a driver first, and tell how many have one', async () => {
    await world.db.withTenant(tenantId, (tx) =>
      tx.idToken.createMany({
        data: ['LOOSE-1', 'LOOSE-2', 'LOOSE-3'].map((uid) => ({ tenantId, uid })),
      }),
    );
    await admin.caller.fleet.linkCard({ uid: 'OWNED', name: 'Dana', email: 'dana@example.org' });
    const first = await admin.caller.fleet.cards({ limit: 2 });
    expect(first).toMatchObject({ total: 4, pages: 2, linked: 1, cards: [{ uid: 'OWNED' }, {}] });
    const rest = await admin.caller.fleet.cards({ limit: 2, page: 2 });
    expect(rest.cards).toHaveLength(2);
    const searched = await admin.caller.fleet.cards({ search: 'DANA' });
    expect(searched).toMatchObject({ total: 1, linked: 1, cards: [{ uid: 'OWNED' }] });
    expect(await rival.caller.fleet.cards()).toMatchObject({ total: 0, linked: 0, cards: [] });
  });
});

describe('stays', () => {
  it('come newest first, and go on after the last one that was shown', async () => {
    const stationId = await world.addStation(tenantId);
    const { personId: driverId } = await world.addPerson(tenantId, 'DRIVER');
    const addStay = () => world.addStay({ tenantId, stationId, driverId, state: 'CLOSED' });
    const ids = [await addStay(), await addStay(), await addStay()];
    const [, , newest = ''] = ids;
    await world.db.withTenant(tenantId, async (tx) => {
      const { plugInAt } = await tx.session.findUniqueOrThrow({ where: { id: newest } });
      const later = new Date(plugInAt.getTime() + 1000);
      await tx.session.update({ where: { id: newest }, data: { plugInAt: later } });
    });
    const first = await admin.caller.fleet.stays({ limit: 2 });
    expect(first.stays[0]?.sessionId).toBe(newest);
    const rest = await admin.caller.fleet.stays({ limit: 2, from: first.next });
    expect(rest.stays[0]?.sessionId).toBe(first.next);
    expect(rest.next).toBeNull();
    // Two began in the same second: neither is shown twice or lost.
    const seen = [...first.stays, ...rest.stays].map(({ sessionId }) => sessionId);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(await rival.caller.fleet.stays({ from: first.next })).toMatchObject({ stays: [] });
  });
});
