import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCaller } from '../trpc/root.ts';
import { createWorld } from '../trpc/world.test-support.ts';
import type { Actor, World } from '../trpc/world.test-support.ts';
import { holderOfKey, memberOfSignIn } from './access.store.ts';
import { hashOfKey } from './api-key.ts';
import { principalFrom } from './principal.ts';
import { issueSession } from './sign-in.ts';
import type { AuthDeps } from './sign-in.ts';

let world: World;
let auth: AuthDeps;
let tenantId: number;
let admin: Actor;

beforeAll(async () => {
  world = await createWorld();
  auth = { db: world.db, secret: 'x'.repeat(40), secure: false };
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});
beforeEach(async () => {
  tenantId = await world.addTenant('Canal');
  admin = await world.addPerson(tenantId, 'ADMIN');
});

const password = 'long enough 1';
const newEmail = () => `p-${randomUUID().slice(0, 8)}@example.org`;

/** The token of the newest mail to an address. */
function mailed(email: string): string {
  const mail = world.deps.mailer.outbox().find(({ to }) => to === email);
  return /(?:token=|#)(\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
}

async function invite(email: string): Promise<string> {
  await admin.caller.organisation.invite({ email, name: 'Ina', role: 'CPO' });
  return mailed(email);
}

/** The same person’s caller in whatever organisation the sign-in works now. */
async function callerOf(sid: string) {
  const member = await memberOfSignIn(world.db, sid);
  return createCaller({
    deps: world.deps,
    principal: member === null ? null : { ...member, sid },
  });
}

describe('an invitation', () => {
  it('makes a new person a member, once', async () => {
    const email = newEmail();
    const token = await invite(email);
    expect(await world.anonymous.setup.link({ token })).toMatchObject({
      purpose: 'INVITATION',
      email,
      organisation: 'Canal',
      hasAccount: false,
    });
    const tries = await Promise.allSettled(
      [1, 2].map(() => world.anonymous.setup.acceptInvitation({ token, password })),
    );
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { members } = await admin.caller.organisation.members({ after: null });
    expect(members.map((member) => [member.email, member.role])).toContainEqual([email, 'CPO']);
    expect(await world.anonymous.setup.link({ token })).toBeNull();
    expect(await admin.caller.organisation.invitations()).toEqual([]);
  });

  it('adds an organisation to somebody with an account only when they are signed in', async () => {
    const other = await world.addPerson(await world.addTenant('Harbour'), 'ADMIN');
    const { email } = await world.db.open.person.findUniqueOrThrow({
      where: { id: other.personId },
    });
    const token = await invite(email);
    await expect(
      world.anonymous.setup.acceptInvitation({ token, password }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      admin.caller.setup.acceptInvitation({ token, password: null }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await other.caller.setup.acceptInvitation({ token, password: null });
    const caller = await callerOf(other.sid);
    expect(await caller.account.me()).toMatchObject({ organisationName: 'Canal', role: 'CPO' });
    const own = await caller.account.organisations();
    expect(own.map(({ name, current }) => [name, current])).toEqual([
      ['Harbour', false],
      ['Canal', true],
    ]);
  });

  it('does not tell whether an address has an account elsewhere', async () => {
    const other = await world.addPerson(await world.addTenant('Harbour'), 'DRIVER');
    const { email } = await world.db.open.person.findUniqueOrThrow({
      where: { id: other.personId },
    });
    const shape = async (to: string) => {
      const { link } = await admin.caller.organisation.invite({ email: to, name: 'X', role: 'CPO' });
      return link;
    };
    expect(await shape(email)).toEqual(await shape(newEmail()));
  });

  it('is sent again with a new link, withdrawn, and does not outlive 14 days', async () => {
    const email = newEmail();
    const first = await invite(email);
    const [open] = await admin.caller.organisation.invitations();
    const id = open?.id ?? '';
    await admin.caller.organisation.resendInvitation({ invitationId: id });
    const second = mailed(email);
    expect(second).not.toBe(first);
    const link = (token: string) => world.anonymous.setup.link({ token });
    expect([await link(first), await link(second)]).toEqual([null, expect.anything()]);
    const past = { expiresAt: new Date(Date.now() - 1_000) };
    const data = { where: { id }, data: past };
    await world.db.withTenant(tenantId, (tx) => tx.invitation.update(data));
    expect(await link(second)).toBeNull();
    await admin.caller.organisation.resendInvitation({ invitationId: id });
    await admin.caller.organisation.withdrawInvitation({ invitationId: id });
    expect(await link(mailed(email))).toBeNull();
    await expect(
      world.anonymous.setup.acceptInvitation({ token: mailed(email), password }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('to a new person is accepted in a browser where somebody else is signed in', async () => {
    const email = newEmail();
    const token = await invite(email);
    const other = await world.addPerson(await world.addTenant('Harbour'), 'CPO');
    expect(await other.caller.setup.acceptInvitation({ token, password })).toEqual({ email });
    expect(await memberOfSignIn(world.db, other.sid)).toMatchObject({ organisationName: 'Harbour' });
  });

  it('gives no role that this kind of organisation does not have', async () => {
    const city = await world.addPerson(await world.addTenant('City', 'MUNICIPALITY'), 'ADMIN');
    const given = { email: newEmail(), name: 'X', role: 'CPO' as const };
    await expect(city.caller.organisation.invite(given)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});

describe('a member', () => {
  it('who is removed is nobody at once, and open streams end by themselves', async () => {
    const member = await world.addPerson(tenantId, 'CPO');
    const { cookie, sid } = await issueSession(auth, member.personId);
    const caller = await callerOf(sid);
    const stream = (await caller.account.presence())[Symbol.asyncIterator]();
    expect(await stream.next()).toMatchObject({ done: false });
    const end = stream.next();
    await admin.caller.organisation.removeMember({ personId: member.personId });
    expect(await principalFrom(auth, cookie)).toBeNull();
    // Removal told by the bus: the stream has no other way to know.
    expect(await end).toMatchObject({ done: true });
    await expect((await callerOf(sid)).fleet.stations()).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });

  it('keeps other organisations, but must sign in anew', async () => {
    const member = await world.addPerson(tenantId, 'CPO');
    const harbour = await world.addTenant('Harbour');
    await world.db.withTenant(harbour, (tx) =>
      tx.membership.create({
        data: {
          personId: member.personId,
          organisationId: harbour,
          tenantId: harbour,
          role: 'ADMIN',
        },
      }),
    );
    await admin.caller.organisation.removeMember({ personId: member.personId });
    expect(await memberOfSignIn(world.db, member.sid)).toBeNull();
    const { sid } = await issueSession(auth, member.personId);
    expect(await memberOfSignIn(world.db, sid)).toMatchObject({ tenantId: harbour });
  });

  it('gets another role by signing in anew, and the last administrator keeps theirs', async () => {
    const member = await world.addPerson(tenantId, 'CPO');
    const { personId } = member;
    await admin.caller.organisation.changeRole({ personId, role: 'ADMIN' });
    expect(await memberOfSignIn(world.db, member.sid)).toBeNull();
    await admin.caller.organisation.removeMember({ personId });
    const own = { personId: admin.personId };
    await expect(admin.caller.organisation.removeMember(own)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(
      admin.caller.organisation.changeRole({ ...own, role: 'CPO' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('who switches organisation leaves the former one’s streams', async () => {
    const harbour = await world.addTenant('Harbour');
    const { personId } = admin;
    await world.db.withTenant(harbour, (tx) =>
      tx.membership.create({
        data: { personId, organisationId: harbour, tenantId: harbour, role: 'ADMIN' },
      }),
    );
    const stream = (await admin.caller.account.presence())[Symbol.asyncIterator]();
    await stream.next();
    const end = stream.next();
    await admin.caller.account.switchOrganisation({ organisationId: harbour });
    expect(await end).toMatchObject({ done: true });
    expect(await memberOfSignIn(world.db, admin.sid)).toMatchObject({ tenantId: harbour });
  });
});

describe('an API key', () => {
  it('acts for its organisation within its scopes until it is revoked', async () => {
    const { key, id, prefix } = await admin.caller.organisation.createApiKey({
      name: 'Meter room',
      scopes: ['fleet:read'],
      days: 30,
    });
    const holder = await holderOfKey(world.db, hashOfKey(key));
    expect(holder).toMatchObject({ tenantId, keyScopes: ['fleet:read'] });
    const machine = createCaller({ deps: world.deps, principal: holder });
    expect((await machine.fleet.stations()).stations).toEqual([]);
    await expect(machine.market.freshness()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(machine.account.signIns()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const [listed] = await admin.caller.organisation.apiKeys();
    expect(listed).toMatchObject({ prefix, lastUsedAt: expect.any(Date), revokedAt: null });
    expect(JSON.stringify(listed)).not.toContain(key.slice(prefix.length + 1));
    const stored = await world.db.asSystem((tx) =>
      tx.$queryRaw<{ row: string }[]>`SELECT k::text AS row FROM api_key k WHERE id = ${id}::uuid`,
    );
    expect(stored[0]?.row).not.toContain(key.slice(prefix.length + 1));
    await admin.caller.organisation.revokeApiKey({ keyId: id });
    expect(await holderOfKey(world.db, hashOfKey(key))).toBeNull();
  });

  it('has no scopes that its kind of organisation has no use for', async () => {
    const city = await world.addPerson(await world.addTenant('City', 'MUNICIPALITY'), 'ADMIN');
    const given = { name: 'X', scopes: ['fleet:write' as const], days: 1 };
    await expect(city.caller.organisation.createApiKey(given)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});

describe('the platform’s own people', () => {
  it('add organisations with their first administrator, and see every one', async () => {
    const platform = await world.addPerson(await world.addTenant('Valley', 'PLATFORM'), 'PLATFORM');
    const adminEmail = newEmail();
    const given = { name: 'City', kind: 'MUNICIPALITY' as const, adminName: 'Mo', adminEmail };
    await platform.caller.platform.addOrganisation(given);
    await world.anonymous.setup.acceptInvitation({ token: mailed(adminEmail), password });
    const { organisations } = await platform.caller.platform.organisations({ after: 0, limit: 100 });
    expect(organisations.at(-1)).toMatchObject({ name: 'City', members: 1 });
    await expect(admin.caller.platform.organisations({ after: 0 })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('an organisation whose invitation could not be mailed', () => {
  it('is reached by the link that the platform hands over, and only by it', async () => {
    const platform = await world.addPerson(await world.addTenant('Valley', 'PLATFORM'), 'PLATFORM');
    const send = () => Promise.reject(new Error('no mail server answers'));
    const mailer = { ...world.deps.mailer, send };
    const principal = await memberOfSignIn(world.db, platform.sid);
    if (principal === null) throw new Error('The platform’s person cannot sign in.');
    const caller = createCaller({
      deps: { ...world.deps, mailer },
      principal: { ...principal, sid: platform.sid },
    });
    const adminEmail = newEmail();
    const given = { name: 'Far', kind: 'MSP' as const, adminName: 'Mo', adminEmail };
    const { link, organisationId } = await caller.platform.addOrganisation(given);
    const token = /token=(\S+)/.exec(link ?? '')?.[1] ?? '';
    await world.anonymous.setup.acceptInvitation({ token, password });
    const person = await world.db.open.person.findUniqueOrThrow({ where: { email: adminEmail } });
    // The mail did not bring the link, so it proves nothing of the address.
    expect(person.addressProvenAt).toBeNull();
    const { organisations } = await platform.caller.platform.organisations({ after: 0, limit: 100 });
    expect(organisations.find(({ id }) => id === organisationId)).toMatchObject({ members: 1 });
  });
});

describe('a link by mail', () => {
  const ask = (email: string, remoteAddress = '192.0.2.9') =>
    createCaller({ deps: world.deps, principal: null, remoteAddress }).setup.requestLink({ email });

  it('is stored as a hash, and the answer is the same for an address nobody has', async () => {
    const { email } = await world.db.open.person.findUniqueOrThrow({
      where: { id: admin.personId },
    });
    expect(await ask(email)).toEqual(await ask(newEmail()));
    await expect.poll(() => mailed(email)).not.toBe('');
    const rows = await world.db.open.$queryRaw<
      { row: string }[]
    >`SELECT l::text AS row FROM one_time_link l`;
    expect(rows.map(({ row }) => row).join(' ')).not.toContain(mailed(email));
  });

  it('is asked for three times an hour at most, whoever has the address', async () => {
    for (const email of [newEmail(), newEmail()]) {
      for (let count = 0; count < 3; count += 1) await ask(email, '192.0.2.20');
      await expect(ask(email, '192.0.2.21')).rejects.toMatchObject({
        code: 'TOO_MANY_REQUESTS',
        cause: { retryAfterS: expect.any(Number) },
      });
    }
  });
});
