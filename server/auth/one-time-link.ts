import { createHash, randomBytes } from 'node:crypto';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { hashPassword } from './password.ts';
import { endSignIns } from './sign-in.ts';

export type LinkPurpose = 'FIRST_ADMIN' | 'DRIVER_INVITE' | 'SIGN_IN';
type LinkRow = { purpose: LinkPurpose; person_id: string | null };

const FIRST_ADMIN_MINUTES = 24 * 60;
const INVITE_MINUTES = 14 * 24 * 60;
/** How long a link that signs in works. */
export const SIGN_IN_LINK_MINUTES = 15;
/** An account that nobody has entered yet; only such a one may get its password by an invitation. */
const UNCLAIMED = { addressProvenAt: null, passwordHash: null, disabledAt: null };
/** What a link that is no good says, whatever the reason. */
export const LINK_GONE = 'This link is used, expired or mistyped. Ask for a new one.';

/** createToken makes the secret of a link: 192 random bits. */
export function createToken(): string {
  return randomBytes(24).toString('base64url');
}

/** tokenHash is what is stored: whoever reads the database cannot use an open link. */
export function tokenHash(token: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(token).digest());
}

async function insertLink(
  tx: Pick<Tx, 'oneTimeLink'>,
  args: { purpose: LinkPurpose; personId: string | null; minutes: number },
): Promise<string> {
  const token = createToken();
  const expiresAt = new Date(Date.now() + args.minutes * 60_000);
  const { purpose, personId } = args;
  await tx.oneTimeLink.create({
    data: { tokenHash: tokenHash(token), purpose, personId, expiresAt },
  });
  return token;
}

/**
 * firstAdminToken makes the token for `/setup?token=…` while nobody administrates this installation,
 * and drops the ones made before.
 * @returns null once there is an administrator.
 */
export async function firstAdminToken(db: Db): Promise<string | null> {
  return await db.asSystem(async (tx) => {
    if ((await tx.membership.count({ where: { role: 'ADMIN' } })) > 0) return null;
    await tx.oneTimeLink.deleteMany({ where: { purpose: 'FIRST_ADMIN', usedAt: null } });
    return await insertLink(tx, {
      purpose: 'FIRST_ADMIN',
      personId: null,
      minutes: FIRST_ADMIN_MINUTES,
    });
  });
}

/**
 * inviteToken makes the token with which a person sets the first password; it lasts 14 days.
 * @returns null where the person has a password or showed to own the address: whoever holds such a
 *   link could take the account over, with all its organisations.
 */
export async function inviteToken(
  tx: Pick<Tx, 'oneTimeLink' | 'person'>,
  personId: string,
): Promise<string | null> {
  if ((await tx.person.count({ where: { id: personId, ...UNCLAIMED } })) === 0) return null;
  return await insertLink(tx, { purpose: 'DRIVER_INVITE', personId, minutes: INVITE_MINUTES });
}

/**
 * signInToken makes the token of a mail that signs a person in and drops the ones sent before.
 * @returns null where nobody has this address; who asks is told the same in either case.
 */
export async function signInToken(db: Db, email: string): Promise<string | null> {
  return await db.open.$transaction(async (tx) => {
    await tx.oneTimeLink.deleteMany({ where: { expiresAt: { lt: new Date() }, purpose: 'SIGN_IN' } });
    const person = await tx.person.findUnique({ where: { email } });
    if (person === null || person.disabledAt !== null) return null;
    const earlier = { personId: person.id, purpose: 'SIGN_IN', usedAt: null };
    await tx.oneTimeLink.deleteMany({ where: earlier });
    return await insertLink(tx, {
      purpose: 'SIGN_IN',
      personId: person.id,
      minutes: SIGN_IN_LINK_MINUTES,
    });
  });
}

/**
 * takeSignInLink uses a mailed link up: of two at the same time one enters. The first proof that the
 * address is the person's own drops a password that was set before it, and its sign-ins.
 * @returns the person, or null where the link is used, expired or unknown.
 */
export async function takeSignInLink(db: Db, token: string): Promise<string | null> {
  return await db.open.$transaction(async (tx) => {
    const link = await takeLink(tx, token, 'SIGN_IN').catch(() => null);
    if (link === null || link.person_id === null) return null;
    const person = await tx.person.findUnique({ where: { id: link.person_id } });
    if (person === null || person.disabledAt !== null) return null;
    await proveAddress(tx, person.id);
    return person.id;
  });
}

/**
 * proveAddress notes that a person showed to own the address, the first time with its consequences.
 * Open links of the person stop working: somebody else may hold them.
 */
export async function proveAddress(
  tx: Pick<Tx, 'person' | 'signIn' | 'oneTimeLink' | '$executeRaw'>,
  personId: string,
): Promise<void> {
  await dropOpenLinks(tx, personId);
  const { count } = await tx.person.updateMany({
    where: { id: personId, addressProvenAt: null },
    data: { addressProvenAt: new Date(), passwordHash: null },
  });
  if (count > 0) await endSignIns(tx, { personId });
}

async function dropOpenLinks(tx: Pick<Tx, 'oneTimeLink'>, personId: string): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: { personId, usedAt: null } });
}

/** linkPurpose tells what an open link is for, null where it is used, expired or unknown. */
export async function linkPurpose(
  db: Db,
  token: string,
): Promise<{ purpose: LinkPurpose; name: string | null; email: string | null } | null> {
  const rows = await db.open.$queryRaw<(LinkRow & { name: string | null; email: string | null })[]>`
    SELECT l.purpose, l.person_id, p.name, p.email
      FROM one_time_link l LEFT JOIN person p ON p.id = l.person_id
     WHERE l.token_hash = ${tokenHash(token)} AND l.used_at IS NULL AND l.expires_at > now()
       AND l.purpose <> 'SIGN_IN'`;
  const [row] = rows;
  return row === undefined ? null : { purpose: row.purpose, name: row.name, email: row.email };
}

/** Uses a link up inside `tx`: of two at the same time one gets it. */
async function takeLink(
  tx: Pick<Tx, '$queryRaw'>,
  token: string,
  purpose: LinkPurpose,
): Promise<LinkRow> {
  const rows = await tx.$queryRaw<LinkRow[]>`
    UPDATE one_time_link SET used_at = now()
     WHERE token_hash = ${tokenHash(token)} AND purpose = ${purpose}
       AND used_at IS NULL AND expires_at > now()
    RETURNING purpose, person_id`;
  const [row] = rows;
  if (row === undefined) throw new ValleyError('NOT_FOUND', LINK_GONE);
  return row;
}

/**
 * claimFirstAdmin makes the organisation that runs this installation, its first administrator, and
 * the platform's own organisation, in which the same person adds further ones.
 * @throws ValleyError NOT_FOUND where the link is gone, CONFLICT where there is an administrator.
 */
export async function claimFirstAdmin(
  db: Db,
  args: { token: string; organisation: string; email: string; name: string; password: string },
): Promise<string> {
  const passwordHash = await hashPassword(args.password);
  return await db.asSystem(async (tx) => {
    await takeLink(tx, args.token, 'FIRST_ADMIN');
    if ((await tx.membership.count({ where: { role: 'ADMIN' } })) > 0) {
      throw new ValleyError('CONFLICT', 'There is an administrator already. Sign in instead.');
    }
    const person = await tx.person.create({
      data: { email: args.email, name: args.name, passwordHash },
    });
    const own = await tx.organisation.create({ data: { kind: 'CPO', name: args.organisation } });
    const platform = await tx.organisation.create({ data: { kind: 'PLATFORM', name: 'Valley' } });
    for (const [{ id }, role] of [
      [own, 'ADMIN'],
      [platform, 'PLATFORM'],
    ] as const) {
      const ids = { personId: person.id, organisationId: id, tenantId: id };
      await tx.membership.create({ data: { ...ids, role } });
    }
    return person.id;
  });
}

/**
 * claimInvite sets an invited driver's first password and ends the sign-ins made before.
 * @throws ValleyError NOT_FOUND where the link is gone or the person entered in another way since.
 */
export async function claimInvite(
  db: Db,
  args: { token: string; password: string },
): Promise<string> {
  const passwordHash = await hashPassword(args.password);
  return await db.asSystem(async (tx) => {
    const link = await takeLink(tx, args.token, 'DRIVER_INVITE');
    if (link.person_id === null) throw new ValleyError('NOT_FOUND', LINK_GONE);
    const { count } = await tx.person.updateMany({
      where: { id: link.person_id, ...UNCLAIMED },
      data: { passwordHash },
    });
    if (count === 0) throw new ValleyError('NOT_FOUND', LINK_GONE);
    await dropOpenLinks(tx, link.person_id);
    await endSignIns(tx, { personId: link.person_id });
    return link.person_id;
  });
}
