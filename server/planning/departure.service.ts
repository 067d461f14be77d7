import { Temporal } from 'temporal-polyfill';
import type { Arrival, DepartureHistory } from '#domain/planning/departure/counts.ts';
import { energySteps, observeEnergy, type EnergyHistory } from '#domain/planning/departure/energy.ts';
import { survivalSteps } from '#domain/planning/departure/expected-stay.ts';
import { energyHistoryOf, historyOf } from '#domain/planning/departure/stored-counts.ts';
import { observeDeparture, stayCurve } from '#domain/planning/departure/survival.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { Db, Tx } from '../db/client.ts';
import {
  loadCounts, loadDepartures, lockCounts, markCounted, nameOf, storeCounts, storeExpected,
  type CountKey, type DepartureRow, type StoredCounts,
} from './departure.store.ts';

/** From this local hour on the day that counts for the departure is the next one. */
const EVENING_H = 16;
const FRIDAY = 5;

/**
 * expectStays stores, for open stays that have none yet, how likely each is to last how long and to
 * take how much, as learned up to now. From then on it is a fact of the stay: the same facts give the same plan.
 */
export async function expectStays(tx: Tx, ids: readonly string[]): Promise<void> {
  const rows = await loadDepartures(tx, ids, 'UNEXPECTED');
  if (rows.length === 0) return;
  const counts = await loadCounts(tx, rows.flatMap(keysOf));
  await storeExpected(tx, rows.map((row) => {
    const { lengths, energies } = historyFrom(counts, row);
    return {
      id: row.id, tenantId: row.tenant_id,
      survival: survivalSteps(stayCurve(lengths, arrivalOf(row))),
      energy: energySteps(energies),
    };
  }));
}

/**
 * countDepartures learns from closed stays: each counts once, for everybody at the tenant, its station
 * and its card, in the order of departures; a stay corrected or settled again counts no second time.
 * @returns how many were counted.
 */
export async function countDepartures(deps: { db: Db }, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  return await deps.db.asSystem(async (tx) => {
    const closed = await loadDepartures(tx, ids, 'UNCOUNTED');
    if (closed.length === 0) return 0;
    await lockCounts(tx, closed.map((row) => row.tenant_id));
    const first = await markCounted(tx, closed);
    const rows = closed.filter((row) => first.has(row.id));
    const counts = await loadCounts(tx, rows.flatMap(keysOf));
    const added = new Map<string, CountKey & { stays: number }>();
    for (const row of rows) {
      const learned = learnFrom(historyFrom(counts, row), row);
      for (const key of keysOf(row)) {
        counts.set(nameOf(key), learned[key.scope]);
        added.set(nameOf(key), { ...key, stays: (added.get(nameOf(key))?.stays ?? 0) + 1 });
      }
    }
    await storeCounts(tx, [...added].map(([name, one]) => ({
      ...one, ...(counts.get(name) ?? { counts: {}, energy: null }),
    })));
    return rows.length;
  });
}

type History = { lengths: DepartureHistory; energies: EnergyHistory };

function learnFrom(history: History, row: DepartureRow): Record<CountKey['scope'], StoredCounts> {
  const plugInAt = secondsFromDate(row.plug_in_at);
  const connectedS = secondsFromDate(row.plug_out_at ?? row.plug_in_at) - plugInAt;
  const declaredS = row.declared_at === null ? null : secondsFromDate(row.declared_at) - plugInAt;
  const lengths = observeDeparture(history.lengths, {
    arrival: arrivalOf(row), connectedS,
    declaredS: declaredS !== null && declaredS > 0 ? declaredS : null,
  });
  const energies = observeEnergy(history.energies, {
    energyMilliWh: Number(row.taken_milli_wh), isCut: row.is_cut,
  });
  return {
    EVERYBODY: { counts: lengths.everybody, energy: energies.everybody },
    STATION: { counts: lengths.station, energy: energies.station },
    DRIVER: { counts: lengths.driver, energy: energies.driver },
  };
}

/** In the order everybody, station, driver. */
function keysOf({ tenant_id, station_id, card_key }: DepartureRow): CountKey[] {
  return [
    { tenantId: tenant_id, scope: 'EVERYBODY', key: '' },
    { tenantId: tenant_id, scope: 'STATION', key: station_id },
    { tenantId: tenant_id, scope: 'DRIVER', key: card_key },
  ];
}

function historyFrom(counts: ReadonlyMap<string, StoredCounts>, row: DepartureRow): History {
  const [everybody, station, driver] = keysOf(row).map((key) => counts.get(nameOf(key)));
  return {
    lengths: historyOf({
      everybody: everybody?.counts, station: station?.counts, driver: driver?.counts,
    }),
    energies: energyHistoryOf({
      everybody: everybody?.energy, station: station?.energy, driver: driver?.energy,
    }),
  };
}

function arrivalOf({ plug_in_at, time_zone }: DepartureRow): Arrival {
  const local = Temporal.Instant.fromEpochMilliseconds(plug_in_at.getTime())
    .toZonedDateTimeISO(time_zone);
  const day = local.hour >= EVENING_H ? local.add({ days: 1 }) : local;
  return {
    localMinute: local.hour * 60 + local.minute + local.second / 60,
    isWorkday: day.dayOfWeek <= FRIDAY,
  };
}
