import { DAY_S } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import type { Backtester, Skipped, StayAnswer } from './backtester.ts';
import { LimitFleet, type FleetAnswer } from './limit-fleet.ts';
import type { QuarterSeries } from './quarter-series.ts';
import type { BacktestStay } from './stay.ts';
import { COUNT, SUM } from './tally.ts';

type Waiting = BacktestStay & { answer: StayAnswer };

/**
 * LimitedBacktest runs stays through a backtest and, in the order of plug-in, through a fleet under
 * one limit. Records are nearly in order (moving them over a clock change swaps an hour): a day's
 * stays are held back and sorted.
 */
export class LimitedBacktest {
  readonly #backtester: Backtester;
  readonly #fleet: LimitFleet<Waiting>;
  #waiting: Waiting[] = [];
  #latestAt = Number.NEGATIVE_INFINITY;
  #passedAt = Number.NEGATIVE_INFINITY;

  /** @param free energy under the limit per quarter of `prices`, milli-Wh; used up in place. */
  constructor(backtester: Backtester, prices: QuarterSeries, free: Float64Array) {
    this.#backtester = backtester;
    this.#fleet = new LimitFleet(prices, free);
  }

  /** @throws RangeError where a stay begins more than a day before one that came earlier. */
  add(stay: BacktestStay): StayAnswer | Skipped {
    const answer = this.#backtester.add(stay);
    if (typeof answer === 'string') return answer;
    if (stay.plugInAt < this.#passedAt) {
      throw new RangeError('stays under a limit must come in the order of plug-in');
    }
    this.#waiting.push({ ...stay, energyMilliWh: answer.energyMilliWh, answer });
    if (stay.plugInAt > this.#latestAt) this.#latestAt = stay.plugInAt;
    const enough = 512;
    if (this.#waiting.length >= enough) this.#pass(this.#latestAt - DAY_S);
    return answer;
  }

  /** finish plans what waits and ends all stays. */
  finish(): void {
    this.#pass(Number.POSITIVE_INFINITY);
    this.#record(this.#fleet.rest());
  }

  #pass(beforeAt: number): void {
    this.#waiting.sort((a, b) => a.plugInAt - b.plugInAt || a.seed - b.seed);
    const index = this.#waiting.findIndex((stay) => stay.plugInAt >= beforeAt);
    const ready = this.#waiting.splice(0, index < 0 ? this.#waiting.length : index);
    for (const stay of ready) this.#record(this.#fleet.add(stay));
    this.#passedAt = Math.max(this.#passedAt, ready.at(-1)?.plugInAt ?? this.#passedAt);
  }

  #record(answers: readonly FleetAnswer<Waiting>[]): void {
    for (const { stay, servedMilliWh, costExact } of answers) {
      const tally = this.#backtester.tallyOf(stay.answer.part);
      const unserved: MilliWh = stay.energyMilliWh - servedMilliWh;
      tally.add(SUM.limitedEnergyMilliWh, stay.energyMilliWh);
      tally.add(SUM.unservedMilliWh, unserved);
      // An hour's floor may lie a few milli-Wh above that of its four quarters.
      if (unserved > ROUNDING_MILLI_WH) {
        tally.count(COUNT.unserved);
        continue;
      }
      tally.add(SUM.limitedExact, costExact);
      tally.add(SUM.limitedBaselineExact, stay.answer.baselineExact);
      tally.add(SUM.limitedPriceOnlyExact, stay.answer.plannedExact);
    }
  }
}

const ROUNDING_MILLI_WH = 1_000;
