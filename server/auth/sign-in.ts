import { randomUUID } from 'node:crypto';
import { decode, encode } from 'next-auth/jwt';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { publish } from '../bus/bus.ts';
import { firstMemberWithRole, insertSignIn, passwordOf } from './access.store.ts';
import type { SignInOrigin } from './access.store.ts';
import type { Role } from './grants.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { forgetAttempts, giveBack, takeAttempt } from './sign-in-limit.ts';

/** How long a sign-in lasts. */
export const SIGN_IN_SECONDS = 30 * 86_400;
const QUARTER_S = 15 * 60;
const HOUR_S = 3_600;
const PER_PAIR = 5;
const PER_ADDRESS = 50;
const PER_ACCOUNT = 100;

/** What signing in needs; `secret` encrypts the cookie, `secure` is true behind https. */
export type AuthDeps = { db: Db; secret: string; secure: boolean };

/** Who signed in, and the id of the sign-in, which the cookie carries. */
export type Entered = { personId: string; sid: string };

/** The cookie that carries the sign-in; `__Host-` binds it to this host over https. */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-valley.session' : 'valley.session';
}

/** startSignIn records a new sign-in of a person. @returns its id, which the cookie carries. */
export async function startSignIn(
  db: Db,
  personId: string,
  from: SignInOrigin & { organisationId?: number },
): Promise<string> {
  const sid = randomUUID();
  const expiresAt = new Date(Date.now() + SIGN_IN_SECONDS * 1000);
  const organisationId = from.organisationId ?? null;
  await insertSignIn(db, { ...from, sid, personId, expiresAt, organisationId });
  return sid;
}

/**
 * issueSession signs a person in without a form, for scripts and tests.
 * @returns the sign-in's id and the value of the request header `Cookie`.
 */
export async function issueSession(
  deps: AuthDeps,
  personId: string,
): Promise<{ sid: string; cookie: string }> {
  const sid = await startSignIn(deps.db, personId, {
    method: 'SCRIPT',
    device: null,
    address: null,
  });
  const token = await encode({ token: { sid }, secret: deps.secret, maxAge: SIGN_IN_SECONDS });
  return { sid, cookie: `${sessionCookieName(deps.secure)}=${token}` };
}

/** sidFromToken reads the sign-in's id out of the cookie's value; null if it is not ours. */
export async function sidFromToken(secret: string, token: string): Promise<string | null> {
  const claims = await decode({ token, secret }).catch(() => null);
  const sid: unknown = claims?.['sid'];
  return typeof sid === 'string' ? sid : null;
}

/** revokeSignIn ends a sign-in; open streams of it end by the bus. */
export async function revokeSignIn(db: Db, sid: string): Promise<void> {
  await db.open.$transaction(async (tx) => {
    await tx.signIn.updateMany({
      where: { sid, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    await publish(tx, 'sign-in', [sid]);
  });
}

/**
 * endSignIns ends the open sign-ins of a person inside `tx` but the one of `keepSid`; with `onlySid`
 * that one, with `organisationId` only those that work in that organisation.
 * @returns how many it ended.
 */
export async function endSignIns(
  tx: Pick<Tx, 'signIn' | '$executeRaw'>,
  args: { personId: string; keepSid?: string; onlySid?: string; organisationId?: number },
): Promise<number> {
  const { personId, keepSid, onlySid, organisationId } = args;
  const open = await tx.signIn.findMany({
    where: {
      personId,
      revokedAt: null,
      ...(onlySid === undefined ? {} : { sid: onlySid }),
      // Made before the person was in any: it works wherever the person is now.
      ...(organisationId === undefined
        ? {}
        : { OR: [{ organisationId }, { organisationId: null }] }),
    },
  });
  const sids = open.map(({ sid }) => sid).filter((sid) => sid !== keepSid);
  await tx.signIn.updateMany({ where: { sid: { in: sids } }, data: { revokedAt: new Date() } });
  await publish(tx, 'sign-in', sids);
  return sids.length;
}

type DoorKnock = { email: string; password: string; remoteAddress: string; device: string | null };

/** Checks a password; refuses after five wrong ones per account and address in 15 minutes. */
export type PasswordDoor = (given: DoorKnock) => Promise<Entered | null>;

export function createPasswordDoor(db: Db): PasswordDoor {
  return async ({ email, password, remoteAddress, device }) => {
    const account = email.trim().toLowerCase();
    const pair = `password ${account} ${remoteAddress}`;
    const fromAddress = `password from ${remoteAddress}`;
    const ofAccount = `password of ${account}`;
    await knock(db, [
      { key: pair, max: PER_PAIR, windowS: QUARTER_S },
      { key: fromAddress, max: PER_ADDRESS, windowS: HOUR_S },
      { key: ofAccount, max: PER_ACCOUNT, windowS: HOUR_S },
    ]);
    const person = await passwordOf(db, account);
    const right = await verifyPassword(password, person?.passwordHash ?? null);
    if (person === null || !right) return null;
    await forgetAttempts(db, pair);
    await giveBack(db, [fromAddress, ofAccount]);
    const origin = { method: 'PASSWORD', device, address: remoteAddress } as const;
    return { personId: person.personId, sid: await startSignIn(db, person.personId, origin) };
  };
}

/**
 * knock counts a try at a door.
 * @throws ValleyError TOO_MANY with the seconds to wait where a limit is reached.
 */
export async function knock(db: Db, limits: Parameters<typeof takeAttempt>[1]): Promise<void> {
  const waitS = await takeAttempt(db, limits);
  if (waitS > 0) throw tooMany(waitS);
}

/** tooMany is the refusal of whoever comes too often. */
export function tooMany(waitS: number): ValleyError {
  const sentence =
    waitS < 60
      ? `Too many requests. Wait ${waitS} s.`
      : `Too many tries. Wait ${Math.ceil(waitS / 60)} min.`;
  return new ValleyError('TOO_MANY', sentence, { retryAfterS: waitS });
}

/** demoSignIn signs in the oldest account of a role. Only the demo's provider calls it. */
export async function demoSignIn(
  db: Db,
  role: Role,
  from: Omit<SignInOrigin, 'method'>,
): Promise<Entered | null> {
  const member = await firstMemberWithRole(db, role);
  if (member === null) return null;
  const sid = await startSignIn(db, member.personId, {
    ...from,
    method: 'DEMO',
    organisationId: member.tenantId,
  });
  return { personId: member.personId, sid };
}

/**
 * changePassword sets a new password where the current one is right, and ends every other sign-in.
 * Somebody who entered by link or provider only has none yet and sets the first.
 * @throws ValleyError BAD_INPUT where the current password is wrong.
 */
export async function changePassword(
  db: Db,
  args: { personId: string; sid: string; current: string; next: string },
): Promise<void> {
  const { personId } = args;
  await knock(db, [{ key: `change ${personId}`, max: PER_PAIR, windowS: QUARTER_S }]);
  const person = await db.open.person.findUnique({ where: { id: personId } });
  const hash = person?.passwordHash ?? null;
  if (hash !== null && !(await verifyPassword(args.current, hash))) {
    throw new ValleyError('BAD_INPUT', 'The current password is not right. Type it again.');
  }
  const passwordHash = await hashPassword(args.next);
  await db.open.$transaction(async (tx) => {
    await tx.person.update({ where: { id: personId }, data: { passwordHash } });
    await endSignIns(tx, { personId, keepSid: args.sid });
  });
}
