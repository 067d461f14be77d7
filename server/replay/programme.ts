import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { PriceInterval } from '#domain/market/price.ts';
import { gapsIn } from '#domain/market/curve.ts';
import { ValleyError } from '../errors.ts';

export const REPLAY_ZONE = 'NL';
export const REPLAY_TIME_ZONE = 'Europe/Amsterdam';

/** One recorded stay, moved to the dates of the prices; instants are whole UTC seconds. */
export type RecordedStay = {
  id: string; stationId: string; evseId: number; card: string; plugInAt: number; plugOutAt: number; energyMilliWh: number; powerW: number;
};

const rowSchema = z.object({
  session_id: z.string().min(1), charge_point: z.string().min(1), connector: z.coerce.number().int().min(1), card: z.string().min(1),
  plug_in_utc: z.iso.datetime(), plug_out_utc: z.iso.datetime(), energy_kwh: z.coerce.number().positive(), max_power_kw: z.coerce.number().positive(),
});

/** readRecordedStays reads the first `limit` sessions of a CSV, in the file's order. */
export function readRecordedStays(file: string, limit: number): RecordedStay[] {
  const rows = parse(readFileSync(file), { columns: true, bom: true }).slice(0, limit);
  return rows.map((row, index) => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) throw new ValleyError('BAD_INPUT', `${file}, row ${index + 2}: ${z.prettifyError(parsed.error)}`);
    const one = parsed.data;
    return {
      id: one.session_id, stationId: one.charge_point, evseId: one.connector, card: one.card,
      plugInAt: secondsOf(one.plug_in_utc), plugOutAt: secondsOf(one.plug_out_utc),
      energyMilliWh: Math.round(one.energy_kwh * 1_000_000), powerW: Math.round(one.max_power_kw * 1000),
    };
  });
}

/** moveWeeks moves stays by whole weeks on the wall clock, so that weekdays and local hours stay. */
export function moveWeeks(stays: readonly RecordedStay[], weeks: number): RecordedStay[] {
  return stays.map((stay) => {
    const local = Temporal.Instant.fromEpochMilliseconds(stay.plugInAt * 1000).toZonedDateTimeISO(REPLAY_TIME_ZONE);
    const plugInAt = Math.floor(local.add({ weeks }).epochMilliseconds / 1000);
    return { ...stay, plugInAt, plugOutAt: plugInAt + stay.plugOutAt - stay.plugInAt };
  });
}

/**
 * fittingWeeks is the smallest move that puts every stay where all its quarters have a price.
 * @throws ValleyError where no move does.
 */
export function fittingWeeks(stays: readonly RecordedStay[], curve: readonly PriceInterval[]): number {
  const first = Math.min(...stays.map((stay) => stay.plugInAt));
  const last = Math.max(...stays.map((stay) => stay.plugOutAt));
  const from = curve[0]?.startAt ?? 0;
  const to = (curve.at(-1)?.startAt ?? 0) + 900;
  const week = 7 * 86_400;
  const candidates = Array.from({ length: Math.max(0, Math.ceil((to - from) / week) + 2) }, (_, index) => Math.floor((from - first) / week) + index)
    .filter((weeks) => first + weeks * week >= from - 7200 && last + weeks * week <= to + 7200)
    .sort((a, b) => Math.abs(a) - Math.abs(b));
  for (const weeks of candidates) {
    if (moveWeeks(stays, weeks).every((stay) => gapsIn(curve, stay.plugInAt, stay.plugOutAt + 900).length === 0)) return weeks;
  }
  throw new ValleyError('BAD_INPUT', 'No move by whole weeks puts these sessions inside the prices: take fewer sessions or a longer price file.');
}

function secondsOf(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000);
}
