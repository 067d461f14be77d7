import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Car } from './car.ts';

/** One car's stay at one EVSE; instants in ms. */
export type Visit = {
  id: string;
  stationId: string;
  evseId: number;
  idToken: string;
  plugInMs: number;
  plugOutMs: number;
  car: Car;
};

const ROW = z.object({
  session_id: z.string().min(1),
  charge_point: z.string().min(1).max(48),
  connector: z.coerce.number().int().min(1).max(9),
  card: z.string().min(1).max(20),
  plug_in_utc: z.iso.datetime(),
  plug_out_utc: z.iso.datetime(),
  energy_kwh: z.coerce.number().positive(),
  max_power_kw: z.coerce.number().positive(),
});

/** Above what one phase of 32 A carries, a car must use three. */
const ONE_PHASE_MAX_KW = 7.4;
/** A car needs the time to leave before the next one takes its place. */
const TURNOVER_MS = 1_000;

function visitOf(row: z.infer<typeof ROW>): Visit {
  return {
    id: row.session_id,
    stationId: row.charge_point,
    evseId: row.connector,
    idToken: row.card,
    plugInMs: Date.parse(row.plug_in_utc),
    plugOutMs: Date.parse(row.plug_out_utc),
    car: {
      phases: row.max_power_kw <= ONE_PHASE_MAX_KW ? 1 : 3,
      maxPowerW: Math.round(row.max_power_kw * 1000),
      energyNeedMilliWh: Math.round(row.energy_kwh * 1_000_000),
    },
  };
}

/**
 * readSessions reads a CSV with the columns session_id, charge_point, connector, card, plug_in_utc,
 * plug_out_utc, energy_kwh, max_power_kw, in the file's order.
 * @throws Error that names the line and the column
 */
export function readSessions(file: string, limit = Number.POSITIVE_INFINITY): Visit[] {
  const rows: unknown[] = parse(readFileSync(file), { columns: true, bom: true });
  return rows.slice(0, limit).map((row, index) => {
    const checked = ROW.safeParse(row);
    if (checked.success) return visitOf(checked.data);
    const [issue] = checked.error.issues;
    const column = String(issue?.path[0] ?? 'row');
    throw new Error(`${file} line ${index + 2}: ${column}: ${issue?.message ?? 'invalid'}`);
  });
}

/** shiftDays moves stays by whole local days: hours of the day and lengths of stay remain. */
export function shiftDays(visits: readonly Visit[], days: number, zone: string): Visit[] {
  return visits.map((visit) => {
    const local = Temporal.Instant.fromEpochMilliseconds(visit.plugInMs).toZonedDateTimeISO(zone);
    const plugInMs = local.add({ days }).epochMilliseconds;
    return { ...visit, plugInMs, plugOutMs: plugInMs + visit.plugOutMs - visit.plugInMs };
  });
}

/** Whole days that bring the first stay to `nowMs` or later. */
export function daysUntilFirst(visits: readonly Visit[], nowMs: number): number {
  const first = Math.min(...visits.map((visit) => visit.plugInMs));
  return Number.isFinite(first) ? Math.max(0, Math.ceil((nowMs - first) / 86_400_000)) : 0;
}

/**
 * inTurn orders stays by time and lets a car that finds its EVSE taken wait until it is free.
 * @returns what can take place, and what ended before its turn came
 */
export function inTurn(visits: readonly Visit[]): { visits: Visit[]; dropped: Visit[] } {
  const freeAt = new Map<string, number>();
  const kept: Visit[] = [];
  const dropped: Visit[] = [];
  for (const visit of visits.toSorted((a, b) => a.plugInMs - b.plugInMs)) {
    const evse = `${visit.stationId} ${visit.evseId}`;
    const plugInMs = Math.max(visit.plugInMs, freeAt.get(evse) ?? 0);
    if (plugInMs >= visit.plugOutMs) {
      dropped.push(visit);
      continue;
    }
    kept.push({ ...visit, plugInMs });
    freeAt.set(evse, visit.plugOutMs + TURNOVER_MS);
  }
  return { visits: kept.toSorted((a, b) => a.plugInMs - b.plugInMs), dropped };
}
