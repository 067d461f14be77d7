import type { Db } from '../db/client.ts';
import type { Role } from './grants.ts';
import { isRole } from './grants.ts';

export type Member = {
  personId: string;
  name: string;
  email: string;
  role: Role;
  tenantId: number;
};

type MemberRow = {
  person_id: string;
  name: string;
  email: string;
  role: string;
  tenant_id: number;
};

function memberFrom(row: MemberRow | undefined): Member | null {
  if (row === undefined || !isRole(row.role)) return null;
  return {
    personId: row.person_id,
    name: row.name,
    email: row.email,
    role: row.role,
    tenantId: row.tenant_id,
  };
}

/**
 * memberOfSignIn finds who is behind a sign-in that is neither revoked nor expired. It runs as the
 * system because a person's tenant is what it finds out.
 */
export async function memberOfSignIn(db: Db, sid: string): Promise<Member | null> {
  const rows = await db.asSystem(
    (tx) => tx.$queryRaw<MemberRow[]>`
    SELECT p.id AS person_id, p.name, p.email, m.role, m.tenant_id
      FROM sign_in s
      JOIN person p ON p.id = s.person_id
      JOIN membership m ON m.person_id = p.id
     WHERE s.sid = ${sid}::uuid AND s.revoked_at IS NULL AND s.expires_at > now()
       AND p.disabled_at IS NULL
     ORDER BY m.created_at, m.organisation_id LIMIT 1`,
  );
  return memberFrom(rows[0]);
}

/** firstMemberWithRole is the oldest account of a role: the one that the demo signs in. */
export async function firstMemberWithRole(db: Db, role: Role): Promise<Member | null> {
  const rows = await db.asSystem(
    (tx) => tx.$queryRaw<MemberRow[]>`
    SELECT p.id AS person_id, p.name, p.email, m.role, m.tenant_id
      FROM membership m JOIN person p ON p.id = m.person_id
     WHERE m.role = ${role} AND p.disabled_at IS NULL
     ORDER BY p.created_at, p.email LIMIT 1`,
  );
  return memberFrom(rows[0]);
}

export async function passwordOf(
  db: Db,
  email: string,
): Promise<{ personId: string; passwordHash: string | null } | null> {
  const person = await db.open.person.findUnique({ where: { email } });
  if (person === null || person.disabledAt !== null) return null;
  return { personId: person.id, passwordHash: person.passwordHash };
}

export async function insertSignIn(
  db: Db,
  row: { sid: string; personId: string; expiresAt: Date },
): Promise<void> {
  await db.open.signIn.create({ data: row });
}

/** rolesPresent lists the roles that somebody in this installation has. */
export async function rolesPresent(db: Db): Promise<Role[]> {
  const rows = await db.asSystem(
    (tx) => tx.$queryRaw<{ role: string }[]>`
    SELECT DISTINCT role FROM membership ORDER BY role`,
  );
  return rows.map(({ role }) => role).filter(isRole);
}
