import type { Db } from '../db/client.ts';
import { gather } from '../gather.ts';
import type { KeyScope, OrganisationKind, Role } from './grants.ts';
import { isKeyScope, isOrganisationKind, isRole } from './grants.ts';

/** A person in one role of one organisation, which is a tenant. */
export type Member = {
  personId: string;
  name: string;
  email: string;
  role: Role;
  tenantId: number;
  organisationName: string;
  organisationKind: OrganisationKind;
};

type MemberRow = {
  person_id: string;
  name: string;
  email: string;
  role: string;
  tenant_id: number;
  organisation_name: string;
  organisation_kind: string;
};

/** Where a sign-in came from, for the person's own list of them. */
export type SignInOrigin = {
  method: 'PASSWORD' | 'LINK' | 'OIDC' | 'DEMO' | 'SCRIPT';
  device: string | null;
  address: string | null;
};

function memberFrom(row: MemberRow): Member | null {
  if (!isRole(row.role)) return null;
  if (!isOrganisationKind(row.organisation_kind)) return null;
  return {
    personId: row.person_id,
    name: row.name,
    email: row.email,
    role: row.role,
    tenantId: row.tenant_id,
    organisationName: row.organisation_name,
    organisationKind: row.organisation_kind,
  };
}

/** Sign-ins looked up in one statement. */
const SIGN_INS_MAX = 500;
const lookUps = new WeakMap<Db, (sid: string) => Promise<Member | null>>();

/**
 * memberOfSignIn finds who is behind a sign-in that is neither revoked nor expired, in the
 * organisation it works in: losing that membership ends it, also where there are others. It runs as
 * the system because a person's tenant is what it finds out. "Last seen" is kept to the minute.
 * A thousand pages that ask at once, as after a restart, ask together.
 */
export async function memberOfSignIn(db: Db, sid: string): Promise<Member | null> {
  const known = lookUps.get(db);
  const lookUp = known ?? gather((sids: readonly string[]) => membersOf(db, sids), SIGN_INS_MAX);
  if (known === undefined) lookUps.set(db, lookUp);
  return await lookUp(sid);
}

async function membersOf(db: Db, sids: readonly string[]): Promise<Map<string, Member>> {
  const rows = await db.asSystem(async (tx) => {
    const found = await tx.$queryRaw<(MemberRow & { sid: string; seen_long_ago: boolean })[]>`
      SELECT DISTINCT ON (s.sid) s.sid, p.id AS person_id, p.name, p.email, m.role, m.tenant_id,
             o.name AS organisation_name, o.kind AS organisation_kind,
             s.last_seen_at < now() - interval '1 minute' AS seen_long_ago
        FROM sign_in s
        JOIN person p ON p.id = s.person_id
        JOIN membership m ON m.person_id = p.id
         AND (s.organisation_id IS NULL OR m.organisation_id = s.organisation_id)
        JOIN organisation o ON o.id = m.organisation_id
       WHERE s.sid = ANY (${[...sids]}::uuid[]) AND s.revoked_at IS NULL AND s.expires_at > now()
         AND p.disabled_at IS NULL
       ORDER BY s.sid, m.created_at, m.organisation_id`;
    const seen = found.filter(({ seen_long_ago }) => seen_long_ago).map((row) => row.sid);
    if (seen.length > 0) {
      // In one order for everybody: two processes that see the same people must not block each other,
      // and who is being deleted holds up nobody: "last seen" is written at the next look-up.
      await tx.$executeRaw`
        UPDATE sign_in SET last_seen_at = now() WHERE sid IN (
          SELECT sid FROM sign_in WHERE sid = ANY (${seen}::uuid[]) ORDER BY sid FOR NO KEY UPDATE SKIP LOCKED)`;
    }
    return found;
  });
  return new Map(
    rows.flatMap((row) => {
      const member = memberFrom(row);
      return member === null ? [] : [[row.sid, member] as const];
    }),
  );
}

/** A machine that acts for an organisation by one of its API keys. */
export type KeyHolder = {
  keyId: string;
  name: string;
  keyScopes: readonly KeyScope[];
  tenantId: number;
  organisationKind: OrganisationKind;
};

type KeyRow = {
  id: string;
  name: string;
  scopes: string[];
  tenant_id: number;
  kind: string;
  used_long_ago: boolean;
};

/** holderOfKey finds the API key with this hash that is neither revoked nor expired. */
export async function holderOfKey(
  db: Db,
  keyHash: Uint8Array<ArrayBuffer>,
): Promise<KeyHolder | null> {
  const [row] = await db.asSystem(async (tx) => {
    const found = await tx.$queryRaw<KeyRow[]>`
      SELECT k.id, k.name, k.scopes, k.tenant_id, o.kind,
             k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute' AS used_long_ago
        FROM api_key k JOIN organisation o ON o.id = k.tenant_id
       WHERE k.key_hash = ${keyHash} AND k.revoked_at IS NULL AND k.expires_at > now()`;
    const [key] = found;
    if (key?.used_long_ago === true) {
      await tx.$executeRaw`UPDATE api_key SET last_used_at = now() WHERE id = ${key.id}::uuid`;
    }
    return found;
  });
  if (row === undefined || !isOrganisationKind(row.kind)) return null;
  return {
    keyId: row.id,
    name: row.name,
    keyScopes: row.scopes.filter(isKeyScope),
    tenantId: row.tenant_id,
    organisationKind: row.kind,
  };
}

/** firstMemberWithRole is the oldest account of a role: the one that the demo signs in. */
export async function firstMemberWithRole(
  db: Db,
  role: Role,
): Promise<{ personId: string; tenantId: number } | null> {
  const rows = await db.asSystem(
    (tx) => tx.$queryRaw<{ person_id: string; tenant_id: number }[]>`
    SELECT m.person_id, m.tenant_id
      FROM membership m JOIN person p ON p.id = m.person_id
     WHERE m.role = ${role} AND p.disabled_at IS NULL
     ORDER BY p.created_at, p.email LIMIT 1`,
  );
  const [row] = rows;
  return row === undefined ? null : { personId: row.person_id, tenantId: row.tenant_id };
}

export async function passwordOf(
  db: Db,
  email: string,
): Promise<{ personId: string; passwordHash: string | null } | null> {
  const person = await db.open.person.findUnique({ where: { email } });
  if (person === null || person.disabledAt !== null) return null;
  return { personId: person.id, passwordHash: person.passwordHash };
}

/** insertSignIn stores a sign-in; without an organisation it works in the person's first one. */
export async function insertSignIn(
  db: Db,
  row: SignInOrigin & {
    sid: string;
    personId: string;
    expiresAt: Date;
    organisationId: number | null;
  },
): Promise<void> {
  await db.asSystem(
    (tx) => tx.$executeRaw`
    INSERT INTO sign_in (sid, person_id, expires_at, method, device, address, organisation_id)
    VALUES (${row.sid}::uuid, ${row.personId}::uuid, ${row.expiresAt.toISOString()}::timestamptz,
      ${row.method}, ${row.device}, ${row.address}, coalesce(${row.organisationId}::integer,
        (SELECT organisation_id FROM membership WHERE person_id = ${row.personId}::uuid
          ORDER BY created_at, organisation_id LIMIT 1)))`,
  );
}

/** rolesPresent lists the roles that somebody in this installation has. */
export async function rolesPresent(db: Db): Promise<Role[]> {
  const rows = await db.asSystem(
    (tx) => tx.$queryRaw<{ role: string }[]>`
    SELECT DISTINCT role FROM membership ORDER BY role`,
  );
  return rows.map(({ role }) => role).filter(isRole);
}
