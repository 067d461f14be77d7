import { stationCapabilitiesSchema, type StationCapabilities } from '#domain/charging/commands.ts';
import { plausibleReadings, type RegisterReading } from '#domain/charging/readings.ts';
import { carState, type MeteredPower } from '#domain/planning/car-state.ts';
import { atOnceStay, expectedStay } from '#domain/planning/departure/expected-stay.ts';
import type { PlanningFacts } from '#domain/planning/plan-session.ts';
import { NEVER_AT, type PowerCap } from '#domain/planning/slots.ts';
import type { PriceInterval } from '#domain/market/price.ts';
import { secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import type { PlanningRow } from './planning.store.ts';

/** planningFacts turns a row into the facts a plan is made from. */
export function planningFacts(row: PlanningRow, now: InstantS, prices: PriceInterval[]): PlanningFacts {
  const plugInAt = secondsFromDate(row.plug_in_at);
  const readings = meteredPower(row);
  const acceptedAt = row.last_state === 'ACCEPTED' && row.last_answered_at !== null ? secondsFromDate(row.last_answered_at) : null;
  const state = carState({
    readings, plan: row.plan, acceptedAt, plugInAt, now, ratedPowerW: row.max_power_w,
    hadDrawn: row.plan !== null && row.plan.mode !== 'PROBE' && (row.plan.deliveredMilliWh > 0 || hasDelivered(row)),
    wasTold: row.was_told,
  });
  return {
    now, plugInAt, ...state,
    deliveredMilliWh: deliveredMilliWh(row), measuredAt: lastMeasuredAt(row),
    isObserved: row.steering === 'OBSERVE',
    wish: {
      // What is guessed from the driver's past stays is no word of the driver's: the curve knows more of it.
      readyByAt: row.ready_by_at === null || row.wish_source === 'HISTORY' ? null : secondsFromDate(row.ready_by_at),
      energyMilliWh: row.energy_milli_wh === null ? null : Number(row.energy_milli_wh),
      minEnergyMilliWh: row.min_energy_milli_wh === null ? null : Number(row.min_energy_milli_wh),
      priority: row.priority ?? false,
    },
    // Written with the first plan; a stay of which nothing is known charges at once.
    assumed: row.survival === null ? atOnceStay(plugInAt) : expectedStay(plugInAt, row.survival, row.energy),
    ratedPowerW: row.max_power_w, phases: row.phases === 1 ? 1 : 3,
    caps: capsOf(row), prices, previous: row.plan,
  };
}

export function capabilitiesOf(row: Pick<PlanningRow, 'capabilities'>): StationCapabilities {
  const parsed = stationCapabilitiesSchema.safeParse(row.capabilities);
  return parsed.success ? parsed.data : {};
}

/** meteredPower is each reading's own power, else the mean since the reading before it. */
export function meteredPower(row: Pick<PlanningRow, 'readings'>): MeteredPower[] {
  return row.readings.flatMap((reading, index) => {
    const at = secondsOf(reading.at);
    if (reading.powerW !== null) return [{ at, powerW: reading.powerW }];
    const before = row.readings[index - 1];
    if (before?.registerMilliWh == null || reading.registerMilliWh === null) return [];
    const seconds = at - secondsOf(before.at);
    return seconds <= 0 ? [] : [{ at, powerW: Math.round(((reading.registerMilliWh - before.registerMilliWh) * 36) / (seconds * 10)) / 10 }];
  });
}

function hasDelivered(row: PlanningRow): boolean {
  return deliveredMilliWh(row) > 20_000;
}

/** The registers that can be believed together: one slip of a unit must not hold the car. */
function registersOf(row: PlanningRow): RegisterReading[] {
  const readings = row.readings.flatMap((reading): RegisterReading[] => {
    const at = secondsOf(reading.at);
    return reading.registerMilliWh === null ? []
      : [{ at, receivedAt: at, registerMilliWh: reading.registerMilliWh, powerW: reading.powerW }];
  });
  return plausibleReadings({ readings, ratedPowerW: row.max_power_w, clockToleranceS: 0 }).accepted;
}

function deliveredMilliWh(row: PlanningRow): number {
  const start = Number(row.meter_start_milli_wh ?? 0);
  return Number(row.finished_milli_wh) + Math.max(0, (registersOf(row).at(-1)?.registerMilliWh ?? start) - start);
}

function lastMeasuredAt(row: PlanningRow): InstantS | null {
  return registersOf(row).at(-1)?.at ?? null;
}

function secondsOf(iso: string): InstantS {
  return Math.floor(Date.parse(iso) / 1000);
}

/** What its own EVSE is limited to; limits that are shared are the tree's. */
function capsOf(row: PlanningRow): PowerCap[] {
  return row.limits.map((limit) => ({
    fromAt: secondsOf(limit.validFrom), toAt: limit.validTo === null ? NEVER_AT : secondsOf(limit.validTo), limitW: limit.limitW,
  }));
}
