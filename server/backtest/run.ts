import { open, type FileHandle } from 'node:fs/promises';
import { contractCurve } from '#domain/market/curve.ts';
import { baseLoad, SHARE_UNITS } from '#domain/planning/backtest/base-load.ts';
import type { BacktestData, Market } from '#domain/planning/backtest/backtester.ts';
import {
  backtestFigures,
  sumLoads,
  type BacktestFigures,
} from '#domain/planning/backtest/figures.ts';
import {
  freeUnder,
  neighbourhoodOf,
  type Neighbourhood,
} from '#domain/planning/backtest/neighbourhood.ts';
import { quarterSeries, type QuarterSeries } from '#domain/planning/backtest/quarter-series.ts';
import type { DeparturePolicy } from '#domain/planning/backtest/stay.ts';
import { WallClock } from '#domain/planning/backtest/wall-clock.ts';
import { HOUR_S, QUARTER_S } from '#domain/time/instant.ts';
import { ValleyError } from '../errors.ts';
import { readPriceFile } from '../feeds/price-files.ts';
import type { BacktestJob } from './job.ts';
import { lineNumberOf, openSessionFile, type SessionFile } from './pieces.ts';
import { readSeries } from './series-csv.ts';
import { SessionCsv } from './session-csv.ts';
import { PieceError, startThread, type BacktestThread } from './threads.ts';

export const PRICE_ZONE = 'Europe/Amsterdam';
const EVENING = { fromHour: 17, toHour: 21 };
const THREADS = 2;
/** Per thread: one piece in work, one on the way. */
const PIECES_AHEAD = 2;
const ROWS_HEADER = 'session_id,energy_kwh,baseline_eur,planned_eur\n';

export type BacktestOptions = {
  sessions: string;
  prices: string;
  power: BacktestJob['power'];
  shiftDays: number;
  /** Null: as fine as the prices are. */
  mtuMinutes: 15 | 60 | null;
  limit: { limitW: number; homes: number; profile: string } | null;
  departure: DeparturePolicy;
  trainDays: number;
  missedEurPerKwh: number;
  co2: string | null;
  sessionZone: string;
  perSession: string | null;
  onProgress: (doneBytes: number, totalBytes: number) => void;
};
export type BacktestResult = BacktestFigures & { neighbourhood: Neighbourhood | null };

/**
 * runBacktest streams a file of sessions through planning and settlement in parallel threads;
 * memory depends on the span of the prices, not on the number of sessions.
 * @throws ValleyError | PriceFeedError with a sentence that says what to do.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestResult> {
  const file = await openSessionFile(options.sessions);
  try {
    checkColumns(file.header, options);
    const clock = new WallClock(PRICE_ZONE);
    const market = await readMarket(options, clock);
    const homes = options.limit === null ? null : await readHomes(options.limit, market, clock);
    const data = await stream(file, options, {
      header: file.header,
      market,
      zone: PRICE_ZONE,
      sessionZone: options.sessionZone,
      shiftDays: options.shiftDays,
      power: options.power,
      departure: options.departure,
      trainDays: options.trainDays,
      missedEurPerKwh: options.missedEurPerKwh,
      free: homes?.free ?? null,
      wantsRows: options.perSession !== null,
    });
    const figures = backtestFigures(data, {
      hasCo2: options.co2 !== null,
      hasLimit: homes !== null,
      isDepartureKnown: options.departure === 'known',
    });
    return { ...figures, neighbourhood: homes === null ? null : compare(data, homes) };
  } finally {
    await file.close();
  }
}

/** checkColumns refuses a file that says nothing of power where none is given. */
export function checkColumns(header: string, options: Pick<BacktestOptions, 'power'>): void {
  const csv = new SessionCsv(header);
  if (options.power.kind === 'fixed' || csv.hasPower) return;
  throw new ValleyError(
    'BAD_INPUT',
    'The file of sessions has neither max_power_kw nor charging_h nor done_charging_utc: say a ' +
      'power with --power 11 or --power 22.',
  );
}

/** readMarket reads prices (and CO2) and lays them out by quarters of an hour. */
export async function readMarket(
  options: Pick<BacktestOptions, 'prices' | 'mtuMinutes' | 'co2'>,
  clock: WallClock,
): Promise<Market> {
  const { intervals } = await readPriceFile(options.prices);
  const isHourly = intervals.every(({ seconds }) => seconds === HOUR_S);
  const stepS = (options.mtuMinutes ?? (isHourly ? 60 : 15)) === 60 ? HOUR_S : QUARTER_S;
  // Nothing to average or to choose: an hour's price stands in each of its quarters.
  const curve = isHourly ? intervals : contractCurve(intervals, stepS);
  const prices = quarterSeries(
    curve.map(({ startAt, seconds, priceTicks }) => ({ startAt, seconds, value: priceTicks })),
  );
  return {
    prices,
    stepS,
    evening: eveningOf(prices, clock),
    co2:
      options.co2 === null
        ? null
        : await readSeries(options.co2, {
            columns: ['co2_direct_g_kwh', 'co2_g_kwh', 'co2_lifecycle_g_kwh'],
            scale: 100,
          }),
  };
}

/** eveningOf marks the quarters of the local evening. */
export function eveningOf(prices: QuarterSeries, clock: WallClock): Uint8Array {
  const evening = new Uint8Array(new SharedArrayBuffer(prices.values.length));
  for (let i = 0; i < evening.length; i += 1) {
    const wallS = clock.wallS((prices.firstQuarter + i) * QUARTER_S);
    const hour = Math.floor(wallS / HOUR_S) % 24;
    evening[i] = hour >= EVENING.fromHour && hour < EVENING.toHour ? 1 : 0;
  }
  return evening;
}

type Homes = {
  limitW: number;
  homes: number;
  base: Float64Array;
  /** As before any car, and what the threads leave of it. */
  freeBefore: Float64Array;
  free: Float64Array;
};

async function readHomes(
  limit: NonNullable<BacktestOptions['limit']>,
  market: Market,
  clock: WallClock,
): Promise<Homes> {
  const { limitW, homes } = limit;
  const columns = ['E1A', 'share'];
  const profile = await readSeries(limit.profile, { columns, scale: SHARE_UNITS });
  const to = market.prices.values.length;
  try {
    const base = baseLoad(profile, market.prices, { clock, homes, from: 0, to });
    const freeBefore = freeUnder(limitW, base);
    const bytes = to * Float64Array.BYTES_PER_ELEMENT;
    const free = new Float64Array(new SharedArrayBuffer(bytes));
    free.set(freeBefore);
    return { limitW, homes, base, freeBefore, free };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ValleyError('BAD_INPUT', `${limit.profile}: ${error.message}.`);
  }
}

function compare(data: readonly BacktestData[], homes: Homes): Neighbourhood {
  const atOnce = sumLoads(data.map(({ atOnceLoads }) => atOnceLoads), 'all');
  const priceOnly = sumLoads(data.map(({ plannedLoads }) => plannedLoads), 'all');
  const priceAndLimit = homes.freeBefore.map((free, i) => free - (homes.free[i] ?? 0));
  const isUsed = (load: number, i: number) => load > 0 || (priceAndLimit[i] ?? 0) > 0;
  const from = Math.max(0, atOnce.findIndex(isUsed));
  const to = atOnce.findLastIndex(isUsed) + 1;
  const { limitW, base } = homes;
  return neighbourhoodOf({
    limitW,
    homes: homes.homes,
    from,
    to,
    base,
    atOnce,
    priceOnly,
    priceAndLimit,
  });
}

async function stream(
  file: SessionFile,
  options: BacktestOptions,
  job: BacktestJob,
): Promise<BacktestData[]> {
  // Under a limit cars meet each other, and who learns does so in order: one thread for those.
  const count = job.free === null && job.departure !== 'learned' ? THREADS : 1;
  const threads = Array.from({ length: count }, () => startThread(job));
  const out = options.perSession === null ? null : await open(options.perSession, 'w');
  try {
    await out?.write(ROWS_HEADER);
    await feed({ file, options, threads, out });
    return await Promise.all(threads.map((thread) => thread.finish()));
  } finally {
    await out?.close();
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

/** Hands pieces to the threads in turn and writes answers in the file's order. */
async function feed(args: {
  file: SessionFile;
  options: BacktestOptions;
  threads: readonly BacktestThread[];
  out: FileHandle | null;
}): Promise<void> {
  const { file, options, threads, out } = args;
  const owed: { doneByte: number; rows: Promise<string> }[] = [];
  const last: Promise<unknown>[] = threads.map(() => Promise.resolve());
  const take = async () => {
    const next = owed.shift();
    if (next === undefined) return;
    const rows = await next.rows;
    if (rows !== '') await out?.write(rows);
    options.onProgress(next.doneByte, file.size);
  };
  for await (const { index, startByte, bytes } of file.pieces()) {
    const doneByte = startByte + bytes.byteLength;
    const turn = index % threads.length;
    const thread = threads[turn];
    if (thread === undefined) break;
    const rows = (last[turn] ?? Promise.resolve())
      .then(() => thread.run(bytes))
      .then(
        (answer) => {
          file.reuse(answer.buffer);
          return answer.rows;
        },
        (error: unknown) => explain(error, { options, startByte }),
      );
    rows.catch(() => undefined);
    last[turn] = rows;
    owed.push({ doneByte, rows });
    if (owed.length >= threads.length * PIECES_AHEAD) await take();
  }
  while (owed.length > 0) await take();
}

async function explain(
  error: unknown,
  at: { options: BacktestOptions; startByte: number },
): Promise<never> {
  if (!(error instanceof PieceError)) throw error;
  const { sessions } = at.options;
  if (error.line === null) throw new ValleyError('BAD_INPUT', `${sessions}: ${error.message}.`);
  const line = (await lineNumberOf(sessions, at.startByte)) + error.line;
  throw new ValleyError('BAD_INPUT', `${sessions}: Row ${line}: ${error.message}.`);
}
