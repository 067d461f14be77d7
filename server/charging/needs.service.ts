import { randomUUID } from 'node:crypto';
import { publish } from '../bus/bus.ts';
import type { Tx } from '../db/client.ts';
import type { StationIdentity } from '../fleet/station.store.ts';
import { findActiveTransaction, touchSession } from './charging.store.ts';

const ENERGY_MAX_MILLI_WH = 400_000_000;
/** Sources of a wish that the car's own word replaces. */
const REPLACED = new Set(['STATION', 'REPEATING', 'HISTORY']);

export type ChargingNeeds = {
  station: StationIdentity;
  evseId: number;
  departureAt: Date | null;
  energyMilliWh: number | null;
  receivedAt: Date;
};

/**
 * recordNeeds stores what the car itself asked for (ISO 15118) as a preference of its session. What
 * a driver said in the app for this stay counts more and is not overwritten; a weekly
 * default fills only what the car leaves open, and charge now stays as it is. A guess from the
 * driver's history fills nothing: it would become somebody's word.
 * @returns whether there is a session that the needs belong to.
 */
export async function recordNeeds(tx: Tx, needs: ChargingNeeds): Promise<boolean> {
  const transaction = await findActiveTransaction(tx, needs.station.id, needs.evseId);
  if (transaction === null) return false;
  const { sessionId } = transaction;
  const last = await tx.chargingPreference.findFirst({
    where: { sessionId },
    orderBy: { version: 'desc' },
    select: {
      version: true,
      source: true,
      readyByAt: true,
      energyMilliWh: true,
      priority: true,
      priorityBy: true,
    },
  });
  if (last !== null && last.source !== null && !REPLACED.has(last.source)) return true;
  const rest = last?.source === 'REPEATING' ? last : null;
  await tx.chargingPreference.create({
    data: {
      tenantId: needs.station.tenantId,
      sessionId,
      version: (last?.version ?? 0) + 1,
      source: 'STATION',
      readyByAt: needs.departureAt ?? rest?.readyByAt ?? null,
      priority: last?.priority ?? false,
      priorityBy: last?.priorityBy ?? null,
      requestId: randomUUID(),
      madeAt: needs.receivedAt,
      energyMilliWh: energyOf(needs) ?? rest?.energyMilliWh ?? null,
    },
    select: { id: true },
  });
  await touchSession(tx, sessionId);
  await publish(tx, 'session', [sessionId]);
  return true;
}

function energyOf({ energyMilliWh: energy }: ChargingNeeds): bigint | null {
  return energy === null || energy < 0 || energy > ENERGY_MAX_MILLI_WH ? null : BigInt(energy);
}
