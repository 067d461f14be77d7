import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { clearLeftProfiles, lockClosed, sessionsLeavingProfiles, supersedeUnsent } from './release.store.ts';

/**
 * releaseStations takes back what closed sessions leave behind: a TxProfile dies with its transaction,
 * profiles for the EVSE or the station would hold the next driver's car. What was not sent is not
 * sent any more; what the station accepted, or may have, is cleared by a command, once.
 */
export async function releaseStations(deps: { db: Db; clock: Clock }, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await deps.db.asSystem(async (tx) => {
    const leaving = await sessionsLeavingProfiles(tx, ids);
    if (leaving.length === 0) return;
    const closed = await lockClosed(tx, leaving);
    const now = deps.clock.now();
    await supersedeUnsent(tx, closed, now);
    await publish(tx, 'command', await clearLeftProfiles(tx, closed, now));
  });
}
