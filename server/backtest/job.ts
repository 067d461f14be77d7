import {
  Backtester,
  type BacktestData,
  type Market,
  type Skipped,
  type StayAnswer,
} from '#domain/planning/backtest/backtester.ts';
import { LimitedBacktest } from '#domain/planning/backtest/limited.ts';
import { movedBy, WallClock } from '#domain/planning/backtest/wall-clock.ts';
import type { BacktestStay, DeparturePolicy } from '#domain/planning/backtest/stay.ts';
import { TICKS_PER_EUR_KWH } from '#domain/planning/departure/risk-price.ts';
import { LearnedDepartures } from '#domain/planning/backtest/learned.ts';
import { DAY_S } from '#domain/time/instant.ts';
import { SessionCsv, type SessionRow } from './session-csv.ts';

/** Everything a thread needs to know beforehand; plain data. */
export type BacktestJob = {
  header: string;
  market: Market;
  /** Where the prices are: its wall clock decides evening, night and the shift of days. */
  zone: string;
  /** Where the sessions were recorded. */
  sessionZone: string;
  shiftDays: number;
  power: { kind: 'observed' } | { kind: 'fixed'; powerW: number };
  departure: DeparturePolicy;
  /** Of learned departures: stays of the first days are only learned from. */
  trainDays: number;
  /** What a kWh that an unsure plan may miss is counted at. */
  missedEurPerKwh: number;
  /** Energy under the limit per quarter of the prices, milli-Wh; shared, used up in place. */
  free: Float64Array | null;
  wantsRows: boolean;
};

export type PieceAnswer = { lines: number; rows: string };

/** Runs pieces of a file of sessions through the backtest; one thread has one. */
export class BacktestRunner {
  readonly #job: BacktestJob;
  readonly #csv: SessionCsv;
  readonly #settings: RowSettings;
  readonly #backtester: Backtester;
  readonly #limited: LimitedBacktest | null;
  readonly #learned: LearnedDepartures | null;
  #testFromAt: number | null = null;

  constructor(job: BacktestJob) {
    this.#job = job;
    this.#csv = new SessionCsv(job.header);
    const to = new WallClock(job.zone);
    const from = job.sessionZone === job.zone ? to : new WallClock(job.sessionZone);
    const { shiftDays, power } = job;
    const wantsNames = job.departure === 'learned';
    this.#settings = { clocks: { from, to }, shiftDays, power, wantsNames };
    const isSimulated = job.departure === 'declared' && !this.#csv.hasDeclarations;
    const missTicks = Math.round(job.missedEurPerKwh * TICKS_PER_EUR_KWH);
    const policy = { departure: job.departure, isSimulated, missTicks };
    this.#backtester = new Backtester(job.market, to, policy);
    this.#learned = job.departure === 'learned' ? new LearnedDepartures(to) : null;
    this.#limited =
      job.free === null
        ? null
        : new LimitedBacktest(this.#backtester, job.market.prices, job.free);
  }

  /** run takes whole lines and returns the rows of the answer file, where they are wanted. */
  run(bytes: Buffer): PieceAnswer {
    const rows: string[] = [];
    const lines = this.#csv.parse(bytes, (row) => {
      const answer = this.#add(stayOfRow(row, this.#settings));
      if (!this.#job.wantsRows || answer === null || typeof answer === 'string') return;
      const { energyMilliWh, baselineExact, plannedExact } = answer;
      const energyKwh = (energyMilliWh / 1e6).toFixed(6);
      const [baseline, planned] = [baselineExact, plannedExact].map((it) => (it / 1e11).toFixed(8));
      rows.push(`${quoted(row.id())},${energyKwh},${baseline},${planned}\n`);
    });
    return { lines, rows: rows.join('') };
  }

  finish(): BacktestData {
    this.#limited?.finish();
    return this.#backtester.data();
  }

  /** Null for a stay that is only learned from. */
  #add(stay: BacktestStay): StayAnswer | Skipped | null {
    if (this.#learned === null) return (this.#limited ?? this.#backtester).add(stay);
    this.#testFromAt ??= stay.plugInAt + this.#job.trainDays * DAY_S;
    const isTested = stay.plugInAt >= this.#testFromAt;
    const answer = isTested ? this.#backtester.add(stay, this.#learned.curveOf(stay)) : null;
    if (stay.plugOutAt > stay.plugInAt) this.#learned.learn(stay);
    return answer;
  }
}

/** Where a row's stay is moved to, and what its car draws. */
export type RowSettings = {
  clocks: { from: WallClock; to: WallClock };
  shiftDays: number;
  power: BacktestJob['power'];
  /** Names cost time to read: only who learns wants them. */
  wantsNames: boolean;
};

/** stayOfRow moves a row to the dates of the prices and gives it a power. */
export function stayOfRow(row: SessionRow, settings: RowSettings): BacktestStay {
  const plugInAt = movedBy(row.plugInAt, settings.shiftDays, settings.clocks);
  const moveS = plugInAt - row.plugInAt;
  const { power, wantsNames } = settings;
  const meanW =
    row.chargingS === null || row.chargingS <= 0
      ? null
      : Math.round((row.energyMilliWh * 36) / (row.chargingS * 10));
  const seenW = row.highestPowerW ?? meanW;
  const powerW = power.kind === 'fixed' ? power.powerW : (seenW ?? 0);
  const departureAt = row.declaredDepartureAt;
  return {
    plugInAt,
    plugOutAt: row.plugOutAt + moveS,
    energyMilliWh: row.energyMilliWh,
    powerW,
    highestPowerW: seenW === null || seenW <= 0 ? powerW : seenW,
    chargingS: row.chargingS,
    declared:
      departureAt === null
        ? null
        : { departureAt: departureAt + moveS, saidAt: (row.declaredAt ?? row.plugInAt) + moveS },
    driver: wantsNames ? row.driver() : '',
    station: wantsNames ? row.station() : '',
    seed: row.seed,
  };
}

function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
