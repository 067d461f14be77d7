import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { testDatabase } from '../db/test-database.ts';
import { auditedDb } from './audited-db.ts';
import type { AuditMark } from './audited-db.ts';
import { createCaller } from './root.ts';
import { createWorld, NOW } from './world.test-support.ts';
import type { Actor, World } from './world.test-support.ts';

let world: World;
let tenantId: number;
let admin: Actor;
let locationId: string;

beforeAll(async () => {
  world = await createWorld();
  tenantId = await world.addTenant('Canal');
  admin = await world.addPerson(tenantId, 'ADMIN');
  await world.addStation(tenantId);
  const site = await world.db.withTenant(tenantId, (tx) => tx.location.findFirstOrThrow());
  locationId = site.id;
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

const entries = async () =>
  (await admin.caller.organisation.audit({ before: null, limit: 100 })).entries;
const mark: AuditMark = {
  requestId: '00000000-0000-4000-8000-00000000000a',
  personId: null,
  keyId: null,
  tenantId: null,
  action: 'test',
  address: null,
};

describe('the record of changes', () => {
  it('says who changed which rows, how and from where', async () => {
    await admin.caller.fleet.setSiteLimit({ locationId, limitW: 11_000 });
    await admin.caller.fleet.setSiteLimit({ locationId, limitW: 22_000 });
    const [latest, earlier] = await entries();
    expect(latest).toMatchObject({ action: 'fleet.setSiteLimit', address: null });
    expect(latest?.actor).toMatch(/^admin/);
    const [made] = earlier?.changes ?? [];
    expect(made).toMatchObject({ table: 'power_limit', before: null, columns: null });
    expect(latest?.changes).toContainEqual({
      table: 'power_limit',
      before: made?.after,
      after: made?.after,
      columns: ['valid_to'],
    });
  });

  it('knows the address of a request and the key that made it', async () => {
    const { id } = await admin.caller.organisation.createApiKey({
      name: 'Robot',
      scopes: ['fleet:write'],
      days: 1,
    });
    const holder = {
      keyId: id,
      name: 'Robot',
      keyScopes: ['fleet:write'] as const,
      tenantId,
      organisationKind: 'CPO' as const,
    };
    const remoteAddress = '192.0.2.44';
    const machine = createCaller({ deps: world.deps, principal: holder, remoteAddress });
    await machine.fleet.setSiteLimit({ locationId, limitW: null });
    const [latest] = await entries();
    expect(latest).toMatchObject({ address: remoteAddress });
    expect(latest?.actor).toMatch(/^Robot \(vly_[0-9a-f]{8}\)$/);
  });

  it('says who settled a notice of a station', async () => {
    const stationId = await world.addStation(tenantId);
    const event = await world.db.withTenant(tenantId, (tx) =>
      tx.stationEvent.create({
        data: {
          tenantId,
          stationId,
          kind: 'FAULT',
          severity: 'WARNING',
          happenedAt: NOW,
          receivedAt: NOW,
        },
      }),
    );
    const id = event.id.toString();
    await admin.caller.fleet.resolveNotice({ source: 'EVENT', id });
    const [latest] = await entries();
    expect(latest).toMatchObject({
      action: 'fleet.resolveNotice',
      changes: [{ table: 'station_event', before: id, after: id, columns: ['resolved_at'] }],
    });
  });

  it('holds nothing of what failed, and falls with its change', async () => {
    const before = (await entries()).length;
    const wrong = { locationId: '00000000-0000-4000-8000-000000000000', limitW: 1 };
    await expect(admin.caller.fleet.setSiteLimit(wrong)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const db = auditedDb(world.db, { ...mark, tenantId });
    const broken = db.withTenant(tenantId, async (tx) => {
      await tx.location.updateMany({ data: { name: 'Gone' } });
      throw new Error('after the change');
    });
    await expect(broken).rejects.toThrow('after the change');
    expect((await entries()).length).toBe(before);
    await admin.caller.fleet.stations();
    expect((await entries()).length).toBe(before);
  });

  it('catches a write outside any tx of a service', async () => {
    const db = auditedDb(world.db, { ...mark, tenantId, action: 'direct write' });
    const { personId } = admin;
    await db.open.driverProfile.upsert({
      where: { personId },
      create: { personId, batteryWh: 60_000 },
      update: {},
    });
    expect((await entries())[0]).toMatchObject({ action: 'direct write' });
    await db.open.$executeRaw`UPDATE person SET name = name WHERE id = ${personId}::uuid`;
    expect((await entries())[0]?.changes).toContainEqual(
      expect.objectContaining({ table: 'person', after: personId }),
    );
  });

  it('holds no value: no name, no address, no secret', async () => {
    await admin.caller.account.rename({ name: 'Canary McCanary' });
    const rows = await world.db.asSystem(
      (tx) => tx.$queryRaw<{ row: string }[]>`SELECT a::text AS row FROM audit_entry a`,
    );
    const text = rows.map(({ row }) => row).join('\n');
    expect(text).not.toContain('Canary');
    expect(text).not.toContain('example.org');
  });

  it('is seen by its own organisation’s administrators only, a page at a time', async () => {
    const other = await world.addPerson(await world.addTenant('Harbour'), 'ADMIN');
    expect((await other.caller.organisation.audit({ before: null })).entries).toEqual([]);
    const operator = await world.addPerson(tenantId, 'CPO');
    await expect(operator.caller.organisation.audit({ before: null })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const first = await admin.caller.organisation.audit({ before: null, limit: 2 });
    const second = await admin.caller.organisation.audit({ before: first.next, limit: 2 });
    const ids = [...first.entries, ...second.entries].map(({ id }) => BigInt(id));
    expect(ids).toEqual([...ids].toSorted((a, b) => Number(b - a)));
    expect(new Set(ids).size).toBe(4);
  });

  it('cannot be changed, deleted or emptied, not even by the owner', async () => {
    await using database = await testDatabase();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    const app = new pg.Client({ connectionString: database.appUrl });
    await Promise.all([owner.connect(), app.connect()]);
    const insert = `INSERT INTO audit_entry (request_id, action, changes) VALUES (gen_random_uuid(), 'x', '[]')`;
    await owner.query(insert);
    for (const sql of [
      "UPDATE audit_entry SET action = 'y'",
      'DELETE FROM audit_entry',
      'TRUNCATE audit_entry',
    ]) {
      await expect(owner.query(sql)).rejects.toMatchObject({ constraint: 'audit_append_only' });
      await owner.query('SET session_replication_role = replica');
      await expect(owner.query(sql)).rejects.toMatchObject({ constraint: 'audit_append_only' });
      await owner.query('RESET session_replication_role');
      await expect(app.query(sql)).rejects.toThrow(/permission denied/);
    }
    await Promise.all([owner.end(), app.end()]);
  });

  it('notes the changes of every table but those that only machines write', async () => {
    const rows = await world.db.asSystem(
      (tx) => tx.$queryRaw<{ name: string }[]>`
      SELECT c.relname AS name FROM pg_class c
       WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
         AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'INSERT'))
         AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'audit_note')
       ORDER BY 1`,
    );
    // Written by stations, planners, feeds and clocks; `attempt` and `kerb_lock` count tries. Whatever
    // a person changes is audited: SELECT audited('table', 'id column') in the table's migration.
    expect(rows.map(({ name }) => name)).toEqual(machineTables);
  });
});

const machineTables = [
  'attempt',
  'audit_entry',
  'clock',
  'clock_anchor',
  'connection',
  'connector',
  'day_ahead_price',
  'departure_count',
  'departure_expected',
  'installation',
  'kerb_lock',
  'meter_reading',
  'ocpp_inbox',
  'plan',
  'price_document',
  'session',
  'transaction',
  'tree_plan',
  'tree_plan_limit',
];
