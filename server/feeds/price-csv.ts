import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import type { PriceInterval } from '#domain/market/price.ts';
import { ticksFromDecimal } from '#domain/market/ticks.ts';
import { HOUR_S, isoFromSeconds, QUARTER_S } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { parseFeedInstant } from './feed-instant.ts';
import { PriceFeedError, shownText } from './price-feed-error.ts';

/** Fifty years of quarters: what a person may reasonably hand over at once. */
const MAX_ROWS = 1_800_000;
const MAX_ROW_CHARACTERS = 4_096;

type CsvRow = {
  line: number;
  startAt: InstantS;
  /** Null where the file has no column `resolution_min`. */
  seconds: number | null;
  priceTicks: number;
};

const recordSchema = z.object({
  info: z.object({ lines: z.number() }),
  record: z.record(z.string(), z.string()),
});

/**
 * parsePriceCsv reads prices from comma-separated text as it arrives, in any order: columns
 * `start_utc` (ISO 8601 with Z or offset) and `price_eur_mwh`, and either `resolution_min` (15 or
 * 60) or one resolution for the whole file, seen from the spacing of its rows. Other columns are
 * ignored. A missing row is a gap and stays one. Returns the intervals in ascending order.
 * @throws PriceFeedError that names the row (line of the file), the column and what to do.
 */
export async function parsePriceCsv(
  source: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<PriceInterval[]> {
  const rows: CsvRow[] = [];
  const parser = parse({
    bom: true,
    columns: checkedHeader,
    info: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_ROW_CHARACTERS,
  });
  try {
    await pipeline(Readable.from(source), parser, async (records: AsyncIterable<unknown>) => {
      for await (const record of records) rows.push(readRow(record, rows.length));
    });
  } catch (error) {
    throw errorFromCsv(error);
  }
  if (rows.length === 0) {
    throw new PriceFeedError('not-prices', 'The file holds no row of prices below its header.');
  }
  return intervalsFromRows(rows.toSorted((a, b) => a.startAt - b.startAt));
}

function checkedHeader(header: string[]): string[] {
  for (const column of ['start_utc', 'price_eur_mwh']) {
    if (header.filter((name) => name === column).length === 1) continue;
    throw new PriceFeedError(
      'not-prices',
      `The first line must name the columns start_utc and price_eur_mwh, separated by commas; ` +
        `it is "${shownText(header.join(','))}".`,
    );
  }
  return header;
}

function readRow(value: unknown, rowsBefore: number): CsvRow {
  const { info, record } = recordSchema.parse(value);
  const line = info.lines;
  if (rowsBefore >= MAX_ROWS) {
    throw new PriceFeedError('too-large', `The file has more than ${MAX_ROWS} rows; split it.`);
  }
  const start = record['start_utc'] ?? '';
  const startAt = parseFeedInstant(start);
  if (startAt === null) {
    throw badCell({ line, column: 'start_utc', value: start }, 'write 2026-03-29T01:00:00Z');
  }
  const price = record['price_eur_mwh'] ?? '';
  const priceTicks = ticksFromDecimal(price);
  if (priceTicks === null) {
    const remedy = 'write a number such as 84.10, and leave the row out where the price is unknown';
    throw badCell({ line, column: 'price_eur_mwh', value: price }, remedy);
  }
  const seconds = readResolution(line, record['resolution_min']);
  if (startAt % (seconds ?? QUARTER_S) !== 0) {
    throw badCell({ line, column: 'start_utc', value: start }, 'start on a whole quarter or hour');
  }
  return { line, startAt, seconds, priceTicks };
}

function readResolution(line: number, value: string | undefined): number | null {
  if (value === undefined) return null;
  if (value === '15') return QUARTER_S;
  if (value === '60') return HOUR_S;
  throw badCell({ line, column: 'resolution_min', value }, 'write 15 or 60');
}

function badCell(
  cell: { line: number; column: string; value: string },
  remedy: string,
): PriceFeedError {
  const found = cell.value === '' ? 'is empty' : `is "${shownText(cell.value)}"`;
  return new PriceFeedError(
    'malformed',
    `Row ${cell.line}, column ${cell.column} ${found}: ${remedy}.`,
  );
}

function intervalsFromRows(sorted: readonly CsvRow[]): PriceInterval[] {
  const single = withoutRepeats(sorted);
  const inferred = single.every(({ seconds }) => seconds !== null) ? null : inferSeconds(single);
  return single.map(({ line, startAt, seconds, priceTicks }) => {
    const length = seconds ?? inferred ?? QUARTER_S;
    if (startAt % length !== 0) {
      const value = isoFromSeconds(startAt);
      throw badCell({ line, column: 'start_utc', value }, 'hourly prices start on the hour');
    }
    return { startAt, seconds: length, priceTicks, kind: 'published' };
  });
}

function withoutRepeats(sorted: readonly CsvRow[]): CsvRow[] {
  const byKey = new Map<string, CsvRow>();
  for (const row of sorted) {
    const key = `${row.startAt}/${row.seconds}`;
    const earlier = byKey.get(key);
    if (earlier === undefined) byKey.set(key, row);
    else if (earlier.priceTicks !== row.priceTicks) {
      throw new PriceFeedError(
        'malformed',
        `Rows ${earlier.line} and ${row.line} give ${isoFromSeconds(row.startAt)} two different ` +
          `prices: keep one.`,
      );
    }
  }
  return [...byKey.values()];
}

/**
 * The closest two rows tell the resolution. Rows an hour apart twice in a row within a file of
 * quarters mean that it changes its resolution (or leaves out repeated prices); read as quarters,
 * three quarters of each such hour would silently be unknown.
 */
function inferSeconds(sorted: readonly CsvRow[]): number {
  const steps = sorted.slice(1).map((row, index) => row.startAt - (sorted[index]?.startAt ?? 0));
  const closest = steps.reduce((least, step) => Math.min(least, step), Number.POSITIVE_INFINITY);
  if (closest !== QUARTER_S && closest !== HOUR_S) {
    throw new PriceFeedError(
      'unsupported',
      'The rows are neither 15 nor 60 minutes apart: add a column resolution_min with 15 or 60.',
    );
  }
  const change = steps.findIndex((step, index) => step === HOUR_S && steps[index + 1] === HOUR_S);
  if (closest === QUARTER_S && change >= 0) {
    throw new PriceFeedError(
      'unsupported',
      `From row ${sorted[change]?.line ?? 0} on the rows are an hour apart, elsewhere a quarter: ` +
        `add a column resolution_min with 15 or 60.`,
    );
  }
  return closest;
}

function errorFromCsv(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line: unknown = error['lines'];
  const place = typeof line === 'number' ? `Row ${line}` : 'The file';
  return new PriceFeedError(
    'malformed',
    `${place} is no comma-separated row like the header: check its quotes and number of columns.`,
  );
}
