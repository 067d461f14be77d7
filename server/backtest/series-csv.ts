import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { quarterSeries, type QuarterSeries } from '#domain/planning/backtest/quarter-series.ts';
import { HOUR_S, QUARTER_S } from '#domain/time/instant.ts';
import { ValleyError } from '../errors.ts';
import { parseFeedInstant } from '../feeds/feed-instant.ts';

/**
 * readSeries reads one column of numbers per quarter or hour from a file with `start_utc`.
 * @param args.columns the first that the file has is read.
 * @param args.scale what the numbers are multiplied with before they are rounded to whole ones.
 * @throws ValleyError that names file, row and what to do.
 */
export async function readSeries(
  path: string,
  args: { columns: readonly string[]; scale: number },
): Promise<QuarterSeries> {
  const rows = await readRows(path);
  const column = args.columns.find((name) => rows[0] !== undefined && name in rows[0]);
  if (column === undefined || rows[0]?.['start_utc'] === undefined) {
    const names = args.columns.join(' or ');
    throw new ValleyError('BAD_INPUT', `${path}: The first line must name start_utc and ${names}.`);
  }
  const values = rows.map((row, index) => {
    const startAt = parseFeedInstant(row['start_utc'] ?? '');
    const value = Number(row[column]);
    const isFine = startAt !== null && row[column] !== '' && Number.isFinite(value);
    if (isFine) return { startAt, value: Math.round(value * args.scale) };
    const where = `${path}: Row ${index + 2}`;
    const what = 'has no instant and number: mend it or leave it out.';
    throw new ValleyError('BAD_INPUT', `${where} ${what}`);
  });
  values.sort((a, b) => a.startAt - b.startAt);
  const seconds = stepOf(path, values);
  return quarterSeries(values.map((it) => ({ ...it, seconds })));
}

async function readRows(path: string): Promise<Record<string, string>[]> {
  try {
    const text = await readFile(path, 'utf8');
    return parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ValleyError('BAD_INPUT', `${path}: It cannot be read as rows of a CSV file: ${why}`);
  }
}

function stepOf(path: string, values: readonly { startAt: number }[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < values.length; i += 1) {
    const step = (values[i]?.startAt ?? 0) - (values[i - 1]?.startAt ?? 0);
    if (step > 0) least = Math.min(least, step);
  }
  if (least === QUARTER_S || least === HOUR_S) return least;
  throw new ValleyError('BAD_INPUT', `${path}: The rows must be 15 or 60 minutes apart.`);
}
