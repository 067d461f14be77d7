import { DAY_S, HOUR_S } from '../time/instant.ts';
import type { InstantS } from '../time/instant.ts';
import { energyFromPower, MILLI_WH_PER_KWH } from '../units/energy.ts';
import type { MilliWh } from '../units/energy.ts';
import { bellAt, integerAt, unitAt } from '../units/random.ts';
import type { LocalOffset } from './synthetic.ts';

/** One made-up stay at a public charger; indexes count from 0 and name nobody. */
export type SyntheticSession = {
  evseIndex: number;
  /** Cards belong to one EVSE, so that no card is in two places at once. */
  cardIndex: number;
  stay: 'overnight' | 'office' | 'short';
  plugInAt: InstantS;
  plugOutAt: InstantS;
  /** What the car takes at most; it fits into the stay at the car's power. */
  energyMilliWh: MilliWh;
  batteryMilliWh: MilliWh;
  powerW: number;
  phases: 1 | 3;
};

/** Regulars of an EVSE: who stays overnight, who works nearby, who passes by. */
export const SYNTHETIC_CARDS_PER_EVSE = 9;

type Car = Pick<SyntheticSession, 'powerW' | 'phases' | 'batteryMilliWh'>;
type Template = {
  stay: SyntheticSession['stay'];
  /** How often a day has such a stay. */
  share: number;
  /** First of three cards of the EVSE. */
  firstCard: number;
  /** Local hour of the day: middle and largest distance from it. */
  arrival: { middleH: number; spreadH: number };
  /** Local hour, counted from the midnight before the arrival. */
  departure: { middleH: number; spreadH: number };
  energyKwh: { least: number; most: number };
};
type Place = { seed: number; evseIndex: number; day: number; localOffsetS: LocalOffset };

const STREAM = { happens: 11, arrival: 12, departure: 13, energy: 14, card: 15, car: 16 } as const;

/** In order of arrival; the times keep the stays of one local day apart but for chance meetings. */
const TEMPLATES: readonly Template[] = [
  {
    stay: 'office',
    share: 0.45,
    firstCard: 3,
    arrival: { middleH: 8.5, spreadH: 1.5 },
    departure: { middleH: 16.2, spreadH: 3 },
    energyKwh: { least: 4, most: 32 },
  },
  {
    stay: 'short',
    share: 0.65,
    firstCard: 6,
    arrival: { middleH: 12, spreadH: 2.5 },
    departure: { middleH: 14.2, spreadH: 2.2 },
    energyKwh: { least: 2, most: 18 },
  },
  {
    stay: 'short',
    share: 0.5,
    firstCard: 6,
    arrival: { middleH: 16.2, spreadH: 1.2 },
    departure: { middleH: 18, spreadH: 0.9 },
    energyKwh: { least: 2, most: 16 },
  },
  {
    stay: 'overnight',
    share: 0.7,
    firstCard: 0,
    arrival: { middleH: 19, spreadH: 3.2 },
    departure: { middleH: 32, spreadH: 2 },
    energyKwh: { least: 5, most: 48 },
  },
];

/** Common on-board chargers at 230 V: 16 A and 32 A on one phase, 16 A and 32 A on three. */
const CARS: readonly (Car & { share: number })[] = [
  { share: 0.25, powerW: 3_680, phases: 1, batteryMilliWh: 14 * MILLI_WH_PER_KWH },
  { share: 0.2, powerW: 7_360, phases: 1, batteryMilliWh: 52 * MILLI_WH_PER_KWH },
  { share: 0.45, powerW: 11_040, phases: 3, batteryMilliWh: 77 * MILLI_WH_PER_KWH },
  { share: 0.1, powerW: 22_080, phases: 3, batteryMilliWh: 60 * MILLI_WH_PER_KWH },
];

/** Time between two cars at one EVSE, and the shortest stay worth plugging in for. */
const TURNOVER_S = 600;
const SHORTEST_STAY_S = 1_800;

/**
 * syntheticSessions makes the demo fleet's stays that begin in [fromAt, toAt), by time of plug-in,
 * then EVSE: evening arrivals that stay overnight, office days, short stops. A pure function of
 * (seed, EVSE, local day), so a longer span repeats the earlier stays exactly; on one EVSE stays
 * never overlap. Cards and their cars are the same every day.
 */
export function syntheticSessions(args: {
  seed: number;
  fromAt: InstantS;
  toAt: InstantS;
  evseCount: number;
  localOffsetS: LocalOffset;
}): SyntheticSession[] {
  const { seed, fromAt, toAt, localOffsetS } = args;
  const firstDay = localDay(fromAt, localOffsetS) - 1;
  const lastDay = localDay(toAt, localOffsetS) + 1;
  const sessions: SyntheticSession[] = [];
  for (let evseIndex = 0; evseIndex < args.evseCount; evseIndex += 1) {
    for (let day = firstDay; day <= lastDay; day += 1) {
      sessions.push(...sessionsOfDay({ seed, evseIndex, day, localOffsetS }));
    }
  }
  return sessions
    .filter(({ plugInAt }) => plugInAt >= fromAt && plugInAt < toAt)
    .toSorted((a, b) => a.plugInAt - b.plugInAt || a.evseIndex - b.evseIndex);
}

function sessionsOfDay(place: Place): SyntheticSession[] {
  // Only the night before can reach into this day; what it says does not depend on the day before
  // itself, because an overnight stay always goes first.
  const night = overnightOf({ ...place, day: place.day - 1 });
  let freeAt = night === null ? Number.NEGATIVE_INFINITY : night.plugOutAt + TURNOVER_S;
  const tonight = overnightOf(place);
  const sessions: SyntheticSession[] = [];
  for (const [index, template] of TEMPLATES.entries()) {
    if (template.stay === 'overnight') continue;
    const session = stayOf(place, template, index);
    if (session === null || session.plugInAt < freeAt) continue;
    if (tonight !== null && session.plugOutAt + TURNOVER_S > tonight.plugInAt) continue;
    sessions.push(session);
    freeAt = session.plugOutAt + TURNOVER_S;
  }
  return tonight === null ? sessions : [...sessions, tonight];
}

function overnightOf(place: Place): SyntheticSession | null {
  const index = TEMPLATES.length - 1;
  const template = TEMPLATES[index];
  return template === undefined ? null : stayOf(place, template, index);
}

function stayOf(place: Place, template: Template, index: number): SyntheticSession | null {
  const { seed, evseIndex, day } = place;
  const keys = [evseIndex, day, index] as const;
  if (unitAt(seed, STREAM.happens, ...keys) >= template.share) return null;
  const { arrival, departure } = template;
  const arrivalH = arrival.middleH + arrival.spreadH * bellAt(seed, STREAM.arrival, ...keys);
  const departureH =
    departure.middleH + departure.spreadH * bellAt(seed, STREAM.departure, ...keys);
  const plugInAt = utcFromLocal(place, arrivalH);
  const plugOutAt = Math.max(utcFromLocal(place, departureH), plugInAt + SHORTEST_STAY_S);
  const card = template.firstCard + integerAt({ min: 0, max: 2 }, seed, STREAM.card, ...keys);
  const cardIndex = evseIndex * SYNTHETIC_CARDS_PER_EVSE + card;
  const car = carOf(seed, cardIndex);
  const energyMilliWh = energyOf(place, { template, index, car, seconds: plugOutAt - plugInAt });
  return { evseIndex, cardIndex, stay: template.stay, plugInAt, plugOutAt, energyMilliWh, ...car };
}

/** Skewed to little, as most stops are top-ups; at most 95 % of what stay and battery hold. */
function energyOf(
  place: Place,
  ask: { template: Template; index: number; car: Car; seconds: number },
): MilliWh {
  const { least, most } = ask.template.energyKwh;
  const draw = unitAt(place.seed, STREAM.energy, place.evseIndex, place.day, ask.index);
  const wishMilliWh = Math.floor((least + (most - least) * draw * draw) * MILLI_WH_PER_KWH);
  const deliverable = energyFromPower(ask.car.powerW, ask.seconds);
  const mostMilliWh = Math.min(deliverable, ask.car.batteryMilliWh);
  return Math.min(wishMilliWh, Math.floor((mostMilliWh * 95) / 100));
}

function carOf(seed: number, cardIndex: number): Car {
  let remaining = unitAt(seed, STREAM.car, cardIndex);
  let chosen = CARS[0];
  for (const car of CARS) {
    chosen = car;
    remaining -= car.share;
    if (remaining < 0) break;
  }
  if (chosen === undefined) throw new RangeError('there is no car to choose');
  const { powerW, phases, batteryMilliWh } = chosen;
  return { powerW, phases, batteryMilliWh };
}

function localDay(at: InstantS, localOffsetS: LocalOffset): number {
  return Math.floor((at + localOffsetS(at)) / DAY_S);
}

/** The second evaluation of the offset settles the days on which clocks change. */
function utcFromLocal(place: Place, hours: number): InstantS {
  const localS = place.day * DAY_S + Math.floor(hours * HOUR_S);
  const guessAt = localS - place.localOffsetS(localS);
  return localS - place.localOffsetS(guessAt);
}
