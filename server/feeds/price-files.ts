import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { PriceInterval } from '#domain/market/price.ts';
import { decimalFromTicks } from '#domain/market/ticks.ts';
import { isoFromSeconds } from '#domain/time/instant.ts';
import { MAX_XML_BYTES } from './entsoe-envelope.ts';
import { intervalsFromA44, parseA44 } from './entsoe-xml.ts';
import { parsePriceCsv } from './price-csv.ts';
import { PriceFeedError } from './price-feed-error.ts';

/** Prices of one file and their origin; `biddingZone` (EIC) and what follows are null for CSV. */
export type PriceFile = {
  path: string;
  format: 'entsoe-a44' | 'csv';
  biddingZone: string | null;
  publishedAt: Date | null;
  documentId: string | null;
  revision: number | null;
  /** Ascending; 15 and 60 minutes as published, without gaps filled in. */
  intervals: PriceInterval[];
};

export type TextSink = { write: (text: string) => unknown };

const MAX_CSV_BYTES = 64 * 1024 * 1024;
const HEAD_BYTES = 4_096;
const ROWS_PER_WRITE = 1_000;

/**
 * readPriceFile reads an ENTSO-E document or a CSV file, told apart by content, not by name.
 * @throws PriceFeedError whose sentence begins with the path.
 */
export async function readPriceFile(path: string): Promise<PriceFile> {
  try {
    const { head, bytes } = await readHead(path);
    const text = head.replace(/^\uFEFF/, '').trimStart();
    if (text === '') throw new PriceFeedError('not-prices', 'The file is empty.');
    if (text.startsWith('<')) return await readXmlFile(path, bytes);
    if (text.includes('start_utc') || text.split('\n', 1)[0]?.includes(',') === true) {
      return await readCsvFile(path, bytes);
    }
    throw new PriceFeedError(
      'not-prices',
      'The file is neither an ENTSO-E price document (XML) nor a CSV file with a column start_utc.',
    );
  } catch (error) {
    throw withPath(path, error);
  }
}

/**
 * printPriceRows writes the header and one row per interval, shortest exact decimal, in ascending
 * order. Where files of one bidding zone (or CSV files, which name none) price the same interval,
 * the one published last is printed, among equals the one named last.
 */
export function printPriceRows(files: readonly PriceFile[], out: TextSink): void {
  let lines = ['start_utc,resolution_min,price_eur_mwh'];
  for (const intervals of rowsByZone(files)) {
    for (const { startAt, seconds, priceTicks } of intervals) {
      lines.push(`${isoFromSeconds(startAt)},${seconds / 60},${decimalFromTicks(priceTicks)}`);
      if (lines.length < ROWS_PER_WRITE) continue;
      out.write(`${lines.join('\n')}\n`);
      lines = [];
    }
  }
  if (lines.length > 0) out.write(`${lines.join('\n')}\n`);
}

function rowsByZone(files: readonly PriceFile[]): PriceInterval[][] {
  const zones = new Map<string | null, Map<string, PriceInterval>>();
  // toSorted is stable: files published at the same time, or never, stay in the order given.
  const publishedMs = (file: PriceFile): number => file.publishedAt?.getTime() ?? 0;
  for (const file of files) zones.set(file.biddingZone, new Map());
  for (const file of files.toSorted((a, b) => publishedMs(a) - publishedMs(b))) {
    const rows = zones.get(file.biddingZone);
    for (const interval of file.intervals) {
      rows?.set(`${interval.startAt}/${interval.seconds}`, interval);
    }
  }
  return [...zones.values()].map((rows) =>
    [...rows.values()].toSorted((a, b) => a.startAt - b.startAt || a.seconds - b.seconds),
  );
}

async function readHead(path: string): Promise<{ head: string; bytes: number }> {
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new PriceFeedError('file', 'This is a folder, not a file of prices.');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.includes(0)) {
      throw new PriceFeedError('not-prices', 'The file is not UTF-8 text: unpack or convert it.');
    }
    return { head: head.toString('utf8'), bytes: stat.size };
  } finally {
    await file.close();
  }
}

async function readXmlFile(path: string, bytes: number): Promise<PriceFile> {
  refuseLarge(bytes, MAX_XML_BYTES);
  const document = parseA44(await readUtf8(path));
  return {
    path,
    format: 'entsoe-a44',
    biddingZone: document.biddingZone,
    publishedAt: document.publishedAt,
    documentId: document.documentId,
    revision: document.revision,
    intervals: intervalsFromA44(document),
  };
}

async function readUtf8(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new PriceFeedError('not-prices', 'The file is not UTF-8 text: unpack or convert it.');
  }
}

async function readCsvFile(path: string, bytes: number): Promise<PriceFile> {
  refuseLarge(bytes, MAX_CSV_BYTES);
  const intervals = await parsePriceCsv(createReadStream(path));
  return {
    path,
    format: 'csv',
    biddingZone: null,
    publishedAt: null,
    documentId: null,
    revision: null,
    intervals,
  };
}

function refuseLarge(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  const maxMb = maxBytes / 1024 / 1024;
  throw new PriceFeedError('too-large', `The file is larger than ${maxMb} MB; split it.`);
}

function withPath(path: string, error: unknown): unknown {
  if (error instanceof PriceFeedError) {
    return new PriceFeedError(error.fault, `${path}: ${error.message}`, error.reasonText);
  }
  if (!(error instanceof Error) || !('code' in error)) return error;
  const why =
    error.code === 'ENOENT'
      ? 'There is no such file.'
      : `It cannot be read (${String(error.code)}).`;
  return new PriceFeedError('file', `${path}: ${why}`);
}
