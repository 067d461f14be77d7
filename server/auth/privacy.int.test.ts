import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardParty } from '../settlement/ledger-entries.ts';
import { createWorld } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';
import { KEPT } from './privacy.store.ts';
import { principalFrom } from './principal.ts';
import { issueSession } from './sign-in.ts';
import type { AuthDeps } from './sign-in.ts';

const NAME = 'Canary Canarysdottir';
const CARD = 'CANARY-04A1';
const DEVICE = 'CanaryBrowser/1.0';
const ADDRESS = '203.0.113.199';

let world: World;
let auth: AuthDeps;
let tenantId: number;
let driver: Actor;
let email: string;
let sessionId: string;

beforeAll(async () => {
  world = await createWorld();
  auth = { db: world.db, secret: 'x'.repeat(40), secure: false };
  tenantId = await world.addTenant('Canal');
  driver = await world.addPerson(tenantId, 'DRIVER');
  email = `canary.${randomUUID().slice(0, 8)}@example.org`;
  await fill();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** The driver with everything that a driver leaves behind, each with a mark to look for later. */
async function fill(): Promise<void> {
  const { personId } = driver;
  const { db } = world;
  await db.open.person.update({ where: { id: personId }, data: { name: NAME, email } });
  await db.open.signIn.updateMany({
    where: { personId },
    data: { device: DEVICE, address: ADDRESS },
  });
  await driver.caller.driver.setBattery({ batteryWh: 60_000 });
  const stationId = await world.addStation(tenantId);
  await db.withTenant(tenantId, (tx) =>
    tx.idToken.create({ data: { tenantId, uid: CARD, driverId: personId } }),
  );
  const stay = { tenantId, stationId, driverId: personId, state: 'CLOSED' };
  sessionId = await world.addStay(stay);
  await db.withTenant(tenantId, async (tx) => {
    await tx.session.update({ where: { id: sessionId }, data: { idToken: CARD } });
    const { plugInAt } = await tx.session.findUniqueOrThrow({ where: { id: sessionId } });
    await tx.$executeRaw`
      INSERT INTO departure_count (tenant_id, scope, key, counts, stays) VALUES (${tenantId}, 'DRIVER',
        encode(sha256(convert_to(lower(${CARD}), 'UTF8')), 'hex'), '{}', 3)`;
    const transaction = await tx.transaction.create({
      data: {
        tenantId,
        sessionId,
        stationId,
        evseId: 1,
        ocppId: '1',
        idToken: CARD,
        startedAt: plugInAt,
        startedReceivedAt: plugInAt,
        meterStartMilliWh: 0n,
      },
    });
    await tx.meterReading.create({
      data: {
        tenantId,
        stationId,
        evseId: 1,
        transactionId: transaction.id,
        measuredAt: plugInAt,
        receivedAt: plugInAt,
        context: 'Sample.Periodic',
        digest: 1n,
        registerMilliWh: 42n,
        samples: [],
      },
    });
    await tx.parkedMessage.create({
      data: {
        tenantId,
        stationId,
        action: 'StopTransaction',
        payload: { idTag: CARD },
        reason: 'UNKNOWN_TRANSACTION',
        receivedAt: plugInAt,
      },
    });
  });
}

/** Every row of every table as text, but the schema's own. */
async function allText(): Promise<string> {
  return await world.db.asSystem(async (tx) => {
    const tables = await tx.$queryRaw<{ name: string }[]>`
      SELECT oid::regclass::text AS name FROM pg_class
       WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'ledger'::regnamespace)
         AND has_table_privilege(oid, 'SELECT')`;
    const parts = tables.map(({ name }) => `SELECT t::text AS row FROM ${name} t`);
    const rows = await tx.$queryRawUnsafe<{ row: string }[]>(parts.join(' UNION ALL '));
    return rows.map(({ row }) => row).join('\n');
  });
}

describe('a driver’s data', () => {
  it('is all in the copy, table by table, and no secret is', async () => {
    const { tables } = await driver.caller.account.export();
    expect(Object.keys(tables)).toEqual(
      expect.arrayContaining([
        'person',
        'membership',
        'sign_in',
        'id_token',
        'driver_profile',
        'session',
        'transaction',
        'meter_reading',
        'departure_count',
      ]),
    );
    const text = JSON.stringify(tables);
    for (const mark of [NAME, email, CARD, DEVICE, ADDRESS]) expect(text).toContain(mark);
    expect(text).not.toContain(driver.sid);
    expect(text).not.toMatch(/_hash|"digest"/);
  });

  it('is kept while a stay is open', async () => {
    const stationId = await world.addStation(tenantId);
    const open = await world.addStay({ tenantId, stationId, driverId: driver.personId });
    const remove = () => driver.caller.account.delete({ confirm: 'DELETE' });
    await expect(remove()).rejects.toMatchObject({ code: 'CONFLICT' });
    await world.db.withTenant(tenantId, (tx) =>
      tx.session.update({
        where: { id: open },
        data: { state: 'CLOSED', plugOutAt: new Date(), idToken: CARD },
      }),
    );
  });

  it('is nowhere after the driver deletes it, stays stay, and every sign-in ends', async () => {
    const { cookie } = await issueSession(auth, driver.personId);
    await expect(
      driver.caller.account.delete({ confirm: 'delete' as 'DELETE' }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const learned = () => world.db.withTenant(tenantId, (tx) => tx.departureCount.count());
    expect(await learned()).toBe(1);
    await driver.caller.account.delete({ confirm: 'DELETE' });
    const text = await allText();
    for (const mark of [NAME, email, CARD, DEVICE, ADDRESS]) expect(text).not.toContain(mark);
    expect(await principalFrom(auth, cookie)).toBeNull();
    expect(await learned()).toBe(0);
    const stay = await world.db.withTenant(tenantId, (tx) =>
      tx.session.findUniqueOrThrow({ where: { id: sessionId } }),
    );
    // The random id stays: settlements and ledger rows of late readings still find their account.
    expect(stay.driverId).toBe(driver.personId);
    expect(stay.idToken).toMatch(/^gone-[0-9a-f]{16}$/);
    const again = world.db.open.person.findUniqueOrThrow({ where: { id: driver.personId } });
    expect(await again).toMatchObject({ name: 'Deleted person', passwordHash: null });
  });

  it('can be deleted from every table that names a person, also one that is added tomorrow', async () => {
    const rows = await world.db.asSystem(
      (tx) => tx.$queryRaw<{ name: string }[]>`
      SELECT DISTINCT c.conrelid::regclass::text AS name FROM pg_constraint c
       WHERE c.contype = 'f' AND c.confrelid = 'person'::regclass
         AND NOT has_table_privilege(c.conrelid, 'DELETE') ORDER BY 1`,
    );
    // The program may not delete these: what they hold must be right to keep, or GRANT DELETE.
    expect(rows.map(({ name }) => name).filter((name) => !KEPT.has(name))).toEqual([]);
  });

  it('holds and forgets stays of a card from before it was the driver’s', async () => {
    const { personId, caller } = await world.addPerson(tenantId, 'DRIVER');
    const uid = 'EARLIER-77';
    await world.db.withTenant(tenantId, (tx) =>
      tx.idToken.create({ data: { tenantId, uid, driverId: personId } }),
    );
    const stationId = await world.addStation(tenantId);
    const id = await world.addStay({ tenantId, stationId, driverId: null, state: 'CLOSED' });
    await world.db.withTenant(tenantId, (tx) =>
      tx.session.update({ where: { id }, data: { idToken: uid.toLowerCase() } }),
    );
    const { tables } = await caller.account.export();
    expect(tables['session']).toMatchObject([{ id }]);
    await caller.account.delete({ confirm: 'DELETE' });
    expect((await allText()).toLowerCase()).not.toContain(uid.toLowerCase());
  });

  it('has what the books hold under the number of a card in its copy', async () => {
    const { personId, caller } = await world.addPerson(tenantId, 'DRIVER');
    const uid = 'BOOKED-88';
    const party = cardParty(uid.toLowerCase());
    const entry = {
      tenant: tenantId,
      kind: 'adjustment',
      key: 'adjustment booked 88',
      sourceId: 'booked 88',
      sourceRev: 0,
      legs: [
        {
          debit: { party: 'platform', kind: 'suspense' },
          credit: { party, kind: 'driver_payable' },
          micro: '1000',
        },
      ],
    };
    await world.db.withTenant(tenantId, async (tx) => {
      await tx.idToken.create({ data: { tenantId, uid, driverId: personId } });
      await tx.$executeRaw`SELECT ledger.post(${JSON.stringify([entry])}::jsonb)`;
    });
    const { tables } = await caller.account.export();
    expect(tables['ledger.account']).toMatchObject([{ party }]);
    expect(tables['ledger.transfer']).toHaveLength(1);
    await caller.account.delete({ confirm: 'DELETE' });
    const left = await world.db.withTenant(tenantId, (tx) => tx.$queryRaw<{ party: string }[]>`
      SELECT party FROM ledger.account WHERE kind = 'driver_payable'`);
    expect(left.map((row) => row.party)).not.toContain(party);
  });

  it('leaves an administrator where two delete themselves at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const organisation = await world.addTenant(`Twins ${round}`);
      const twins = await Promise.all(
        [1, 2].map(() => world.addPerson(organisation, 'ADMIN')),
      );
      const deletions = await Promise.allSettled(
        twins.map(({ caller }) => caller.account.delete({ confirm: 'DELETE' })),
      );
      expect(deletions.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('is not deleted by the only administrator of an organisation', async () => {
    const admin = await world.addPerson(tenantId, 'ADMIN');
    await expect(admin.caller.account.delete({ confirm: 'DELETE' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});
