import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld } from '../trpc/world.test-support.ts';
import type { World } from '../trpc/world.test-support.ts';
import { memberOfSignIn } from './access.store.ts';
import { createAuthOptions } from './next-auth-options.ts';
import type { WaysIn } from './next-auth-options.ts';
import {
  firstAdminToken,
  inviteToken,
  linkPurpose,
  signInToken,
  takeSignInLink,
} from './one-time-link.ts';
import { principalFrom } from './principal.ts';
import { createPasswordDoor, issueSession, revokeSignIn } from './sign-in.ts';
import type { AuthDeps } from './sign-in.ts';

const secret = 'x'.repeat(40);
const from = { address: '192.0.2.1', device: null, waitS: 0 };
let waysIn: Omit<WaysIn, 'mode'>;
const admin = {
  organisation: 'Canal',
  email: 'first@example.org',
  name: 'First',
  password: 'long enough 1',
};
let world: World;
let auth: AuthDeps;

beforeAll(async () => {
  world = await createWorld();
  auth = { db: world.db, secret, secure: false };
  waysIn = { link: false, oidc: null, log: world.deps.log };
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

describe('ways to sign in', () => {
  const providers = (mode: 'demo' | 'live' | 'replay') =>
    createAuthOptions({ ...auth, ...waysIn, mode }, from).providers.map(({ id }) => id);
  it('know the demo’s one tap in the demo only', () => {
    expect(providers('live')).toEqual(['credentials']);
    expect(providers('replay')).toEqual(['credentials']);
    expect(providers('demo')).toEqual(['credentials', 'demo']);
  });
});

describe('a sign-in', () => {
  it('is a person until it is revoked, and nobody after', async () => {
    const tenantId = await world.addTenant('A');
    const { personId } = await world.addPerson(tenantId, 'DRIVER');
    const { sid, cookie } = await issueSession(auth, personId);
    expect(await principalFrom(auth, cookie)).toMatchObject({
      personId,
      role: 'DRIVER',
      tenantId,
      sid,
    });
    await revokeSignIn(world.db, sid);
    expect(await principalFrom(auth, cookie)).toBeNull();
  });
  it('is nobody with another secret, a broken cookie or a role taken away', async () => {
    const tenantId = await world.addTenant('B');
    const { personId } = await world.addPerson(tenantId, 'DRIVER');
    const { cookie } = await issueSession(auth, personId);
    expect(await principalFrom({ ...auth, secret: 'y'.repeat(40) }, cookie)).toBeNull();
    expect(await principalFrom(auth, `${cookie.slice(0, -4)}AAAA`)).toBeNull();
    await world.db.open.person.update({
      where: { id: personId },
      data: { disabledAt: new Date() },
    });
    expect(await principalFrom(auth, cookie)).toBeNull();
  });
  it('is not changed by what a page says about it', async () => {
    const { callbacks } = createAuthOptions({ ...auth, ...waysIn, mode: 'demo' }, from);
    const jwt = callbacks?.jwt as ((given: object) => unknown) | undefined;
    const token = { sid: 'kept' };
    expect(jwt?.({ token, trigger: 'update', session: { sid: 'other', role: 'ADMIN' } })).toEqual(
      token,
    );
  });
});

describe('sign-ins looked up at once', () => {
  it('are each their own, and what has ended is nobody’s', async () => {
    const tenantId = await world.addTenant('At once');
    const people = [];
    for (let index = 0; index < 4; index += 1) people.push(await world.addPerson(tenantId, 'DRIVER'));
    const [gone] = people;
    await revokeSignIn(world.db, gone?.sid ?? '');
    await world.db.open.signIn.updateMany({
      where: { sid: { in: people.map(({ sid }) => sid) } },
      data: { lastSeenAt: new Date(0) },
    });
    const found = await Promise.all(people.map(({ sid }) => memberOfSignIn(world.db, sid)));
    expect(found.map((member) => member?.personId ?? null)).toEqual(
      people.map((person) => (person === gone ? null : person.personId)),
    );
    const rows = await world.db.open.signIn.findMany({
      where: { sid: { in: people.map(({ sid }) => sid) } },
    });
    const seen = rows.filter(({ lastSeenAt }) => lastSeenAt.getTime() > 0).map(({ sid }) => sid);
    expect(new Set(seen)).toEqual(new Set(people.slice(1).map(({ sid }) => sid)));
  });
  it('do not wait for a person who is being deleted', async () => {
    const tenantId = await world.addTenant('Deleting');
    const [leaving, staying] = [await world.addPerson(tenantId, 'DRIVER'), await world.addPerson(tenantId, 'DRIVER')];
    const sids = [leaving.sid, staying.sid];
    await world.db.open.signIn.updateMany({ where: { sid: { in: sids } }, data: { lastSeenAt: new Date(0) } });
    await world.db.asSystem(async (tx) => {
      await tx.$queryRaw`SELECT sid FROM sign_in WHERE sid = ${leaving.sid}::uuid FOR UPDATE`;
      const found = await Promise.all(sids.map((sid) => memberOfSignIn(world.db, sid)));
      expect(found.map((member) => member?.personId)).toEqual([leaving.personId, staying.personId]);
    });
  });
});

describe('the first administrator', () => {
  it('is made once by a link that works once', async () => {
    const replaced = await firstAdminToken(world.db);
    const token = await firstAdminToken(world.db);
    if (token === null || replaced === null)
      throw new Error('there should be no administrator yet');
    expect(await linkPurpose(world.db, replaced)).toBeNull();
    expect(await linkPurpose(world.db, token)).toMatchObject({ purpose: 'FIRST_ADMIN' });
    const tries = await Promise.allSettled([
      world.anonymous.setup.claim({ token, ...admin }),
      world.anonymous.setup.claim({ token, ...admin, email: 'second@example.org' }),
    ]);
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await firstAdminToken(world.db)).toBeNull();
  });
  it('chooses a password of ten characters at least', async () => {
    const claim = world.anonymous.setup.claim({
      token: 'x'.repeat(32),
      ...admin,
      password: 'short',
    });
    await expect(claim).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

describe('an invited driver', () => {
  const password = 'my first words';

  it('who entered by mail gets no password by a link that an administrator holds', async () => {
    const tenantId = await world.addTenant('Taker');
    const admin = await world.addPerson(tenantId, 'ADMIN');
    const email = 'victim@example.org';
    const link = async (uid: string) =>
      (await admin.caller.fleet.linkCard({ email, name: 'Vic', uid })).inviteToken;
    const early = (await link('TAKE-1')) ?? '';
    expect(early).toHaveLength(32);
    await takeSignInLink(world.db, (await signInToken(world.db, email)) ?? '');
    expect(await link('TAKE-2')).toBeNull();
    const claim = world.anonymous.setup.acceptInvite({ token: early, password });
    await expect(claim).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const person = await world.db.open.person.findUniqueOrThrow({ where: { email } });
    expect(person).toMatchObject({ passwordHash: null, addressProvenAt: expect.any(Date) });
  });

  it('has one link that works: the others go with the first', async () => {
    const tenantId = await world.addTenant('Twice');
    const { personId } = await world.addPerson(tenantId, 'DRIVER');
    const make = () => world.db.open.$transaction((tx) => inviteToken(tx, personId));
    const [first, second] = [await make(), await make()];
    await world.anonymous.setup.acceptInvite({ token: first ?? '', password });
    const again = world.anonymous.setup.acceptInvite({ token: second ?? '', password: 'another one' });
    await expect(again).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await make()).toBeNull();
    expect(await linkPurpose(world.db, second ?? '')).toBeNull();
  });

  it('sets a password by the link and enters with it, five wrong tries at most', async () => {
    const tenantId = await world.addTenant('C');
    const { personId } = await world.addPerson(tenantId, 'DRIVER');
    const { email } = await world.db.open.person.findUniqueOrThrow({ where: { id: personId } });
    const token = (await world.db.open.$transaction((tx) => inviteToken(tx, personId))) ?? '';
    await world.anonymous.setup.acceptInvite({ token, password: 'my first words' });
    const enter = createPasswordDoor(world.db);
    const given = { email: email.toUpperCase(), remoteAddress: '192.0.2.1', device: null };
    expect(await enter({ ...given, password: 'my first words' })).toMatchObject({ personId });
    for (let index = 0; index < 5; index += 1) {
      expect(await enter({ ...given, password: 'wrong' })).toBeNull();
    }
    await expect(enter({ ...given, password: 'my first words' })).rejects.toMatchObject({
      code: 'TOO_MANY',
    });
    expect(
      await enter({ ...given, remoteAddress: '192.0.2.2', password: 'my first words' }),
    ).toMatchObject({ personId });
    const request = { address: given.remoteAddress, device: null, waitS: 0 };
    const { providers } = createAuthOptions({ ...auth, ...waysIn, mode: 'live' }, request);
    const [form] = providers as unknown as { authorize(given: object): Promise<unknown> }[];
    await expect(form?.authorize({ email, password: 'wrong' })).rejects.toThrow(/Wait \d+ min/);
    // The page answers 429 with this many seconds.
    expect(request.waitS).toBeGreaterThan(600);
    await expect(
      world.anonymous.setup.acceptInvite({ token, password: 'another one' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Ten slow hashes, on a machine that may be busy.
  }, 120_000);
});
