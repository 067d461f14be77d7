import { publish } from '../bus/bus.ts';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { createKey } from './api-key.ts';
import type { Member } from './access.store.ts';
import type { KeyScope, OrganisationKind, Role } from './grants.ts';
import { isGranted, rolesOfKind } from './grants.ts';
import { administratorsLeft, organisationsOf } from './organisation.store.ts';
import type { OwnOrganisationRow } from './organisation.store.ts';
import { endSignIns } from './sign-in.ts';

const NO_MEMBER = 'There is no such member of this organisation.';
const LAST_ADMIN = 'This is the last administrator. Make somebody else one first.';
const NO_KEY = 'There is no such key of this organisation.';
const NOT_IN = 'You are not in this organisation.';

export type MembersOf = Pick<Member, 'tenantId' | 'organisationKind'>;

/** roleAllowed refuses roles that an organisation of this kind does not have. */
export function roleAllowed(kind: OrganisationKind, role: Role): void {
  const allowed: readonly Role[] = rolesOfKind[kind];
  if (allowed.includes(role)) return;
  throw new ValleyError('BAD_INPUT', 'This organisation has no such role. Choose one of the list.');
}

async function memberOrRefuse(tx: Tx, personId: string): Promise<{ role: string }> {
  // Only one row: a person has one role in an organisation, and the tx sees one organisation.
  const member = await tx.membership.findFirst({ where: { personId } });
  if (member === null) throw new ValleyError('NOT_FOUND', NO_MEMBER);
  return member;
}

/**
 * changeRole gives a member another role and ends the sign-ins made with the old one.
 * @throws ValleyError NOT_FOUND, CONFLICT where no administrator would be left.
 */
export async function changeRole(
  db: Db,
  within: MembersOf,
  given: { personId: string; role: Role },
): Promise<void> {
  roleAllowed(within.organisationKind, given.role);
  const { personId, role } = given;
  await db.withTenant(within.tenantId, async (tx) => {
    const member = await memberOrRefuse(tx, personId);
    if (member.role === role) return;
    const [firstRole] = rolesOfKind[within.organisationKind];
    if (role !== firstRole && (await administratorsLeft(tx, personId)) === 0) {
      throw new ValleyError('CONFLICT', LAST_ADMIN);
    }
    await tx.membership.updateMany({ where: { personId }, data: { role } });
    await endSignIns(tx, { personId, organisationId: within.tenantId });
  });
}

/**
 * removeMember takes a person out: from the next request on nothing of the organisation is theirs,
 * and open streams end by the bus.
 * @throws ValleyError NOT_FOUND, CONFLICT where no administrator would be left.
 */
export async function removeMember(db: Db, within: MembersOf, personId: string): Promise<void> {
  await db.withTenant(within.tenantId, async (tx) => {
    await memberOrRefuse(tx, personId);
    if ((await administratorsLeft(tx, personId)) === 0) {
      throw new ValleyError('CONFLICT', LAST_ADMIN);
    }
    await tx.membership.deleteMany({ where: { personId } });
    await endSignIns(tx, { personId, organisationId: within.tenantId });
  });
}

/** createApiKey makes a key of the organisation; it is told here and never again. */
export async function createApiKey(
  db: Db,
  within: MembersOf,
  given: { name: string; scopes: readonly KeyScope[]; days: number },
): Promise<{ id: string; key: string; prefix: string }> {
  const scopes = [...new Set(given.scopes)];
  const holder = { keyScopes: scopes, organisationKind: within.organisationKind };
  if (!scopes.every((scope) => isGranted(holder, scope))) {
    throw new ValleyError('BAD_INPUT', 'This organisation has no use for one of these rights.');
  }
  const { key, prefix, keyHash } = createKey();
  const expiresAt = new Date(Date.now() + given.days * 86_400_000);
  const { id } = await db.withTenant(within.tenantId, (tx) =>
    tx.apiKey.create({
      data: { tenantId: within.tenantId, name: given.name, prefix, keyHash, scopes, expiresAt },
    }),
  );
  return { id, key, prefix };
}

/** revokeApiKey ends a key at once. @throws ValleyError NOT_FOUND. */
export async function revokeApiKey(db: Db, within: MembersOf, keyId: string): Promise<void> {
  await db.withTenant(within.tenantId, async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: { id: keyId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0) throw new ValleyError('NOT_FOUND', NO_KEY);
  });
}

/** ownOrganisations lists where a person may work. */
export async function ownOrganisations(db: Db, personId: string): Promise<OwnOrganisationRow[]> {
  return await db.asSystem((tx) => organisationsOf(tx, personId));
}

/**
 * switchOrganisation lets a sign-in work in another organisation of its person. Open pages of the
 * former one are told, so that nobody types into the wrong organisation.
 * @throws ValleyError NOT_FOUND where the person is not in it, or there is none.
 */
export async function switchOrganisation(
  db: Db,
  who: { personId: string; sid: string },
  organisationId: number,
): Promise<{ role: string }> {
  return await db.asSystem(async (tx) => {
    const own = await organisationsOf(tx, who.personId);
    const chosen = own.find(({ id }) => id === organisationId);
    if (chosen === undefined) throw new ValleyError('NOT_FOUND', NOT_IN);
    await tx.signIn.update({ where: { sid: who.sid }, data: { organisationId } });
    await publish(tx, 'sign-in', [who.sid]);
    return { role: chosen.role };
  });
}
