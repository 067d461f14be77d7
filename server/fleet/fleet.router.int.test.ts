import { createHash } from 'node:crypto';
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

const site = { name: 'Quay', address: null, biddingZone: 'SE4', salePriceMicro: 450_000 };
const station = { evses: 2, maxPowerW: 22_080, phases: 3 as const };

describe('the administrator', () => {
  it('goes from site to station, and sees the key once', async () => {
    const { id: locationId } = await admin.caller.fleet.createLocation(site);
    expect((await admin.caller.fleet.locations())[0]).toMatchObject({
      biddingZone: 'SE4',
      timeZone: 'Europe/Stockholm',
    });
    const made = await admin.caller.fleet.createStation({ ...station, id: 'NEW-1', locationId });
    expect(made.url).toBe('ws://localhost:9000/ocpp/NEW-1');
    const row = await world.db.withTenant(tenantId, (tx) =>
      tx.chargingStation.findUniqueOrThrow({ where: { id: 'NEW-1' } }),
    );
    expect(Buffer.from(row.keyHash)).toEqual(createHash('sha256').update(made.key).digest());
    expect(JSON.stringify(await admin.caller.fleet.stations())).not.toContain(made.key);
    const next = await admin.caller.fleet.rotateKey({ stationId: 'NEW-1' });
    expect(next.key).not.toBe(made.key);
  });
  it('gets a sentence for an id that is taken, also by another tenant', async () => {
    const { id: locationId } = await rival.caller.fleet.createLocation(site);
    await expect(
      rival.caller.fleet.createStation({ ...station, id: 'NEW-1', locationId }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This station id is taken. Choose another one.',
    });
  });
  it('reaches no station or site of another tenant', async () => {
    await expect(rival.caller.fleet.rotateKey({ stationId: 'NEW-1' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const [own] = await admin.caller.fleet.locations();
    await expect(
      rival.caller.fleet.createStation({ ...station, id: 'NEW-2', locationId: own?.id ?? '' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await rival.caller.fleet.stations()).toEqual([]);
  });
  it('limits a site, changes the limit and takes it away', async () => {
    const [own] = await admin.caller.fleet.locations();
    const locationId = own?.id ?? '';
    const limits = async () => (await admin.caller.fleet.locations()).map(({ limitW }) => limitW);
    await admin.caller.fleet.setSiteLimit({ locationId, limitW: 44_000 });
    await admin.caller.fleet.setSiteLimit({ locationId, limitW: 30_000 });
    expect(await limits()).toContain(30_000);
    await expect(
      rival.caller.fleet.setSiteLimit({ locationId, limitW: 1 }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await admin.caller.fleet.setSiteLimit({ locationId, limitW: null });
    expect(await limits()).not.toContain(30_000);
  });
  it('accepts the default programme once', async () => {
    expect(await admin.caller.fleet.programme()).toMatchObject({
      acceptedVersion: null,
      shareBp: 9_000,
    });
    await admin.caller.fleet.acceptProgramme({ mspName: 'Kerb Card' });
    expect(await admin.caller.fleet.acceptProgramme({ mspName: 'Other' })).toEqual({ version: 1 });
    expect(await admin.caller.fleet.programme()).toMatchObject({
      acceptedVersion: 1,
      mspName: 'Kerb Card',
    });
  });
});

describe('linking a card', () => {
  const given = { email: 'driver@example.org', name: 'Dana', uid: 'CARD-1' };
  it('makes the driver’s account with a link for the password', async () => {
    const { inviteToken } = await admin.caller.fleet.linkCard(given);
    expect(inviteToken).toHaveLength(32);
    expect(await admin.caller.fleet.cards()).toMatchObject([
      { uid: 'CARD-1', email: 'driver@example.org', hasPassword: false },
    ]);
  });
  it('takes no card away from its driver', async () => {
    await expect(
      admin.caller.fleet.linkCard({ ...given, email: 'thief@example.org' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });
  it('gives nobody a link into an account that another tenant made', async () => {
    await expect(rival.caller.fleet.linkCard({ ...given, uid: 'CARD-2' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
