import { createHash } from 'node:crypto';
import type { Tx } from '#server/db/client.ts';

/** What the demo is made of: names are invented, and nothing here exists outside demo mode. */
export const DEMO_SEED = 20261122;
export const DEMO_ZONE = 'NL';
export const DEMO_TIME_ZONE = 'Europe/Amsterdam';
export const DEMO_DRIVER_CARD = 'DEMO-DANA';

type Kind = 'CPO' | 'MSP' | 'MUNICIPALITY' | 'GRID_OPERATOR' | 'PLATFORM';
const organisations = {
  CPO: 'Street Charging (demo)',
  MSP: 'Kerb Card (demo)',
  MUNICIPALITY: 'Port Town (demo)',
  GRID_OPERATOR: 'Harbour Grid (demo)',
  PLATFORM: 'Valley (demo)',
} as const satisfies Record<Kind, string>;

export const demoPeople = [
  { role: 'DRIVER', kind: 'CPO', name: 'Dana Driver', email: 'driver@demo.valley', sees: 'Driver: the stay, the cashback, receipts' },
  { role: 'CPO', kind: 'CPO', name: 'Chris Operator', email: 'cpo@demo.valley', sees: 'Charging station operator: stations and stays' },
  { role: 'ADMIN', kind: 'CPO', name: 'Alex Administrator', email: 'admin@demo.valley', sees: 'Administrator: sites, stations, cards, programme' },
  { role: 'MSP', kind: 'MSP', name: 'Mika Provider', email: 'msp@demo.valley', sees: 'Mobility service provider: the programme, its part' },
  { role: 'MUNICIPALITY', kind: 'MUNICIPALITY', name: 'Toni Town', email: 'city@demo.valley', sees: 'Municipality: the street before and after, in sums' },
  { role: 'GRID', kind: 'GRID_OPERATOR', name: 'Gerrit Grid', email: 'grid@demo.valley', sees: 'Grid operator: limits above the sites, what they cost' },
  { role: 'PLATFORM', kind: 'PLATFORM', name: 'Pia Platform', email: 'platform@demo.valley', sees: 'Platform: organisations, their administrators' },
] as const;

const sites = [
  { name: 'Lindenstraat', address: 'Lindenstraat 12', stations: 4, limitW: null, feeder: 'Canal feeder' },
  // Six cars of 11 kW below 32 A: planned together, or somebody would wait all night.
  { name: 'Havenplein', address: 'Havenplein 3', stations: 3, limitW: 22_080, feeder: 'Harbour feeder' },
  { name: 'Stationsweg', address: 'Stationsweg 48', stations: 3, limitW: null, feeder: 'Harbour feeder' },
] as const;

const TRANSFORMER = 'Old Town transformer';
/** Twelve charging points hang below the harbour's feeder: in the cheapest hours they would take twice as much. */
const feeders = [{ name: 'Canal feeder', limitW: null }, { name: 'Harbour feeder', limitW: 44_000 }] as const;

export type DemoStation = {
  id: string; site: string; version: '1.6' | '2.0.1'; evses: number; traffic: boolean; isSimulated: boolean; quirks: object;
};

/** The driver's own station, the street's, and one that nobody simulates: it waits for yours. */
export const demoStations: readonly DemoStation[] = [
  ...sites.flatMap((site, at) => Array.from({ length: site.stations }, (_, index): DemoStation => {
    const number = sites.slice(0, at).reduce((sum, before) => sum + before.stations, 0) + index + 1;
    return {
      id: `VLY-${String(number).padStart(3, '0')}`, site: site.name, version: number % 2 === 0 ? '2.0.1' : '1.6', evses: 2,
      traffic: number !== 1, isSimulated: true, quirks: number === 5 ? { refusesTxProfile: true } : number === 8 ? { rateUnit: 'W' } : {},
    };
  })),
  { id: 'MY-STATION', site: 'Lindenstraat', version: '1.6', evses: 1, traffic: false, isSimulated: false, quirks: {} },
];

export const demoCards: readonly string[] = Array.from({ length: 180 }, (_, index) => `DEMO-${String(index + 1).padStart(4, '0')}`);

/**
 * seedDemo writes the demo's organisation, people, sites, stations, cards, programme and contract.
 * Running it again changes nothing.
 * @param args.keyOf the key text of a station.
 * @returns the tenant.
 */
export async function seedDemo(tx: Tx, args: { now: Date; keyOf: (stationId: string) => string }): Promise<number> {
  const existing = await tx.organisation.findFirst({ where: { kind: 'CPO' } });
  if (existing !== null) return existing.id;
  const tenants = await seedOrganisations(tx);
  const tenantId = tenants.CPO;
  for (const { role, kind, name, email } of demoPeople) {
    const person = await tx.person.create({ data: { name, email } });
    const organisationId = tenants[kind];
    await tx.membership.create({ data: { personId: person.id, organisationId, tenantId: organisationId, role } });
    if (role === 'DRIVER') await tx.idToken.create({ data: { tenantId, uid: DEMO_DRIVER_CARD, driverId: person.id } });
    if (role === 'DRIVER') await tx.driverProfile.create({ data: { personId: person.id, batteryWh: 60_000 } });
  }
  await tx.idToken.createMany({ data: demoCards.map((uid) => ({ tenantId, uid })) });
  // Before any session there is: what was true a month ago.
  const validFrom = new Date(args.now.getTime() - 60 * 86_400_000);
  await tx.programmeVersion.create({ data: {
    tenantId, version: 1, validFrom, shareBp: 9_000, driverBp: 5_000, mspBp: 1_500, cpoBp: 2_500, platformBp: 1_000,
    mspName: organisations.MSP, mspId: tenants.MSP,
  } });
  await tx.contract.create({ data: { tenantId, kind: 'DAY_AHEAD', biddingZone: DEMO_ZONE, mtuMinutes: 15, validFrom } });
  const nodes = await seedGrid(tx, { ownerId: tenants.GRID_OPERATOR, validFrom: args.now });
  for (const site of sites) {
    const location = await tx.location.create({ data: {
      tenantId, name: site.name, address: site.address, timeZone: DEMO_TIME_ZONE, biddingZone: DEMO_ZONE, salePriceMicro: 420_000n,
      gridNodeId: nodes.get(site.feeder) ?? null, municipalityId: tenants.MUNICIPALITY,
    } });
    if (site.limitW !== null) await tx.powerLimit.create({ data: { tenantId, locationId: location.id, limitW: site.limitW, validFrom } });
    for (const station of demoStations.filter((one) => one.site === site.name)) {
      await tx.chargingStation.create({ data: {
        id: station.id, tenantId, locationId: location.id, keyHash: createHash('sha256').update(args.keyOf(station.id)).digest(),
      } });
      await tx.evse.createMany({ data: Array.from({ length: station.evses }, (_, index) => ({
        tenantId, stationId: station.id, evseId: index + 1, phases: 3, maxPowerW: 22_080,
      })) });
    }
  }
  return tenantId;
}

async function seedOrganisations(tx: Tx): Promise<Record<Kind, number>> {
  const make = async (kind: Kind) => (await tx.organisation.create({ data: { kind, name: organisations[kind] } })).id;
  return {
    CPO: await make('CPO'), MSP: await make('MSP'), MUNICIPALITY: await make('MUNICIPALITY'),
    GRID_OPERATOR: await make('GRID_OPERATOR'), PLATFORM: await make('PLATFORM'),
  };
}

/** One transformer with its feeders. @returns the feeders' ids by name. */
async function seedGrid(tx: Tx, args: { ownerId: number; validFrom: Date }): Promise<Map<string, string>> {
  const { ownerId, validFrom } = args;
  const { id: parentId } = await tx.gridNode.create({ data: { ownerId, kind: 'TRANSFORMER', name: TRANSFORMER } });
  const ids = new Map<string, string>();
  for (const { name, limitW } of feeders) {
    const { id: gridNodeId } = await tx.gridNode.create({ data: { ownerId, kind: 'FEEDER', name, parentId } });
    if (limitW !== null) await tx.powerLimit.create({ data: { tenantId: ownerId, gridNodeId, limitW, validFrom, reason: 'GRID' } });
    ids.set(name, gridNodeId);
  }
  return ids;
}
