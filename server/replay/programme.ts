import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { moveStays, recordedStays, type RecordedStay } from '#domain/charging/recorded-stay.ts';
import type { PriceInterval } from '#domain/market/price.ts';
import { gapsIn } from '#domain/market/curve.ts';
import { ValleyError } from '../errors.ts';

export const REPLAY_ZONE = 'NL';
export const REPLAY_TIME_ZONE = 'Europe/Amsterdam';

/** readRecordedStays reads the first `limit` sessions of a CSV, in the file's order. */
export function readRecordedStays(file: string, limit: number): RecordedStay[] {
  const rows: unknown[] = parse(readFileSync(file), { columns: true, bom: true });
  try {
    return recordedStays(rows.slice(0, limit));
  } catch (error) {
    throw error instanceof RangeError ? new ValleyError('BAD_INPUT', `${file}, ${error.message}`) : error;
  }
}

/** moveWeeks moves stays by whole weeks on the wall clock, so that weekdays and local hours stay. */
export function moveWeeks(stays: readonly RecordedStay[], weeks: number): RecordedStay[] {
  return moveStays(stays, weeks * 7, REPLAY_TIME_ZONE);
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
