import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureTerms } from '../charging/charging.store.ts';
import { isUniqueViolation } from '../errors.ts';
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
      message: 'This station id cannot be used. Choose another one.',
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
    expect((await rival.caller.fleet.stations()).stations).toEqual([]);
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
  it('accepts the default programme once, also where a station charged before', async () => {
    await world.db.withTenant(tenantId, async (tx) => {
      const { locationId } = await tx.chargingStation.findUniqueOrThrow({ where: { id: 'NEW-1' } });
      const station = { id: 'NEW-1', tenantId, locationId };
      await ensureTerms(tx, { station, plugInAt: new Date(Date.UTC(2026, 10, 22)) });
    });
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

describe('what needs a person', () => {
  it('is listed in pages, marked as done, and nobody else’s', async () => {
    await world.db.withTenant(tenantId, async (tx) => {
      for (let n = 1; n <= 3; n += 1) {
        await tx.parkedMessage.create({
          data: {
            tenantId,
            stationId: 'NEW-1',
            action: 'StopTransaction',
            payload: { transactionId: n },
            reason: 'UNKNOWN_TRANSACTION',
            receivedAt: new Date(Date.UTC(2026, 10, 23, 12, n)),
          },
        });
      }
    });
    const { fleet } = admin.caller;
    const first = await fleet.notices({ limit: 2 });
    expect(first.notices.map(({ detail }) => detail)).toEqual(['3', '2']);
    const second = await fleet.notices({ limit: 2, cursor: first.nextCursor });
    expect(second).toMatchObject({ notices: [{ detail: '1' }], nextCursor: null });
    const { id = '' } = first.notices[0] ?? {};
    const source = 'PARKED';
    expect((await rival.caller.fleet.notices({})).notices).toEqual([]);
    await expect(rival.caller.fleet.resolveNotice({ source, id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await fleet.resolveNotice({ source, id });
    expect((await fleet.notices({})).notices.map(({ detail }) => detail)).toEqual(['2', '1']);
  });
});

describe('asking a station', () => {
  it('is refused while it is away, and for another tenant’s it does not exist', async () => {
    const ask = { stationId: 'NEW-1', action: { kind: 'status' } } as const;
    await expect(admin.caller.fleet.askStation(ask)).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      message: 'The station is not connected. Ask again once it is.',
    });
    await expect(rival.caller.fleet.askStation(ask)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  it('is kept with the station’s own word and how long that took', async () => {
    const sentAt = new Date(Date.UTC(2026, 10, 23, 12));
    const row = (n: number) => ({
      tenantId,
      stationId: 'NEW-1',
      action: 'Reset',
      payload: { type: 'OnIdle' },
      requestedAt: sentAt,
      sentAt,
      answeredAt: new Date(sentAt.getTime() + 40),
      state: 'REJECTED',
      answer: n === 1 ? { error: { code: 'TimedOut', description: 'late' } } : { status: 'Busy' },
      createdAt: new Date(sentAt.getTime() + n),
    });
    await world.db.withTenant(tenantId, (tx) =>
      tx.command.createMany({ data: Array.from({ length: 25 }, (_, n) => row(n)) }),
    );
    const log = await admin.caller.fleet.commandLog({ stationId: 'NEW-1' });
    expect(log).toHaveLength(20);
    expect(log[0]).toMatchObject({ action: 'Reset', answer: 'Busy', latencyMs: 40, isSent: true });
    expect(await rival.caller.fleet.commandLog({ stationId: 'NEW-1' })).toEqual([]);
  });
  it('tells what its version knows, and of a clock that is minutes off', async () => {
    const set = (data: { protocol: string; skewMs: number }) =>
      world.db.withTenant(tenantId, (tx) =>
        tx.chargingStation.update({ where: { id: 'NEW-1' }, data }),
      );
    const seen = async () => (await admin.caller.fleet.stations()).stations[0];
    await set({ protocol: 'ocpp1.6', skewMs: 180_000 });
    expect(await seen()).toMatchObject({ clockOffS: 180, connected: false });
    expect((await seen())?.actions).not.toContain('report');
    await set({ protocol: 'ocpp2.0.1', skewMs: -30_000 });
    expect(await seen()).toMatchObject({ clockOffS: null });
    expect((await seen())?.actions).toContain('report');
  });
});

describe('linking a card', () => {
  const given = { email: 'driver@example.org', name: 'Dana', uid: 'CARD-1' };
  it('makes the driver’s account with a link for the password', async () => {
    const { inviteToken } = await admin.caller.fleet.linkCard(given);
    expect(inviteToken).toHaveLength(32);
    expect((await admin.caller.fleet.cards()).cards).toMatchObject([
      { uid: 'CARD-1', email: 'driver@example.org', hasPassword: false },
    ]);
  });
  it('knows a card in whatever case it is typed, and keeps it as it was first shown', async () => {
    await admin.caller.fleet.linkCard({ ...given, uid: 'card-1' });
    expect((await admin.caller.fleet.cards()).cards.map(({ uid }) => uid)).toEqual(['CARD-1']);
    const twice = world.db.withTenant(tenantId, (tx) =>
      tx.idToken.create({ data: { tenantId, uid: 'Card-1' } }),
    );
    await expect(twice).rejects.toSatisfy(isUniqueViolation);
  });
  it('takes no card away from its driver', async () => {
    await expect(
      admin.caller.fleet.linkCard({ ...given, uid: 'card-1', email: 'thief@example.org' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });
  it('gives nobody a link into an account that another tenant made', async () => {
    await expect(rival.caller.fleet.linkCard({ ...given, uid: 'CARD-2' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
