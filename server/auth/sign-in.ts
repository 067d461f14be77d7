import { randomUUID } from 'node:crypto';
import { decode, encode } from 'next-auth/jwt';
import type { Db } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { publish } from '../bus/bus.ts';
import { firstMemberWithRole, insertSignIn, passwordOf } from './access.store.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import type { Role } from './grants.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** How long a sign-in lasts. */
export const SIGN_IN_SECONDS = 30 * 86_400;
const ATTEMPTS = { max: 5, windowMs: 15 * 60_000 };

/** What signing in needs; `secret` encrypts the cookie, `secure` is true behind https. */
export type AuthDeps = { db: Db; secret: string; secure: boolean };

/** The cookie that carries the sign-in; `__Host-` binds it to this host over https. */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-valley.session' : 'valley.session';
}

/** startSignIn records a new sign-in of a person. @returns its id, which the cookie carries. */
export async function startSignIn(db: Db, personId: string): Promise<string> {
  const sid = randomUUID();
  const expiresAt = new Date(Date.now() + SIGN_IN_SECONDS * 1000);
  await insertSignIn(db, { sid, personId, expiresAt });
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
  const sid = await startSignIn(deps.db, personId);
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

/** revokeOthers ends every sign-in of a person but `keepSid`. */
export async function revokeOthers(
  db: Db,
  personId: string,
  keepSid: string | null,
): Promise<void> {
  await db.open.$transaction(async (tx) => {
    const open = await tx.signIn.findMany({ where: { personId, revokedAt: null } });
    const sids = open.map(({ sid }) => sid).filter((sid) => sid !== keepSid);
    await tx.signIn.updateMany({ where: { sid: { in: sids } }, data: { revokedAt: new Date() } });
    await publish(tx, 'sign-in', sids);
  });
}

/** Checks a password; refuses after five wrong ones per account and address in 15 minutes. */
export type PasswordDoor = (given: {
  email: string;
  password: string;
  remoteAddress: string;
}) => Promise<{ personId: string; sid: string } | null>;

export function createPasswordDoor(
  db: Db,
  limit: AttemptLimit = createAttemptLimit(ATTEMPTS),
): PasswordDoor {
  return async ({ email, password, remoteAddress }) => {
    const account = email.trim().toLowerCase();
    const key = `${account} ${remoteAddress}`;
    const waitSeconds = limit.attempt(key, Date.now());
    if (waitSeconds > 0) {
      throw new ValleyError('TOO_MANY', `Too many tries. Wait ${Math.ceil(waitSeconds / 60)} min.`);
    }
    const person = await passwordOf(db, account);
    const right = await verifyPassword(password, person?.passwordHash ?? null);
    if (person === null || !right) return null;
    limit.forget(key);
    return { personId: person.personId, sid: await startSignIn(db, person.personId) };
  };
}

/** demoSignIn signs in the oldest account of a role. Only the demo's provider calls it. */
export async function demoSignIn(
  db: Db,
  role: Role,
): Promise<{ personId: string; sid: string } | null> {
  const member = await firstMemberWithRole(db, role);
  if (member === null) return null;
  return { personId: member.personId, sid: await startSignIn(db, member.personId) };
}

/**
 * changePassword sets a new password where the current one is right, and ends every other sign-in.
 * @throws ValleyError BAD_INPUT where the current password is wrong.
 */
export async function changePassword(
  db: Db,
  args: { personId: string; sid: string; current: string; next: string },
): Promise<void> {
  const person = await db.open.person.findUnique({ where: { id: args.personId } });
  if (!(await verifyPassword(args.current, person?.passwordHash ?? null))) {
    throw new ValleyError('BAD_INPUT', 'The current password is not right. Type it again.');
  }
  const passwordHash = await hashPassword(args.next);
  await db.open.person.update({ where: { id: args.personId }, data: { passwordHash } });
  await revokeOthers(db, args.personId, args.sid);
}
