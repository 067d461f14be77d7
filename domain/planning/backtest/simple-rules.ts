import { DAY_S, HOUR_S, type InstantS } from '../../time/instant.ts';
import { secondsForEnergy } from '../../units/energy.ts';
import { EndedStays } from './ended-stays.ts';
import { DECLARED_MARGIN_S, type BacktestStay, type Deadline } from './stay.ts';
import type { WallClock } from './wall-clock.ts';

/** What anybody could do without a model; `learned` has to be better on the same stays. */
export const RULE_NAMES = ['ownQuantile', 'fiveKwhFirst', 'declaredLessHour', 'declared'] as const;
export type RuleName = (typeof RULE_NAMES)[number];

export const QUANTILES = [0.1, 0.5, 0.9] as const;
export type Quantiles = readonly [number, number, number];

/** A driver's own stays speak for him from this many on; before that all past stays do. */
const OWN_STAYS = 5;
const MOST_OWN = 50;
const MOST_STAYS = 1_000;
const FIRST_MILLI_WH = 5_000_000;
const EVENING_H = 16;
const NIGHT_ENDS_H = 4;
const MORNING_H = 7;

/** Lengths of past stays, as known at a plug-in. */
export class PastLengths {
  readonly #ended = new EndedStays<BacktestStay>();
  readonly #own = new Map<string, number[]>();
  readonly #all: number[] = [];

  learn(stay: BacktestStay): void {
    this.#ended.begin(stay);
  }

  /** quantilesOf gives lengths in seconds; null before five stays have ended. */
  quantilesOf(stay: BacktestStay): Quantiles | null {
    for (const ended of this.#ended.endedBy(stay.plugInAt)) {
      const lengthS = ended.plugOutAt - ended.plugInAt;
      keep(this.#all, lengthS, MOST_STAYS);
      if (ended.driver === '') continue;
      const own = this.#own.get(ended.driver) ?? [];
      keep(own, lengthS, MOST_OWN);
      this.#own.set(ended.driver, own);
    }
    const own = this.#own.get(stay.driver) ?? [];
    const from = own.length >= OWN_STAYS ? own : this.#all;
    if (from.length < OWN_STAYS) return null;
    const sorted = from.toSorted((a, b) => a - b);
    const [low, middle, high] = QUANTILES;
    const at = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
    return [at(low), at(middle), at(high)];
  }
}

function keep(lengths: number[], lengthS: number, most: number): void {
  lengths.push(lengthS);
  if (lengths.length > most) lengths.shift();
}

/**
 * ruleDeadline says what a simple rule plans for: the 10 % quantile of past stays; five kWh at once,
 * then until 07:00 for a car that came from 16:00 to 04:00 (by day: at once); the driver's word less
 * 1 h; the driver's word. Where a rule knows nothing, the car charges at once.
 */
export function ruleDeadline(
  rule: RuleName,
  stay: BacktestStay,
  known: { quantiles: Quantiles | null; clock: WallClock },
): Deadline {
  const { plugInAt } = stay;
  if (rule === 'ownQuantile') {
    return { deadlineAt: plugInAt + (known.quantiles?.[0] ?? 0), atOnceUntilAt: plugInAt };
  }
  if (rule === 'fiveKwhFirst') {
    const firstS = secondsForEnergy(FIRST_MILLI_WH, stay.powerW);
    return {
      deadlineAt: morningAfter(plugInAt, known.clock) ?? plugInAt,
      atOnceUntilAt: plugInAt + firstS,
    };
  }
  if (stay.declared === null) return { deadlineAt: plugInAt, atOnceUntilAt: plugInAt };
  const marginS = rule === 'declared' ? 0 : DECLARED_MARGIN_S;
  return {
    deadlineAt: Math.max(plugInAt, stay.declared.departureAt - marginS),
    atOnceUntilAt: Math.max(plugInAt, stay.declared.saidAt),
  };
}

function morningAfter(plugInAt: InstantS, clock: WallClock): InstantS | null {
  const wallS = clock.wallS(plugInAt);
  const midnightS = Math.floor(wallS / DAY_S) * DAY_S;
  const hour = (wallS - midnightS) / HOUR_S;
  if (hour >= NIGHT_ENDS_H && hour < EVENING_H) return null;
  const days = hour >= EVENING_H ? 1 : 0;
  return clock.instantOf(midnightS + days * DAY_S + MORNING_H * HOUR_S);
}
