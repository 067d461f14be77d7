import type { CompositeDifference } from '#domain/planning/composite.ts';
import type { Tx } from '../db/client.ts';

export type CompositeRow = {
  id: string; tenant_id: number; station_id: string; evse_id: number; session_id: string; phases: number;
  state: 'ACCEPTED' | 'REJECTED'; answer: Record<string, unknown>; answered_at: Date; plan_version: number | null; told: unknown;
};

/** loadComposites reads answered composite schedules that nobody has read, with the profile accepted last before each. */
export async function loadComposites(tx: Tx, sessionIds: readonly string[]): Promise<CompositeRow[]> {
  if (sessionIds.length === 0) return [];
  return await tx.$queryRaw<CompositeRow[]>`
    SELECT g.id, g.tenant_id, g.station_id, s.evse_id, g.session_id, coalesce(e.phases, 3)::int AS phases, g.state, g.answer, g.answered_at,
      g.plan_version, (SELECT q.payload FROM command q WHERE q.session_id = g.session_id AND q.action = 'SetChargingProfile'
        AND q.state = 'ACCEPTED' AND q.answered_at <= g.answered_at ORDER BY q.answered_at DESC LIMIT 1) AS told
    FROM command g JOIN session s ON s.id = g.session_id
    LEFT JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
    WHERE g.session_id = ANY (${sessionIds}::uuid[]) AND g.action = 'GetCompositeSchedule' AND g.state IN ('ACCEPTED', 'REJECTED')
      AND NOT g.answer ? 'isAsTold'`;
}

/** storeCompositeVerdict marks an answer as read; differences become an event. */
export async function storeCompositeVerdict(
  tx: Tx, args: { row: CompositeRow; differences: CompositeDifference[] | null; now: Date },
): Promise<void> {
  const { row, differences, now } = args;
  const verdict = JSON.stringify({ isAsTold: differences === null ? null : differences.length === 0 });
  await tx.$executeRaw`UPDATE command SET answer = answer || ${verdict}::jsonb WHERE id = ${row.id}::uuid`;
  if (differences === null || differences.length === 0) return;
  const data = JSON.stringify({ commandId: row.id, sessionId: row.session_id, planVersion: row.plan_version, differences });
  await tx.$executeRaw`
    INSERT INTO station_event (tenant_id, station_id, evse_id, kind, severity, data, happened_at, received_at)
    VALUES (${row.tenant_id}, ${row.station_id}, ${row.evse_id}, 'COMPOSITE_DIFFERS', 'WARNING', ${data}::jsonb, ${row.answered_at}, ${now})`;
}
