import { commandPayloads } from '#domain/charging/commands.ts';
import { compositeDifferences, compositeScheduleSchema, type CompositeDifference } from '#domain/planning/composite.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { Tx } from '../db/client.ts';
import { learnCapabilities } from '../fleet/command.store.ts';
import { loadComposites, storeCompositeVerdict, type CompositeRow } from './composite.store.ts';

/** Answers by which a station says that it knows no such thing. */
const UNKNOWN = new Set(['NotSupported', 'NotImplemented']);

/**
 * readComposites holds each composite schedule that a station answered against the profile it had
 * accepted before, once: a difference becomes an event COMPOSITE_DIFFERS for the operator, and a
 * station that has no such schedule is not asked again.
 */
export async function readComposites(tx: Tx, sessionIds: readonly string[], now: Date): Promise<void> {
  for (const row of await loadComposites(tx, sessionIds)) {
    if (row.state === 'REJECTED') {
      if (UNKNOWN.has(errorCode(row.answer))) await learnCapabilities(tx, row.station_id, { compositeSchedule: false });
      await storeCompositeVerdict(tx, { row, differences: null, now });
    } else {
      await storeCompositeVerdict(tx, { row, differences: differencesOf(row), now });
    }
  }
}

/** null where there is nothing to compare. */
function differencesOf(row: CompositeRow): CompositeDifference[] | null {
  const told = commandPayloads.SetChargingProfile.safeParse(row.told);
  const composite = compositeScheduleSchema.safeParse(row.answer['schedule']);
  if (!told.success || !composite.success) return null;
  return compositeDifferences({
    told: told.data.profile, composite: composite.data, phases: row.phases === 1 ? 1 : 3, answeredAt: secondsFromDate(row.answered_at),
  });
}

function errorCode(answer: Record<string, unknown>): string {
  const error = answer['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : '';
}
