import { randomInt } from 'node:crypto';
import { DEMO_DRIVER_CARD, DEMO_ZONE, demoCards, demoStations } from '#prisma/seed/demo.ts';
import { HOUR_S, QUARTER_S, dateFromSeconds, quarterStart, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { ValleyError } from '../errors.ts';
import { importPublication, loadPrices } from '../market/price.store.ts';
import { plugInCar, simState, type CarToPlugIn, type SimControl, type StreetState } from './sim-control.ts';

export type HappeningDeps = { db: Db; clock: Clock };

/** The driver's own place; other cars leave it free. */
const HOME = { stationId: 'VLY-001', evseId: 1 };
const STAY_S = 13 * HOUR_S;
const SPIKE_S = 2 * HOUR_S;
const SPIKE_FACTOR = 4;
const SPIKE_LEAST_TICKS = 30_000;
const CONGESTION_S = HOUR_S;
const CONGESTION_W = 9_000;
const CONGESTED_SITE = 'Lindenstraat';

/**
 * plugInSomebody plugs the driver's car in where it is away, else another car at a free place.
 * @throws ValleyError CONFLICT where every place is taken.
 */
export async function plugInSomebody(deps: HappeningDeps, sim: SimControl): Promise<{ stationId: string; isDriver: boolean }> {
  const state = await simState(sim);
  const free = freePlaces(state);
  const isDriver = free.some((place) => place.stationId === HOME.stationId && place.evseId === HOME.evseId);
  const place = isDriver ? HOME : free[randomInt(Math.max(1, free.length))];
  if (place === undefined) throw new ValleyError('CONFLICT', 'Every place in the street is taken. Wait until a car leaves.');
  const departAt = new Date(deps.clock.now().getTime() + STAY_S * 1000).toISOString();
  const car: CarToPlugIn = isDriver
    ? { ...place, card: DEMO_DRIVER_CARD, energyKwh: 24, powerKw: 11, phases: 3, batteryKwh: 60, departAt }
    : { ...place, card: demoCards[randomInt(demoCards.length)] ?? '', energyKwh: 8 + randomInt(24), powerKw: 11, phases: 3, batteryKwh: 64, departAt };
  if (!await plugInCar(sim, car)) throw new ValleyError('CONFLICT', 'Somebody was quicker at this place. Try again.');
  return { stationId: place.stationId, isDriver };
}

function freePlaces(state: StreetState): { stationId: string; evseId: number }[] {
  const known = new Set(demoStations.filter((station) => station.isSimulated).map(({ id }) => id));
  return state.stations.filter((station) => station.online && known.has(station.id))
    .flatMap((station) => station.evses.filter((evse) => !evse.plugged).map(({ evseId }) => ({ stationId: station.id, evseId })));
}

/** spikePrices makes the next two published hours dear, as a correction by the exchange would; what is dear already stays. */
export async function spikePrices({ db, clock }: HappeningDeps): Promise<{ fromAt: InstantS; toAt: InstantS }> {
  const now = secondsFromDate(clock.now());
  const fromAt = quarterStart(now) + QUARTER_S;
  const toAt = fromAt + SPIKE_S;
  const prices = await loadPrices(db, DEMO_ZONE, { from: dateFromSeconds(fromAt), to: dateFromSeconds(toAt) });
  if (prices.length === 0) throw new ValleyError('NOT_READY', 'The prices of the next two hours are not published yet. Try again soon.');
  await importPublication(db, {
    biddingZone: DEMO_ZONE, source: `synthetic spike at ${clock.now().toISOString()}`, publishedAt: clock.now(), synthetic: true,
    intervals: prices.map((price) => ({ ...price, priceTicks: spiked(price.priceTicks) })),
  });
  return { fromAt, toAt };
}

function spiked(priceTicks: number): number {
  return priceTicks >= SPIKE_LEAST_TICKS ? priceTicks : Math.max(SPIKE_LEAST_TICKS, priceTicks * SPIKE_FACTOR);
}

/** congest lets a site draw little for an hour, as a grid operator in need would. Twice within the hour changes nothing. */
export async function congest({ db, clock }: HappeningDeps): Promise<{ site: string; limitW: number; toAt: InstantS }> {
  const now = clock.now();
  const validTo = new Date(now.getTime() + CONGESTION_S * 1000);
  return await db.asSystem(async (tx) => {
    const site = await tx.location.findFirst({ where: { name: CONGESTED_SITE } });
    if (site === null) throw new ValleyError('NOT_FOUND', 'The demo has no such site any more. Start over with npm run demo -- --reset.');
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('demo congestion'))`;
    const running = await tx.powerLimit.findFirst({ where: { locationId: site.id, reason: 'CONGESTION', validTo: { gt: now } } });
    if (running === null) {
      await tx.powerLimit.create({ data: {
        tenantId: site.tenantId, locationId: site.id, limitW: CONGESTION_W, validFrom: now, validTo, reason: 'CONGESTION',
      } });
    }
    return { site: site.name, limitW: CONGESTION_W, toAt: secondsFromDate(running?.validTo ?? validTo) };
  });
}
