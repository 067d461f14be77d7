import { DepartureComparison } from '#domain/planning/backtest/comparison.ts';
import {
  comparisonFigures,
  type ComparisonFigures,
} from '#domain/planning/backtest/comparison-figures.ts';
import { WallClock } from '#domain/planning/backtest/wall-clock.ts';
import { ValleyError } from '../errors.ts';
import { stayOfRow } from './job.ts';
import { lineNumberOf, openSessionFile } from './pieces.ts';
import { checkColumns, PRICE_ZONE, readMarket, type BacktestOptions } from './run.ts';
import { SessionCsv, SessionRowError, type SessionRow } from './session-csv.ts';

/**
 * runComparison holds learned departures against simple rules on the sessions of a file, which
 * stand in the order of their plug-ins. One thread: who learns does so in order.
 * @throws ValleyError | PriceFeedError with a sentence that says what to do.
 */
export async function runComparison(options: BacktestOptions): Promise<ComparisonFigures> {
  const file = await openSessionFile(options.sessions);
  try {
    checkColumns(file.header, options);
    const to = new WallClock(PRICE_ZONE);
    const market = await readMarket(options, to);
    const comparison = new DepartureComparison(market, to, options.trainDays);
    const csv = new SessionCsv(file.header);
    const { shiftDays, power } = options;
    const clocks = { from: new WallClock(options.sessionZone), to };
    const add = (row: SessionRow) => {
      comparison.add(stayOfRow(row, { clocks, shiftDays, power, wantsNames: true }));
    };
    for await (const { startByte, bytes } of file.pieces()) {
      const bad = readPiece(csv, bytes, add);
      if (bad !== null) {
        const line = (await lineNumberOf(options.sessions, startByte)) + bad.line;
        throw new ValleyError('BAD_INPUT', `${options.sessions}: Row ${line}: ${bad.message}.`);
      }
      options.onProgress(startByte + bytes.byteLength, file.size);
    }
    return comparisonFigures(comparison.data());
  } finally {
    await file.close();
  }
}

/** Null where every row could be read. */
function readPiece(
  csv: SessionCsv,
  bytes: Uint8Array<ArrayBuffer>,
  add: (row: SessionRow) => void,
): SessionRowError | null {
  try {
    csv.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), add);
    return null;
  } catch (error) {
    if (error instanceof SessionRowError) return error;
    throw error;
  }
}
