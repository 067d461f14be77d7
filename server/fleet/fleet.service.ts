import { findZone } from '#domain/market/zones.ts';
import { findIdToken } from '../charging/charging.store.ts';
import { inviteToken } from '../auth/one-time-link.ts';
import { publish } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/client.ts';
import type { ProgrammeVersion } from '../db/generated/client.ts';
import { isUniqueViolation, ValleyError } from '../errors.ts';
import { dropStation } from './admission.service.ts';
import { createStationKey } from './station-key.ts';
import { whileFewTaken } from './taken.ts';

export type FleetDeps = { db: Db; clock: Clock };

/** The programme that a new organisation is offered, as its terms say on the page. */
export const DEFAULT_PROGRAMME = {
  shareBp: 9_000,
  driverBp: 5_000,
  mspBp: 1_500,
  cpoBp: 2_500,
  platformBp: 1_000,
  driverCapMicro: 10_000_000n,
  minPayoutMicro: 200_000n,
} as const;

/** createLocation adds a site; its price zone also becomes a day-ahead contract of the tenant. */
export async function createLocation(
  deps: FleetDeps,
  tenantId: number,
  site: { name: string; address: string | null; biddingZone: string; salePriceMicro: bigint },
): Promise<{ id: string }> {
  const zone = findZone(site.biddingZone);
  if (zone === null) throw new ValleyError('BAD_INPUT', 'Choose a price zone from the list.');
  return await deps.db.withTenant(tenantId, async (tx) => {
    const location = await tx.location.create({
      data: { ...site, tenantId, biddingZone: zone.code, timeZone: zone.timeZone },
    });
    await ensureContract(tx, { tenantId, biddingZone: zone.code, now: deps.clock.now() });
    return { id: location.id };
  });
}

/**
 * setSiteLimit says what all cars of a site together may draw from now on; null takes the limit away.
 * @throws ValleyError NOT_FOUND where the site is not the tenant's.
 */
export async function setSiteLimit(
  deps: FleetDeps,
  tenantId: number,
  given: { locationId: string; limitW: number | null },
): Promise<void> {
  const { locationId, limitW } = given;
  const now = deps.clock.now();
  await deps.db.withTenant(tenantId, async (tx) => {
    const location = await tx.location.findFirst({ where: { id: locationId } });
    if (location === null) throw new ValleyError('NOT_FOUND', 'There is no such site. Add it first.');
    // Two of these at once would leave two limits in force.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('site limit'), hashtext(${locationId}))`;
    const ofSite = { locationId, stationId: null, validTo: null };
    await tx.powerLimit.updateMany({ where: ofSite, data: { validTo: now } });
    if (limitW === null) return;
    await tx.powerLimit.create({ data: { tenantId, locationId, limitW, validFrom: now } });
  });
}

async function ensureContract(
  tx: Tx,
  args: { tenantId: number; biddingZone: string; now: Date },
): Promise<void> {
  const { tenantId, biddingZone, now } = args;
  const existing = await tx.contract.findFirst({ where: { tenantId, biddingZone } });
  if (existing !== null) return;
  await tx.contract.create({
    data: { tenantId, biddingZone, kind: 'DAY_AHEAD', mtuMinutes: 15, validFrom: now },
  });
}

/**
 * createStation adds a station with its first EVSEs. The key is told here and never again.
 * @throws ValleyError CONFLICT where the id is taken by anybody, TOO_MANY after too many of these, NOT_FOUND where the site is not the tenant's.
 */
export async function createStation(
  deps: FleetDeps,
  tenantId: number,
  station: { id: string; locationId: string; evses: number; maxPowerW: number; phases: 1 | 3 },
): Promise<{ id: string; key: string }> {
  return await whileFewTaken(deps.db, tenantId, () => addStation(deps, tenantId, station));
}

async function addStation(
  deps: FleetDeps,
  tenantId: number,
  station: { id: string; locationId: string; evses: number; maxPowerW: number; phases: 1 | 3 },
): Promise<{ id: string; key: string }> {
  const { keyText: key, hash: keyHash } = createStationKey();
  const { id, locationId, maxPowerW, phases } = station;
  try {
    await deps.db.withTenant(tenantId, async (tx) => {
      const location = await tx.location.findFirst({ where: { id: locationId } });
      if (location === null)
        throw new ValleyError('NOT_FOUND', 'There is no such site. Add it first.');
      await tx.chargingStation.create({ data: { id, tenantId, locationId, keyHash } });
      const evseIds = Array.from({ length: station.evses }, (_, index) => index + 1);
      await tx.evse.createMany({
        data: evseIds.map((evseId) => ({ tenantId, stationId: id, evseId, maxPowerW, phases })),
      });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ValleyError('CONFLICT', 'This station id cannot be used. Choose another one.');
  }
  return { id, key };
}

/** rotateKey replaces a station's key and ends the connection that the old one opened. */
export async function rotateKey(
  deps: FleetDeps,
  tenantId: number,
  stationId: string,
): Promise<{ id: string; key: string }> {
  const { keyText: key, hash: keyHash } = createStationKey();
  await deps.db.withTenant(tenantId, async (tx) => {
    const { count } = await tx.chargingStation.updateMany({
      where: { id: stationId },
      data: { keyHash },
    });
    if (count === 0) throw new ValleyError('NOT_FOUND', 'There is no such station.');
    await dropStation(tx, stationId, deps.clock.now());
  });
  return { id: stationId, key };
}

/** acceptedProgramme is the newest version a person accepted: 0 is what stays get before one did. */
export async function acceptedProgramme(tx: Tx): Promise<ProgrammeVersion | null> {
  return await tx.programmeVersion.findFirst({
    where: { version: { gt: 0 } },
    orderBy: { version: 'desc' },
  });
}

/**
 * acceptDefaultProgramme makes the tenant's first programme version; a second call changes nothing. A provider
 * that works in this installation under just this name is told what the programme earns it.
 */
export async function acceptDefaultProgramme(
  deps: FleetDeps,
  tenantId: number,
  mspName: string,
): Promise<{ version: number }> {
  return await deps.db.withTenant(tenantId, async (tx) => {
    const latest = await acceptedProgramme(tx);
    if (latest !== null) return { version: latest.version };
    const named = await tx.organisation.findMany({ where: { kind: 'MSP', name: mspName }, take: 2 });
    const mspId = named.length === 1 ? (named[0]?.id ?? null) : null;
    const programme = await tx.programmeVersion.create({
      data: { ...DEFAULT_PROGRAMME, tenantId, version: 1, validFrom: deps.clock.now(), mspName, mspId },
    });
    return { version: programme.version };
  });
}

/**
 * linkCard gives a card to a driver, known by its number without case, and makes the driver's account where the address is new.
 * The stays of that card which have no driver are the driver's from now on; settling them again moves what they earned.
 * @returns the token of the link that sets the password; null where the driver has one.
 * @throws ValleyError CONFLICT where the card is another driver's or the address is not a driver's here, TOO_MANY after too many of these.
 */
export async function linkCard(
  deps: FleetDeps,
  tenantId: number,
  given: { email: string; name: string; uid: string },
): Promise<{ inviteToken: string | null }> {
  const { email, name, uid } = given;
  return await whileFewTaken(deps.db, tenantId, () => deps.db.withTenant(tenantId, async (tx) => {
    const person = await driverByEmail(tx, { tenantId, email, name });
    const card = await findIdToken(tx, tenantId, uid);
    if (card !== null && card.driverId !== null && card.driverId !== person.id) {
      throw new ValleyError('CONFLICT', 'This card belongs to another driver. Check its number.');
    }
    if (card === null) await tx.idToken.create({ data: { tenantId, uid, driverId: person.id } });
    else {
      await tx.idToken.update({
        where: { tenantId_uid: { tenantId, uid: card.uid } },
        data: { driverId: person.id },
      });
    }
    await giveStays(tx, { tenantId, uid, driverId: person.id });
    if (person.passwordHash !== null) return { inviteToken: null };
    return { inviteToken: await inviteToken(tx, person.id) };
  }));
}

async function giveStays(
  tx: Tx,
  { tenantId, uid, driverId }: { tenantId: number; uid: string; driverId: string },
): Promise<void> {
  const given = await tx.$queryRaw<{ id: string }[]>`
    WITH stays AS (
      SELECT id FROM session WHERE tenant_id = ${tenantId} AND lower(id_token) = lower(${uid}) AND driver_id IS NULL
      ORDER BY id FOR NO KEY UPDATE)
    UPDATE session s SET driver_id = ${driverId}::uuid, facts_version = facts_version + 1
    FROM stays WHERE s.id = stays.id RETURNING s.id::text AS id`;
  await publish(
    tx,
    'session',
    given.map(({ id }) => id),
  );
}

/**
 * An address that is known but not as a driver here is refused: else an administrator could take
 * over an account that somebody else invited.
 */
async function driverByEmail(
  tx: Tx,
  { tenantId, email, name }: { tenantId: number; email: string; name: string },
): Promise<{ id: string; passwordHash: string | null }> {
  const known = await tx.person.findUnique({ where: { email } });
  if (known === null) {
    const person = await tx.person.create({ data: { email, name } });
    await tx.membership.create({
      data: { personId: person.id, organisationId: tenantId, tenantId, role: 'DRIVER' },
    });
    return person;
  }
  const membership = await tx.membership.findFirst({
    where: { personId: known.id, role: 'DRIVER' },
  });
  if (membership === null) {
    throw new ValleyError('CONFLICT', 'This address cannot be used for a driver. Use a different one.');
  }
  return known;
}
