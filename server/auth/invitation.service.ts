import type { Db, Tx } from '../db/client.ts';
import { isUniqueViolation, ValleyError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { OrganisationKind, Role } from './grants.ts';
import { isRole, rolesOfKind } from './grants.ts';
import type { Mailer } from './mail.ts';
import { mailTexts } from './mail-texts.ts';
import { createToken, LINK_GONE, tokenHash } from './one-time-link.ts';
import { roleAllowed } from './organisation.service.ts';
import type { MembersOf } from './organisation.service.ts';
import { hashPassword } from './password.ts';

const DAYS = 14;
const DAY_MS = 86_400_000;
const NO_INVITATION = 'There is no such open invitation. Reload the page.';
const SIGN_IN_FIRST = 'This address has an account. Sign in with it, then open the link again.';

export type InviteDeps = { db: Db; mailer: Mailer; siteUrl: string; log: Log };
export type Invited = { id: string; link: string | null };

/**
 * invite asks somebody into an organisation and sends the link; where no mail can be sent it is
 * returned, to be handed over. The answer does not tell whether the address has an account elsewhere;
 * the link does, to whoever opens it: a mailed one is the invited person's alone, one that is handed
 * over has been seen by the inviter.
 * @throws ValleyError CONFLICT where the person is in it already or an invitation is open.
 */
export async function invite(
  deps: InviteDeps,
  within: MembersOf,
  given: { email: string; name: string; role: Role },
): Promise<Invited> {
  roleAllowed(within.organisationKind, given.role);
  const token = createToken();
  const stored = await deps.db.withTenant(within.tenantId, (tx) =>
    insertInvitation(tx, { ...given, token, tenantId: within.tenantId, deps }),
  );
  return await deliver(deps, { ...stored, token });
}

type Stored = { id: string; email: string; name: string; organisation: string };

async function insertInvitation(
  tx: Tx,
  args: {
    deps: InviteDeps;
    tenantId: number;
    token: string;
    email: string;
    name: string;
    role: Role;
  },
): Promise<Stored> {
  const { tenantId, email, name, role } = args;
  const isMember = await tx.membership.count({ where: { tenantId, person: { email } } });
  if (isMember > 0) throw new ValleyError('CONFLICT', 'This person is a member already.');
  const organisation = await tx.organisation.findUniqueOrThrow({ where: { id: tenantId } });
  try {
    const { id } = await tx.invitation.create({
      data: { tenantId, email, name, role, ...fresh(args.deps, args.token) },
    });
    return { id, email, name, organisation: organisation.name };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ValleyError('CONFLICT', 'There is an open invitation. Send that one again.');
  }
}

function fresh(deps: InviteDeps, token: string) {
  return {
    tokenHash: tokenHash(token),
    mailed: deps.mailer.canSend,
    sentAt: new Date(),
    expiresAt: new Date(Date.now() + DAYS * DAY_MS),
  };
}

/** The mail goes after the tx: a mail server that is away undoes no invitation, it is sent again. */
async function deliver(deps: InviteDeps, given: Stored & { token: string }): Promise<Invited> {
  const link = linkOf(deps, given.token);
  if (!deps.mailer.canSend) return { id: given.id, link };
  const { name, organisation } = given;
  const mail = mailTexts.invitation({
    to: given.email,
    name,
    organisation,
    link,
    days: String(DAYS),
  });
  try {
    await deps.mailer.send(mail);
  } catch (error) {
    deps.log.error({ error: String(error) }, 'invitation not sent');
    const sentence = 'The invitation is stored, but the mail was not sent. Send it again later.';
    throw new ValleyError('NOT_READY', sentence, { cause: error });
  }
  return { id: given.id, link: null };
}

/** resend makes a new link for an open invitation; the former one stops working. */
export async function resend(deps: InviteDeps, within: MembersOf, id: string): Promise<Invited> {
  const token = createToken();
  const stored = await deps.db.withTenant(within.tenantId, async (tx) => {
    const open = await tx.invitation.findFirst({
      where: { id, acceptedAt: null, withdrawnAt: null },
      include: { tenant: true },
    });
    if (open === null) throw new ValleyError('NOT_FOUND', NO_INVITATION);
    await tx.invitation.update({ where: { id }, data: fresh(deps, token) });
    return { id, email: open.email, name: open.name, organisation: open.tenant.name };
  });
  return await deliver(deps, { ...stored, token });
}

/** withdraw makes an open invitation's link useless. */
export async function withdraw(db: Db, within: MembersOf, id: string): Promise<void> {
  await db.withTenant(within.tenantId, async (tx) => {
    const { count } = await tx.invitation.updateMany({
      where: { id, acceptedAt: null, withdrawnAt: null },
      data: { withdrawnAt: new Date() },
    });
    if (count === 0) throw new ValleyError('NOT_FOUND', NO_INVITATION);
  });
}

export type OpenInvitation = {
  name: string;
  email: string;
  organisation: string;
  /** The address has an account: the invitation is accepted by signing in, not by a password. */
  hasAccount: boolean;
};

/** openInvitation tells what a link invites to; null where it is used, withdrawn or expired. */
export async function openInvitation(db: Db, token: string): Promise<OpenInvitation | null> {
  return await db.asSystem(async (tx) => {
    const found = await findOpen(tx, token);
    if (found === null) return null;
    const { name, email } = found;
    const hasAccount = (await tx.person.count({ where: { email } })) > 0;
    return { name, email, organisation: found.tenant.name, hasAccount };
  });
}

async function findOpen(tx: Tx, token: string) {
  return await tx.invitation.findFirst({
    where: {
      tokenHash: tokenHash(token),
      acceptedAt: null,
      withdrawnAt: null,
      expiresAt: { gt: new Date() },
    },
    include: { tenant: true },
  });
}

/**
 * accept makes an invited person a member. A new person gets an account with the password; somebody
 * who has one must be signed in with it, so that a link alone never changes another's account.
 * @throws ValleyError NOT_FOUND where the link is gone, NOT_ALLOWED where it is another person's.
 */
export async function accept(
  db: Db,
  given: { token: string; password: string | null; signedInAs: string | null },
): Promise<{ personId: string; email: string; organisationId: number }> {
  const passwordHash = given.password === null ? null : await hashPassword(given.password);
  return await db.asSystem(async (tx) => {
    const open = await findOpen(tx, given.token);
    if (open === null || !isRole(open.role)) throw new ValleyError('NOT_FOUND', LINK_GONE);
    const { count } = await tx.invitation.updateMany({
      where: { id: open.id, acceptedAt: null, withdrawnAt: null },
      data: { acceptedAt: new Date() },
    });
    if (count === 0) throw new ValleyError('NOT_FOUND', LINK_GONE);
    const personId = await acceptingPerson(tx, { open, passwordHash, ...given });
    const { tenantId, role } = open;
    await tx.membership.upsert({
      where: { personId_organisationId: { personId, organisationId: tenantId } },
      create: { personId, organisationId: tenantId, tenantId, role },
      update: { role },
    });
    return { personId, email: open.email, organisationId: tenantId };
  });
}

async function acceptingPerson(
  tx: Tx,
  args: {
    open: { email: string; name: string; mailed: boolean };
    passwordHash: string | null;
    signedInAs: string | null;
  },
): Promise<string> {
  const { email, name, mailed } = args.open;
  const known = await tx.person.findUnique({ where: { email } });
  if (known !== null) {
    if (known.id === args.signedInAs && known.disabledAt === null) return known.id;
    throw new ValleyError('NOT_ALLOWED', SIGN_IN_FIRST);
  }
  if (args.passwordHash === null) throw new ValleyError('BAD_INPUT', 'Choose a password.');
  const { passwordHash } = args;
  const addressProvenAt = mailed ? new Date() : null;
  return (await tx.person.create({ data: { email, name, passwordHash, addressProvenAt } })).id;
}

/**
 * addOrganisation makes a further organisation and invites its first administrator.
 * Only the platform's own people may. Nobody in it could send the invitation again: where the mail does
 * not leave, the link is returned, to be handed over.
 */
export async function addOrganisation(
  deps: InviteDeps,
  given: { name: string; kind: OrganisationKind; adminName: string; adminEmail: string },
): Promise<Invited & { organisationId: number }> {
  const token = createToken();
  const [role] = rolesOfKind[given.kind];
  const stored = await deps.db.asSystem(async (tx) => {
    const { name, kind } = given;
    const organisation = await tx.organisation.create({ data: { name, kind } });
    const invitation = await insertInvitation(tx, {
      deps,
      tenantId: organisation.id,
      token,
      email: given.adminEmail,
      name: given.adminName,
      role,
    });
    return { ...invitation, organisationId: organisation.id };
  });
  const { organisationId } = stored;
  try {
    return { ...(await deliver(deps, { ...stored, token })), organisationId };
  } catch (error) {
    if (!(error instanceof ValleyError)) throw error;
    // Whoever accepts by a link that was handed over has not shown to own the address.
    await deps.db.withTenant(organisationId, (tx) =>
      tx.invitation.update({ where: { id: stored.id }, data: { mailed: false } }),
    );
    return { id: stored.id, link: linkOf(deps, token), organisationId };
  }
}

function linkOf({ siteUrl }: InviteDeps, token: string): string {
  return `${siteUrl}/setup?token=${token}`;
}
