import type { InstantS } from '../../time/instant.ts';
import { EndedStays } from './ended-stays.ts';

/** What one policy did over stays; energies in milli-Wh, money in EUR 10⁻¹¹. */
export type Outcome = {
  sessions: number;
  foresightExact: number;
  savingExact: number;
  energyMilliWh: number;
  missedMilliWh: number;
  shortByOneKwh: number;
};

/** What a kWh that may be missed is tried at, EUR: the knob of the risk plan. */
export const KNOBS_EUR_PER_KWH = [
  0.1, 0.12, 0.14, 0.17, 0.2, 0.24, 0.28, 0.33, 0.36, 0.4, 0.45, 0.5, 0.55, 0.6, 0.67, 0.75, 0.87,
  1, 1.4, 2, 3, 5,
] as const;

/** To miss no more than 1 %: a knob chosen at the very edge goes over it half of the time. */
export const CHOSEN_MISSED_PCT = 0.9;

/**
 * Chooses the knob of each stay from all stays that had ended by its plug-in: the one that would
 * have saved most of those that missed little enough; the safest where none did.
 */
export class KnobChoice {
  readonly #sums: (Outcome | null)[] = KNOBS_EUR_PER_KWH.map(() => null);
  readonly #going = new EndedStays<{ plugOutAt: InstantS; outcomes: readonly Outcome[] }>();

  /** begin keeps what each knob did with a stay until the stay has ended. */
  begin(plugOutAt: InstantS, outcomes: readonly Outcome[]): void {
    this.#going.begin({ plugOutAt, outcomes });
  }

  /** chosenAt is an index into KNOBS_EUR_PER_KWH. */
  chosenAt(now: InstantS): number {
    for (const { outcomes } of this.#going.endedBy(now)) {
      outcomes.forEach((one, knob) => {
        this.#sums[knob] = summed(this.#sums[knob] ?? null, one);
      });
    }
    let best = KNOBS_EUR_PER_KWH.length - 1;
    let most = Number.NEGATIVE_INFINITY;
    this.#sums.forEach((sum, knob) => {
      const isAllowed = sum !== null && sum.energyMilliWh > 0
        && sum.missedMilliWh * 100 <= CHOSEN_MISSED_PCT * sum.energyMilliWh;
      if (!isAllowed || sum.savingExact <= most) return;
      [best, most] = [knob, sum.savingExact];
    });
    return best;
  }
}

/** summed adds one more outcome; null is none yet. */
export function summed(old: Outcome | null, one: Outcome): Outcome {
  return old === null ? { ...one } : {
    sessions: old.sessions + one.sessions,
    foresightExact: old.foresightExact + one.foresightExact,
    savingExact: old.savingExact + one.savingExact,
    energyMilliWh: old.energyMilliWh + one.energyMilliWh,
    missedMilliWh: old.missedMilliWh + one.missedMilliWh,
    shortByOneKwh: old.shortByOneKwh + one.shortByOneKwh,
  };
}
