import { parseArgs } from 'node:util';
import { findZone } from '#domain/market/zones.ts';
import type { BiddingZone } from '#domain/market/zones.ts';
import { PriceFeedError } from '../feeds/price-feed-error.ts';
import { printPriceRows, readPriceFile } from '../feeds/price-files.ts';
import type { PriceFile, TextSink } from '../feeds/price-files.ts';

/** What storing one file changed; an interval whose price is the stored one is `unchanged`. */
export type PriceImportResult = { added: number; revised: number; unchanged: number };

/** Stores the prices of one file for a zone; a changed price makes a new version there. */
export type PriceImporter = (file: PriceFile, zone: BiddingZone) => Promise<PriceImportResult>;

export type PricesIo = { stdout: TextSink; stderr: TextSink; importer: PriceImporter };

type PricesOptions = { paths: string[]; print: boolean; zone: BiddingZone | null };
type ZonedFile = { file: PriceFile; zone: BiddingZone };

const USAGE =
  'Usage: npm run prices -- FILE... [--zone NL] [--print]\n' +
  '  FILE     ENTSO-E day-ahead prices (XML), or CSV with start_utc,price_eur_mwh\n' +
  '  --zone   the bidding zone of CSV files, which name none: NL, BE, DE_LU, FR, SE4, …\n' +
  '  --print  only print start_utc,resolution_min,price_eur_mwh rows; needs no database\n';

/**
 * runPrices prints or imports files of prices. Every file is read before anything is printed or
 * stored, so that a bad one leaves stdout empty and the database as it was.
 * @returns the exit code: 0, or 1 with one sentence on stderr.
 */
export async function runPrices(argv: string[], io: PricesIo): Promise<number> {
  if (argv.includes('--help')) {
    io.stdout.write(USAGE);
    return 0;
  }
  try {
    const options = readOptions(argv);
    const files: PriceFile[] = [];
    for (const path of options.paths) files.push(await readPriceFile(path));
    if (options.print) printPriceRows(files, io.stdout);
    else
      await importFiles(
        files.map((file) => zoned(file, options.zone)),
        io,
      );
    return 0;
  } catch (error) {
    if (!(error instanceof PriceFeedError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function readOptions(argv: string[]): PricesOptions {
  const { values, positionals } = parseStrictly(argv);
  if (positionals.length === 0) {
    throw new PriceFeedError(
      'file',
      'Name at least one file: npm run prices -- FILE... [--print].',
    );
  }
  const zone = values.zone === undefined ? null : findZone(values.zone);
  if (values.zone !== undefined && zone === null) {
    throw new PriceFeedError(
      'file',
      `There is no bidding zone "${values.zone}": write one such as NL, BE, DE_LU, FR or SE4.`,
    );
  }
  return { paths: positionals, print: values.print, zone };
}

function parseStrictly(argv: string[]): {
  values: { print: boolean; zone?: string | undefined };
  positionals: string[];
} {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: { print: { type: 'boolean', default: false }, zone: { type: 'string' } },
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ', 1)[0] : 'wrong arguments';
    throw new PriceFeedError('file', `${why}; see npm run prices -- --help.`);
  }
}

function zoned(file: PriceFile, given: BiddingZone | null): ZonedFile {
  if (file.biddingZone === null) {
    if (given !== null) return { file, zone: given };
    throw new PriceFeedError('file', `${file.path}: Say which bidding zone it is, e.g. --zone NL.`);
  }
  const own = findZone(file.biddingZone);
  if (own === null) {
    throw new PriceFeedError(
      'unsupported',
      `${file.path}: Valley does not know the bidding zone ${file.biddingZone}.`,
    );
  }
  if (given !== null && given.eic !== own.eic) {
    throw new PriceFeedError(
      'file',
      `${file.path}: The document is for ${own.code}, not ${given.code}: leave --zone out.`,
    );
  }
  return { file, zone: own };
}

async function importFiles(files: readonly ZonedFile[], io: PricesIo): Promise<void> {
  for (const { file, zone } of files) {
    const { added, revised, unchanged } = await io.importer(file, zone);
    io.stdout.write(
      `${file.path}: ${zone.code}, ${file.intervals.length} prices: ` +
        `${added} new, ${revised} revised, ${unchanged} already there.\n`,
    );
  }
}
