import { createStationKey } from '../fleet/station-key.ts';
import type { Tx } from '../db/client.ts';
import type { RecordedStay } from '#domain/charging/recorded-stay.ts';
import { REPLAY_TIME_ZONE, REPLAY_ZONE } from './programme.ts';

export type ReplaySeed = { tenantId: number; keys: Record<string, string>; driverOf: Map<string, string> };

/** seedReplay makes a site and a station per charge point, and a driver per card. */
export async function seedReplay(tx: Tx, stays: readonly RecordedStay[], validFrom: Date): Promise<ReplaySeed> {
  const { id: tenantId } = await tx.organisation.create({ data: { kind: 'CPO', name: 'Replay' } });
  await tx.programmeVersion.create({ data: {
    tenantId, version: 1, validFrom, shareBp: 9_000, driverBp: 5_000, mspBp: 1_500, cpoBp: 2_500, platformBp: 1_000,
  } });
  await tx.contract.create({ data: { tenantId, kind: 'DAY_AHEAD', biddingZone: REPLAY_ZONE, mtuMinutes: 15, validFrom } });
  const keys: Record<string, string> = {};
  for (const stationId of new Set(stays.map((stay) => stay.stationId))) {
    const key = createStationKey();
    keys[stationId] = key.keyText;
    const location = await tx.location.create({ data: {
      tenantId, name: stationId, timeZone: REPLAY_TIME_ZONE, biddingZone: REPLAY_ZONE, salePriceMicro: 420_000n,
    } });
    await tx.chargingStation.create({ data: { id: stationId, tenantId, locationId: location.id, keyHash: key.hash } });
    const evses = Math.max(...stays.filter((stay) => stay.stationId === stationId).map((stay) => stay.evseId));
    await tx.evse.createMany({ data: Array.from({ length: evses }, (_, index) => ({ tenantId, stationId, evseId: index + 1 })) });
  }
  const driverOf = new Map<string, string>();
  for (const card of new Set(stays.map((stay) => stay.card))) {
    const person = await tx.person.create({ data: { email: `${card.toLowerCase()}@replay.valley`, name: card } });
    await tx.membership.create({ data: { personId: person.id, organisationId: tenantId, tenantId, role: 'DRIVER' } });
    await tx.idToken.create({ data: { tenantId, uid: card, driverId: person.id } });
    driverOf.set(card, person.id);
  }
  return { tenantId, keys, driverOf };
}
