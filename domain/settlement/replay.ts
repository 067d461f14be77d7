import { quarterStart, QUARTER_S, type InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import { floorShare, spread, US_PER_S } from './apportion.ts';
import type { Span } from './facts.ts';
import type { Segment } from './segments.ts';
import type { Stay } from './stay.ts';

/**
 * Cars take whole amperes and real voltages, so a limit that binds shows as less than itself:
 * 6.9 A is drawn as 6 A, 87 %.
 */
const BOUND_FROM_SHARE = 0.8;
/** A shorter free part of a reading says little about the power the car draws when free. */
const FREE_POWER_FROM_S = 60;

/** Energy per quarter as metered and as the baseline replays it; index 0 starts at `originAt`. */
export type Replay = {
  originAt: InstantS;
  actual: Float64Array;
  baseline: Float64Array;
  energyMilliWh: MilliWh;
  pauses: Span[];
  /** Whether the car drew after the end of credit. */
  isCutShort: boolean;
};

/**
 * replay runs the baseline clock τ over the stay (settlement rules 6, 11 to 13). τ starts at
 * plug-in, stands still while Valley holds, and runs otherwise; what was drawn from t on is put
 * at τ. Without a hold τ = t throughout, so both columns are the same to the milli-Wh.
 */
export function replay(stay: Stay, creditEndAt: InstantS): Replay {
  const walk = new BaselineWalk(stay);
  for (const segment of stay.segments) {
    if (segment.toAt <= creditEndAt) {
      walk.credited(segment);
    } else if (segment.fromAt >= creditEndAt) {
      walk.uncredited(segment);
    } else {
      const [before, after] = cutAt(segment, creditEndAt);
      walk.credited(before);
      walk.uncredited(after);
    }
  }
  return walk.result();
}

function cutAt(segment: Segment, at: InstantS): [Segment, Segment] {
  const seconds = segment.toAt - segment.fromAt;
  const energyBefore = floorShare(segment.energyMilliWh, at - segment.fromAt, seconds);
  return [
    { ...segment, toAt: at, energyMilliWh: energyBefore },
    { ...segment, fromAt: at, energyMilliWh: segment.energyMilliWh - energyBefore },
  ];
}

class BaselineWalk {
  readonly #originAt: InstantS;
  readonly #actual: Float64Array;
  readonly #baseline: Float64Array;
  /** τ in microseconds after the origin. */
  #clockUs: number;
  #free: { milliWh: MilliWh; us: number } | null = null;
  #energyMilliWh = 0;
  #pauses: Span[] = [];
  /** Pauses that put off energy which was drawn later. */
  #effectivePauses = 0;
  #isCutShort = false;

  constructor(stay: Stay) {
    this.#originAt = quarterStart(stay.startAt);
    this.#clockUs = (stay.startAt - this.#originAt) * US_PER_S;
    // τ never runs ahead of time, so the last energy bounds both columns, however long the stay.
    let endAt = stay.startAt;
    for (const { energyMilliWh, toAt } of stay.segments) {
      if (energyMilliWh > 0) endAt = Math.max(endAt, toAt);
    }
    const count = Math.floor((endAt - this.#originAt) / QUARTER_S) + 1;
    this.#actual = new Float64Array(count);
    this.#baseline = new Float64Array(count);
  }

  /** Rule 12: own waiting and drawing move τ, held time does not. */
  credited(segment: Segment): void {
    this.#addActual(segment);
    if (segment.kind === 'held') {
      // A trickle below 300 W inside a pause was not put off by it: it costs what it cost.
      spread(this.#baseline, this.#spanOf(segment), segment.energyMilliWh);
      this.#addPause(segment);
      return;
    }
    const lengthUs = this.#lengthUs(segment);
    spread(this.#baseline, { startUs: this.#clockUs, lengthUs }, segment.energyMilliWh);
    this.#clockUs += lengthUs;
    if (segment.kind === 'drawn') this.#effectivePauses = this.#pauses.length;
  }

  /** Rule 11: after the end of credit, baseline = actual. */
  uncredited(segment: Segment): void {
    this.#addActual(segment);
    spread(this.#baseline, this.#spanOf(segment), segment.energyMilliWh);
    if (segment.kind === 'drawn') this.#isCutShort = true;
  }

  result(): Replay {
    return {
      originAt: this.#originAt,
      actual: this.#actual,
      baseline: this.#baseline,
      energyMilliWh: this.#energyMilliWh,
      pauses: this.#pauses.slice(0, this.#effectivePauses),
      isCutShort: this.#isCutShort,
    };
  }

  #addActual(segment: Segment): void {
    spread(this.#actual, this.#spanOf(segment), segment.energyMilliWh);
    this.#energyMilliWh += segment.energyMilliWh;
  }

  #spanOf(segment: Segment): { startUs: number; lengthUs: number } {
    const startUs = (segment.fromAt - this.#originAt) * US_PER_S;
    return { startUs, lengthUs: (segment.toAt - segment.fromAt) * US_PER_S };
  }

  /** Rule 13: where a limit above 0 bound, the time the energy takes at the last free power. */
  #lengthUs(segment: Segment): number {
    const seconds = segment.toAt - segment.fromAt;
    const ownUs = seconds * US_PER_S;
    if (segment.kind !== 'drawn') return ownUs;
    const { limitW, partMilliWh, partSeconds } = segment;
    const isBound =
      limitW !== null && limitW > 0 && partMilliWh * 3.6 >= BOUND_FROM_SHARE * limitW * partSeconds;
    if (isBound) {
      if (this.#free === null) return ownUs;
      const { milliWh, us } = this.#free;
      return Math.min(ownUs, Math.round((segment.energyMilliWh * us) / milliWh));
    }
    const isWhole = partSeconds === segment.readingSeconds;
    const isTelling = isWhole || partSeconds >= FREE_POWER_FROM_S;
    if (limitW !== 0 && isTelling && partMilliWh > 0) {
      this.#free = { milliWh: partMilliWh, us: partSeconds * US_PER_S };
    }
    return ownUs;
  }

  #addPause(segment: Segment): void {
    const last = this.#pauses.at(-1);
    if (last?.toAt === segment.fromAt) {
      last.toAt = segment.toAt;
    } else {
      this.#pauses.push({ fromAt: segment.fromAt, toAt: segment.toAt });
    }
  }
}
