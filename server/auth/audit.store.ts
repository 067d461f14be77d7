import type { Tx } from '../db/client.ts';

export type AuditRow = {
  id: bigint;
  happened_at: Date;
  action: string;
  changes: unknown;
  address: string | null;
  actor_name: string | null;
  actor_key: string | null;
};

/** auditRows lists the tx's tenant's changes, newest first, before `before` (exclusive; null: now). */
export async function auditRows(
  tx: Tx,
  args: { before: bigint | null; limit: number },
): Promise<AuditRow[]> {
  return await tx.$queryRaw<AuditRow[]>`
    SELECT a.id, a.happened_at, a.action, a.changes, a.address, p.name AS actor_name,
           CASE WHEN k.id IS NULL THEN NULL ELSE k.name || ' (' || k.prefix || ')' END AS actor_key
      FROM audit_entry a
      LEFT JOIN person p ON p.id = a.actor_person_id
      LEFT JOIN api_key k ON k.id = a.actor_key_id
     WHERE ${args.before}::bigint IS NULL OR a.id < ${args.before}::bigint
     ORDER BY a.id DESC LIMIT ${args.limit}::int`;
}
