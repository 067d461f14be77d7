import { publish } from '../bus/bus.ts';
import { findIdToken } from '../charging/charging.store.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { endConnection } from './station.store.ts';

/** dropStation ends a station's connection: what it was let in with holds no more. */
export async function dropStation(tx: Tx, stationId: string, at: Date): Promise<void> {
  await endConnection(tx, stationId, at);
  await publish(tx, 'connection', [stationId]);
}

/**
 * setStationEnabled lets a station in again, or shuts it out and ends its connection.
 * @throws ValleyError NOT_FOUND where the station is not the tenant's.
 */
export async function setStationEnabled(
  deps: { db: Db; clock: Clock },
  tenantId: number,
  given: { stationId: string; isEnabled: boolean },
): Promise<void> {
  const { stationId, isEnabled } = given;
  const now = deps.clock.now();
  await deps.db.withTenant(tenantId, async (tx) => {
    const { count } = await tx.chargingStation.updateMany({
      where: { id: stationId },
      data: { disabledAt: isEnabled ? null : now },
    });
    if (count === 0) throw new ValleyError('NOT_FOUND', 'There is no such station.');
    if (!isEnabled) await dropStation(tx, stationId, now);
  });
}

/**
 * setCardBlocked makes stations refuse a card from its next use on, or accept it again.
 * @throws ValleyError NOT_FOUND where the card is not the tenant's.
 */
export async function setCardBlocked(
  deps: { db: Db },
  tenantId: number,
  given: { uid: string; isBlocked: boolean },
): Promise<void> {
  await deps.db.withTenant(tenantId, async (tx) => {
    const card = await findIdToken(tx, tenantId, given.uid);
    if (card === null) throw new ValleyError('NOT_FOUND', 'There is no such card.');
    await tx.idToken.update({
      where: { tenantId_uid: { tenantId, uid: card.uid } },
      data: { status: given.isBlocked ? 'Blocked' : 'Accepted' },
    });
  });
}
