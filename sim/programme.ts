import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { recordedStays, type RecordedStay } from '#domain/charging/recorded-stay.ts';
import { movedBy, WallClock } from '#domain/planning/backtest/wall-clock.ts';
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

/** Above what one phase of 32 A carries, a car must use three. */
const ONE_PHASE_MAX_W = 7_400;
/** A car needs the time to leave before the next one takes its place. */
const TURNOVER_MS = 1_000;

function visitOf(stay: RecordedStay): Visit {
  return {
    id: stay.id,
    stationId: stay.stationId,
    evseId: stay.evseId,
    idToken: stay.card,
    plugInMs: stay.plugInAt * 1000,
    plugOutMs: stay.plugOutAt * 1000,
    car: {
      phases: stay.powerW <= ONE_PHASE_MAX_W ? 1 : 3,
      maxPowerW: stay.powerW,
      energyNeedMilliWh: stay.energyMilliWh,
    },
  };
}

/**
 * readSessions reads a CSV of recorded stays (domain/charging/recorded-stay.ts), in the file's order.
 * @throws Error that names the line and the column
 */
export function readSessions(file: string, limit = Number.POSITIVE_INFINITY): Visit[] {
  const rows: unknown[] = parse(readFileSync(file), { columns: true, bom: true });
  try {
    return recordedStays(rows.slice(0, limit)).map(visitOf);
  } catch (error) {
    throw error instanceof RangeError ? new Error(`${file} ${error.message}`) : error;
  }
}

/** shiftDays moves stays by whole local days: hours of the day and lengths of stay remain. */
export function shiftDays(visits: readonly Visit[], days: number, zone: string): Visit[] {
  const clock = new WallClock(zone);
  return visits.map((visit) => {
    const at = movedBy(visit.plugInMs / 1000, days, { from: clock, to: clock });
    const plugInMs = at * 1000;
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
