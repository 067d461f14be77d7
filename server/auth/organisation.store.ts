import type { Tx } from '../db/client.ts';

export type MemberRow = {
  person_id: string;
  name: string;
  email: string;
  role: string;
  created_at: Date;
  last_seen_at: Date | null;
};

/** memberRows lists the members of the tx's tenant, by name, with when they were last seen in it. */
export async function memberRows(
  tx: Tx,
  args: { after: string | null; limit: number },
): Promise<MemberRow[]> {
  return await tx.$queryRaw<MemberRow[]>`
    SELECT m.person_id, p.name, p.email, m.role, m.created_at,
           (SELECT max(s.last_seen_at) FROM sign_in s
             WHERE s.person_id = m.person_id AND s.organisation_id = m.organisation_id) AS last_seen_at
      FROM membership m JOIN person p ON p.id = m.person_id
     WHERE ${args.after}::text IS NULL OR (lower(p.name), m.person_id::text) >
           (SELECT lower(last.name), last.id::text FROM membership own
              JOIN person last ON last.id = own.person_id
             WHERE own.person_id::text = ${args.after}::text)
     ORDER BY lower(p.name), m.person_id::text LIMIT ${args.limit}::int`;
}

/**
 * administratorsLeft locks and counts the tx's tenant's administrators but one, so that two removals
 * at the same time cannot leave an organisation without any.
 */
export async function administratorsLeft(tx: Tx, personId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ person_id: string }[]>`
    SELECT person_id FROM membership WHERE role IN ('ADMIN', 'PLATFORM')
     ORDER BY person_id FOR UPDATE`;
  return rows.filter(({ person_id }) => person_id !== personId).length;
}

export type InvitationRow = {
  id: string;
  email: string;
  name: string;
  role: string;
  sent_at: Date;
  expires_at: Date;
  expired: boolean;
};

/** openInvitations lists the tx's tenant's invitations that are neither accepted nor withdrawn. */
export async function openInvitations(tx: Tx): Promise<InvitationRow[]> {
  return await tx.$queryRaw<InvitationRow[]>`
    SELECT id, email, name, role, sent_at, expires_at, expires_at <= now() AS expired
      FROM invitation WHERE accepted_at IS NULL AND withdrawn_at IS NULL
     ORDER BY created_at DESC, id LIMIT 200`;
}

export type OrganisationRow = {
  id: number;
  kind: string;
  name: string;
  created_at: Date;
  members: number;
};

/** organisationRows lists every organisation of the installation; only for the system. */
export async function organisationRows(
  tx: Tx,
  args: { afterId: number; limit: number },
): Promise<OrganisationRow[]> {
  return await tx.$queryRaw<OrganisationRow[]>`
    SELECT o.id, o.kind, o.name, o.created_at,
           (SELECT count(*)::int FROM membership m WHERE m.organisation_id = o.id) AS members
      FROM organisation o WHERE o.id > ${args.afterId}::int ORDER BY o.id LIMIT ${args.limit}::int`;
}

export type OwnOrganisationRow = { id: number; name: string; kind: string; role: string };

/** organisationsOf lists the organisations that a person is in; only for the system. */
export async function organisationsOf(tx: Tx, personId: string): Promise<OwnOrganisationRow[]> {
  return await tx.$queryRaw<OwnOrganisationRow[]>`
    SELECT o.id, o.name, o.kind, m.role FROM membership m
      JOIN organisation o ON o.id = m.organisation_id
     WHERE m.person_id = ${personId}::uuid ORDER BY m.created_at, o.id`;
}
