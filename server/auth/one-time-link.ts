import { createHash, randomBytes } from 'node:crypto';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { hashPassword } from './password.ts';
import { revokeOthers } from './sign-in.ts';

export type LinkPurpose = 'FIRST_ADMIN' | 'DRIVER_INVITE';
type LinkRow = { purpose: LinkPurpose; person_id: string | null };

const FIRST_ADMIN_HOURS = 24;
const INVITE_HOURS = 14 * 24;
const LINK_GONE = 'This link is used, expired or mistyped. Ask for a new one.';

/** Only the hash is stored: whoever reads the database cannot use an open link. */
function tokenHash(token: string): Buffer<ArrayBuffer> {
  return Buffer.from(createHash('sha256').update(token).digest());
}

async function insertLink(
  tx: Pick<Tx, 'oneTimeLink'>,
  args: { purpose: LinkPurpose; personId: string | null; hours: number },
): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + args.hours * 3_600_000);
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
      hours: FIRST_ADMIN_HOURS,
    });
  });
}

/** inviteToken makes the token with which a person sets the first password; it lasts 14 days. */
export async function inviteToken(tx: Pick<Tx, 'oneTimeLink'>, personId: string): Promise<string> {
  return await insertLink(tx, { purpose: 'DRIVER_INVITE', personId, hours: INVITE_HOURS });
}

/** linkPurpose tells what an open link is for, null where it is used, expired or unknown. */
export async function linkPurpose(
  db: Db,
  token: string,
): Promise<{ purpose: LinkPurpose; name: string | null; email: string | null } | null> {
  const rows = await db.open.$queryRaw<(LinkRow & { name: string | null; email: string | null })[]>`
    SELECT l.purpose, l.person_id, p.name, p.email
      FROM one_time_link l LEFT JOIN person p ON p.id = l.person_id
     WHERE l.token_hash = ${tokenHash(token)} AND l.used_at IS NULL AND l.expires_at > now()`;
  const [row] = rows;
  return row === undefined ? null : { purpose: row.purpose, name: row.name, email: row.email };
}

/** Uses a link up inside `tx`: of two at the same time one gets it. */
async function takeLink(tx: Tx, token: string, purpose: LinkPurpose): Promise<LinkRow> {
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
 * claimFirstAdmin makes the organisation that runs this installation and its first administrator.
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
    const organisation = await tx.organisation.create({
      data: { kind: 'CPO', name: args.organisation },
    });
    const person = await tx.person.create({
      data: { email: args.email, name: args.name, passwordHash },
    });
    await tx.membership.create({
      data: {
        personId: person.id,
        organisationId: organisation.id,
        tenantId: organisation.id,
        role: 'ADMIN',
      },
    });
    return person.id;
  });
}

/** claimInvite sets an invited person's password and ends the sign-ins made before. */
export async function claimInvite(
  db: Db,
  args: { token: string; password: string },
): Promise<string> {
  const passwordHash = await hashPassword(args.password);
  const personId = await db.asSystem(async (tx) => {
    const link = await takeLink(tx, args.token, 'DRIVER_INVITE');
    if (link.person_id === null) throw new ValleyError('NOT_FOUND', LINK_GONE);
    await tx.person.update({ where: { id: link.person_id }, data: { passwordHash } });
    return link.person_id;
  });
  await revokeOthers(db, personId, null);
  return personId;
}
