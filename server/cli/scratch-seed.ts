import { storePastStays, type PastStay } from '#prisma/seed/past-stays.ts';
import { DAY_S, HOUR_S, QUARTER_S, quarterStart, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import type { PriceInterval } from '#domain/market/price.ts';
import type { Db, Tx } from '../db/client.ts';
import { createStationKey } from '../fleet/station-key.ts';
import { importPublication } from '../market/price.store.ts';

const ZONE = 'NL';
const TIME_ZONE = 'Europe/Amsterdam';
const RATED_W = 22_080;
/** Stays of one write: their planning and rows stay far below the statement's time limit. */
const STAYS_PER_TX = 250;
const DEAR_S = 2 * HOUR_S;
const DEAR_TICKS = 30_000;

export type ScratchSeed = {
  tenantId: number;
  /** One key for all stations: what is measured is not how keys are kept. */
  stationKey: string;
  stations: { id: string; card: string; driverId: string }[];
};

/** seedScratch makes one site with stations of one EVSE, and a driver with a card for each. */
export async function seedScratch(db: Db, args: { stations: number; pastStays: number; now: Date }): Promise<ScratchSeed> {
  const stationKey = createStationKey();
  const past = Math.ceil(args.pastStays / Math.max(1, args.stations));
  const validFrom = new Date(args.now.getTime() - (past + 10) * DAY_S * 1000);
  const intervals = scratchPrices(secondsFromDate(args.now), past + 9);
  await importPublication(db, { biddingZone: ZONE, source: 'bench', publishedAt: args.now, synthetic: true, intervals });
  const seed = await db.asSystem(async (tx): Promise<ScratchSeed> => {
    const { tenantId, locationId } = await seedSite(tx, validFrom);
    const names = Array.from({ length: args.stations }, (_, index) => String(index + 1).padStart(5, '0'));
    const stations = names.map((name) => ({ id: `BENCH-${name}`, tenantId, locationId, keyHash: stationKey.hash }));
    await tx.chargingStation.createMany({ data: stations });
    await tx.evse.createMany({ data: stations.map(({ id }) => ({ tenantId, stationId: id, evseId: 1, phases: 3, maxPowerW: RATED_W })) });
    const people = await tx.person.createManyAndReturn({ data: names.map((name) => ({ email: `driver-${name}@bench.valley`, name })) });
    await tx.membership.createMany({ data: people.map(({ id }) => ({ personId: id, organisationId: tenantId, tenantId, role: 'DRIVER' as const })) });
    await tx.idToken.createMany({ data: people.map(({ id, name }) => ({ tenantId, uid: `CARD-${name}`, driverId: id })) });
    return {
      tenantId, stationKey: stationKey.keyText,
      stations: people.map(({ id, name }) => ({ id: `BENCH-${name}`, card: `CARD-${name}`, driverId: id })),
    };
  });
  await seedPastStays(db, seed, { count: args.pastStays, now: secondsFromDate(args.now), intervals });
  return seed;
}

async function seedSite(tx: Tx, validFrom: Date): Promise<{ tenantId: number; locationId: string }> {
  const { id: tenantId } = await tx.organisation.create({ data: { kind: 'CPO', name: 'Bench' } });
  await tx.programmeVersion.create({ data: {
    tenantId, version: 1, validFrom, shareBp: 9_000, driverBp: 5_000, mspBp: 1_500, cpoBp: 2_500, platformBp: 1_000,
  } });
  await tx.contract.create({ data: { tenantId, kind: 'DAY_AHEAD', biddingZone: ZONE, mtuMinutes: 15, validFrom } });
  const location = await tx.location.create({ data: {
    tenantId, name: 'Bench street', timeZone: TIME_ZONE, biddingZone: ZONE, salePriceMicro: 420_000n,
  } });
  return { tenantId, locationId: location.id };
}

/**
 * scratchPrices are quarter-hours up to two days ahead: dear for the next two hours, so that Valley
 * certainly pauses a car that plugs in now; before and after a night valley and an evening peak.
 */
function scratchPrices(now: InstantS, days: number): PriceInterval[] {
  const fromAt = quarterStart(now) - days * DAY_S;
  return Array.from({ length: (days + 2) * (DAY_S / QUARTER_S) }, (_, index) => {
    const startAt = fromAt + index * QUARTER_S;
    const phase = (2 * Math.PI * ((startAt % DAY_S) - 5 * HOUR_S)) / DAY_S;
    const usual = Math.round(8_000 - 6_000 * Math.cos(phase)) + (index % 7) * 10;
    const isDear = startAt >= quarterStart(now) && startAt < now + DEAR_S;
    return { startAt, seconds: QUARTER_S, priceTicks: isDear ? DEAR_TICKS : usual, kind: 'published' as const };
  });
}

/** Overnight stays of the last days, one per station and day, as in the demo. */
async function seedPastStays(
  db: Db, seed: ScratchSeed, args: { count: number; now: InstantS; intervals: readonly PriceInterval[] },
): Promise<void> {
  const stays = Array.from({ length: args.count }, (_, index): PastStay => {
    const station = seed.stations[index % seed.stations.length] ?? { id: '', card: '' };
    const plugInAt = args.now - (1 + Math.floor(index / seed.stations.length)) * DAY_S + ((index * 37) % 60) * 60;
    return {
      stationId: station.id, evseId: 1, idToken: station.card, plugInAt,
      plugOutAt: plugInAt + 12 * HOUR_S + ((index * 53) % 90) * 60, energyMilliWh: 8_000_000 + ((index * 7_300_000) % 24_000_000), powerW: 11_000,
    };
  });
  for (let from = 0; from < stays.length; from += STAYS_PER_TX) {
    const some = stays.slice(from, from + STAYS_PER_TX);
    const first = Math.min(...some.map((stay) => stay.plugInAt)) - QUARTER_S;
    const last = Math.max(...some.map((stay) => stay.plugOutAt));
    const prices = args.intervals.filter((price) => price.startAt >= first && price.startAt < last);
    await db.asSystem((tx) => storePastStays(tx, { tenantId: seed.tenantId, stays: some, prices }));
  }
}
