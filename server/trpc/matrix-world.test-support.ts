import { createApiKey } from '../auth/organisation.service.ts';
import { invite } from '../auth/invitation.service.ts';
import { keyScopes, roles } from '../auth/grants.ts';
import type { OrganisationKind, Role } from '../auth/grants.ts';
import { requesterFrom } from '../auth/principal.ts';
import type { Requester } from '../auth/principal.ts';
import { endSignIns, issueSession, startSignIn } from '../auth/sign-in.ts';
import type { AuthDeps } from '../auth/sign-in.ts';
import { removeMember } from '../auth/organisation.service.ts';
import type { Db, Tx } from '../db/client.ts';
import type { Ids } from './matrix-inputs.test-support.ts';
import { NOW } from './world.test-support.ts';
import type { World } from './world.test-support.ts';

/** Somebody who asks, resolved as the portal resolves a request, and the things of their tenant. */
export type Asker = { name: string; principal: Requester | null; own: Ids; foreign: Ids };

type Tenant = { tenantId: number; kind: OrganisationKind; ids: Ids; people: Map<Role, string> };

/** Two operators A and B with a person of every role and something of everything, and who asks. */
export async function createAskers(world: World): Promise<{ askers: Asker[]; tenantB: number }> {
  const auth: AuthDeps = { db: world.db, secret: 'x'.repeat(40), secure: false };
  const a = await addOperator(world, 'A');
  const b = await addOperator(world, 'B');
  const askers: Asker[] = [{ name: 'nobody', principal: null, own: a.ids, foreign: b.ids }];
  const add = async (name: string, headers: Headers, [own, foreign]: [Tenant, Tenant]) => {
    const principal = await requesterFrom(auth, headers);
    const signInId = await anotherSignIn(world, principal);
    askers.push({
      name,
      principal,
      own: { ...own.ids, ...(signInId === null ? {} : { signInId }) },
      foreign: foreign.ids,
    });
  };
  for (const [name, own, foreign] of [
    ['A', a, b],
    ['B', b, a],
  ] as const) {
    for (const [role, personId] of own.people) {
      await add(`${role} of ${name}`, await cookieOf(auth, personId), [own, foreign]);
    }
    const key = await createApiKey(world.db, membersOf(own), { ...anyKey, scopes: keyScopes });
    await add(`key of ${name}`, bearer(key.key), [own, foreign]);
  }
  await addOthers({
    world,
    auth,
    a,
    add: (name, headers, own = {}) => add(name, headers, [{ ...a, ids: { ...a.ids, ...own } }, b]),
  });
  await add(IN_TWO, await cookieOf(auth, await adminOfBoth(world, a, b)), [a, b]);
  return { askers, tenantB: b.tenantId };
}

/** Works in A; what is B's must be as far away as for anybody else in A. */
export const IN_TWO = 'ADMIN of A and of B, in A';

async function adminOfBoth(world: World, a: Tenant, b: Tenant): Promise<string> {
  const { personId } = await world.addPerson(a.tenantId, 'ADMIN');
  const { tenantId } = b;
  await world.db.withTenant(tenantId, (tx) =>
    tx.membership.create({ data: { personId, organisationId: tenantId, tenantId, role: 'ADMIN' } }),
  );
  return personId;
}

type Headers = { cookie?: string; authorization?: string };
const anyKey = { name: 'Meter room', days: 30 } as const;
const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });

function membersOf({ tenantId, kind }: Tenant) {
  return { tenantId, organisationKind: kind };
}

async function cookieOf(auth: AuthDeps, personId: string): Promise<Headers> {
  return { cookie: (await issueSession(auth, personId)).cookie };
}

async function anotherSignIn(world: World, principal: Requester | null): Promise<string | null> {
  if (principal === null || !('sid' in principal)) return null;
  const origin = { method: 'SCRIPT', device: null, address: null } as const;
  return await startSignIn(world.db, principal.personId, origin);
}

/** Who must get nothing, or no more than their key says; and administrators of other kinds. */
async function addOthers(args: {
  world: World;
  auth: AuthDeps;
  a: Tenant;
  add: (name: string, headers: Headers, own?: Partial<Ids>) => Promise<void>;
}): Promise<void> {
  const { world, auth, a, add } = args;
  const { db } = world;
  const within = membersOf(a);
  const admin = async () => (await world.addPerson(a.tenantId, 'ADMIN')).personId;

  const removed = await admin();
  const stale = await cookieOf(auth, removed);
  await removeMember(db, within, removed);
  await add('removed a moment ago', stale);

  const signedOut = await admin();
  const closed = await cookieOf(auth, signedOut);
  await db.open.$transaction((tx) => endSignIns(tx, { personId: signedOut }));
  await add('signed out', closed);

  const expired = await issueSession(auth, await admin());
  const past = { expiresAt: new Date(Date.now() - 1_000) };
  await db.open.signIn.update({ where: { sid: expired.sid }, data: past });
  await add('expired', { cookie: expired.cookie });

  const disabled = await admin();
  const kept = await cookieOf(auth, disabled);
  await db.open.person.update({ where: { id: disabled }, data: { disabledAt: new Date() } });
  await add('disabled', kept);

  const narrow = await createApiKey(db, within, { ...anyKey, scopes: ['price:read'] });
  await add('key of A for prices', bearer(narrow.key));
  for (const [name, data] of [
    ['revoked key of A', { revokedAt: new Date() }],
    ['expired key of A', past],
  ] as const) {
    const { id, key } = await createApiKey(db, within, { ...anyKey, scopes: keyScopes });
    await db.withTenant(a.tenantId, (tx) => tx.apiKey.update({ where: { id }, data }));
    await add(name, bearer(key));
  }
  for (const [kind, role] of [
    ['MSP', 'ADMIN'],
    ['MUNICIPALITY', 'ADMIN'],
    ['GRID_OPERATOR', 'ADMIN'],
    ['PLATFORM', 'PLATFORM'],
    ['MSP', 'MSP'],
    ['MUNICIPALITY', 'MUNICIPALITY'],
    ['GRID_OPERATOR', 'GRID'],
  ] as const) {
    const tenantId = await world.addTenant(kind, kind);
    const { personId } = await world.addPerson(tenantId, role);
    const own = kind === 'GRID_OPERATOR' ? await addNode(db, tenantId) : {};
    await add(`${role} of a ${kind}`, await cookieOf(auth, personId), own);
  }
}

/** A node of the grid with a limit. */
async function addNode(db: Db, tenantId: number): Promise<{ gridNodeId: string; limitId: string }> {
  return await db.withTenant(tenantId, async (tx) => {
    const data = { ownerId: tenantId, kind: 'FEEDER', name: 'Feeder' };
    const { id: gridNodeId } = await tx.gridNode.create({ data });
    const limit = { tenantId, gridNodeId, limitW: 50_000, validFrom: NOW };
    const { id: limitId } = await tx.powerLimit.create({ data: limit });
    return { gridNodeId, limitId };
  });
}

async function addOperator(world: World, name: string): Promise<Tenant> {
  const kind = 'CPO';
  const tenantId = await world.addTenant(name, kind);
  const people = new Map<Role, string>();
  for (const role of roles.filter((one) => one !== 'PLATFORM')) {
    people.set(role, (await world.addPerson(tenantId, role)).personId);
  }
  // A second administrator, so that the first is not the last one.
  await world.addPerson(tenantId, 'ADMIN');
  const { personId } = await world.addPerson(tenantId, 'CPO');
  const stationId = await world.addStation(tenantId);
  const driverId = people.get('DRIVER') ?? null;
  const sessionId = await world.addStay({ tenantId, stationId, driverId });
  const within = { tenantId, organisationKind: kind } as const;
  const guest = { email: `guest@${name.toLowerCase()}.example.org`, name: 'Guest' };
  const { deps } = world;
  const invited = await invite(deps, within, { ...guest, role: 'CPO' });
  const key = await createApiKey(world.db, within, { ...anyKey, scopes: ['price:read'] });
  const origin = { method: 'SCRIPT', device: null, address: null } as const;
  const ids: Ids = {
    locationId: await locationOf(world.db, tenantId),
    stationId,
    sessionId,
    personId,
    invitationId: invited.id,
    keyId: key.id,
    signInId: await startSignIn(world.db, personId, origin),
    organisationId: tenantId,
    eventId: await addEvent(world.db, tenantId, stationId),
    invitationToken: mailedToken(world, guest.email),
    ...(await addNode(world.db, tenantId)),
  };
  return { tenantId, kind, ids, people };
}

function mailedToken({ deps }: World, email: string): string {
  const mail = deps.mailer.outbox().find(({ to }) => to === email);
  const token = /token=(\S+)/.exec(mail?.text ?? '')?.[1];
  if (token === undefined) throw new Error(`${email} got no invitation by mail`);
  return token;
}

async function locationOf(db: Db, tenantId: number): Promise<string> {
  return (await db.withTenant(tenantId, (tx) => tx.location.findFirstOrThrow())).id;
}

async function addEvent(db: Db, tenantId: number, stationId: string): Promise<string> {
  const event = await db.withTenant(tenantId, async (tx) => {
    await tx.evse.create({ data: { tenantId, stationId, evseId: 1, maxPowerW: 11_000 } });
    return await tx.stationEvent.create({
      data: {
        tenantId,
        stationId,
        kind: 'FAULT',
        severity: 'WARNING',
        happenedAt: NOW,
        receivedAt: NOW,
      },
    });
  });
  return event.id.toString();
}

class RolledBack extends Error {}

/** Runs `work` on a database whose every change is taken back, so that no call sees another's. */
export async function takenBack<T>(db: Db, work: (db: Db, tx: Tx) => Promise<T>): Promise<T> {
  const outcome: { value?: T } = {};
  const done = db.open.$transaction(
    async (tx) => {
      outcome.value = await work(dbWithin(tx), tx);
      throw new RolledBack();
    },
    { maxWait: 20_000, timeout: 20_000 },
  );
  await done.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return outcome.value as T;
}

/** The doors to the database inside one tx: each tx of the program becomes a savepoint. */
function dbWithin(tx: Tx): Db {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const scoped = <T>(scope: string, work: (inner: Tx) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      await tx.$executeRaw`SAVEPOINT door`;
      await tx.$executeRaw`SELECT set_config('app.tenant', ${scope}, true)`;
      try {
        return await work(tx);
      } catch (error) {
        await tx.$executeRaw`ROLLBACK TO SAVEPOINT door`;
        throw error;
      } finally {
        await tx.$executeRaw`SELECT set_config('app.tenant', '', true)`;
      }
    });
  const open = new Proxy(tx, {
    get: (target, name, receiver): unknown =>
      name === '$transaction'
        ? (work: (inner: Tx) => Promise<unknown>) => scoped('', work)
        : Reflect.get(target, name, receiver),
  });
  return {
    open: open as unknown as Db['open'],
    withTenant: (tenantId, work) => scoped(String(tenantId), work),
    asSystem: (work) => scoped('*', work),
    close: () => Promise.resolve(),
  };
}

/** A digest of every row of a tenant, in every table that names one. */
export async function fingerprintOf(tx: Tx, tenantId: number): Promise<string> {
  await tx.$executeRaw`SELECT set_config('app.tenant', ${String(tenantId)}, true)`;
  const tables = await tx.$queryRaw<{ name: string }[]>`
    SELECT c.oid::regclass::text AS name FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
     WHERE c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT') AND c.relname <> 'audit_entry'
     ORDER BY 1`;
  const parts = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS source, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum FROM ${name} t`,
  );
  const sums = await tx.$queryRawUnsafe<{ source: string; sum: string }[]>(
    parts.join(' UNION ALL '),
  );
  return sums.map(({ source, sum }) => `${source} ${sum}`).join('\n');
}
