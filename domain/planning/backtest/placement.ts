import { secondsForEnergy, type MilliWh } from '../../units/energy.ts';
import { QUARTER_S, type InstantS } from '../../time/instant.ts';
import { quarterIndex, UNKNOWN, type QuarterSeries } from './quarter-series.ts';
import type { SlotSolver } from './slot-solver.ts';

/** Energy at full power over part of one slot. */
export type Piece = { fromAt: InstantS; seconds: number; energyMilliWh: MilliWh };

/**
 * pieceOf places the energy of slot `i`: from the slot's start, or up to its end where only the
 * next slot charges (one start less). `untilAt`: the plan uses nothing after it.
 */
export function pieceOf(
  solver: SlotSolver,
  energies: Float64Array,
  args: { i: number; untilAt: InstantS },
): Piece | null {
  const { i, untilAt } = args;
  const energyMilliWh = energies[i] ?? 0;
  if (energyMilliWh <= 0) return null;
  const startAt = solver.starts[i] ?? 0;
  const endAt = Math.min(solver.ends[i] ?? 0, Math.max(untilAt, startAt));
  const most = Math.max(1, (solver.ends[i] ?? 0) - startAt);
  const seconds = Math.min(most, secondsForEnergy(energyMilliWh, solver.powerW));
  const follows = i === 0 || (energies[i - 1] ?? 0) > 0;
  const leads = i + 1 < solver.count && (energies[i + 1] ?? 0) > 0;
  const isLate = !follows && leads && endAt - seconds >= startAt;
  return { fromAt: isLate ? endAt - seconds : startAt, seconds, energyMilliWh };
}

/** energyBefore is the part of a piece that is delivered before an instant, floored. */
export function energyBefore(piece: Piece, at: InstantS): MilliWh {
  const seconds = Math.max(0, Math.min(piece.seconds, at - piece.fromAt));
  return Math.floor((piece.energyMilliWh * seconds) / piece.seconds);
}

export type Spread = {
  evening: Uint8Array;
  co2: QuarterSeries | null;
  /** Quarters since 1970 of index 0 in `evening` and `loads`. */
  firstQuarter: number;
};
/** What a schedule drew in the evening and its CO2 (milli-Wh × 0.01 g/kWh); null: unknown hours. */
export type SpreadSums = { eveningMilliWh: MilliWh; co2: number | null };

/**
 * spreadPieces adds a schedule to a load per quarter (milli-Wh, by cumulative floor, so that no
 * milli-Wh is lost) and sums what else depends on the quarter.
 */
export function spreadPieces(
  pieces: Iterable<Piece>,
  spread: Spread,
  loads: Float64Array,
): SpreadSums {
  const sums: { eveningMilliWh: number; co2: number | null } = {
    eveningMilliWh: 0,
    co2: spread.co2 === null ? null : 0,
  };
  for (const { fromAt, seconds, energyMilliWh } of pieces) {
    const endAt = fromAt + seconds;
    let given = 0;
    for (let quarter = quarterIndex(fromAt); quarter * QUARTER_S < endAt; quarter += 1) {
      const passedS = Math.min(endAt, (quarter + 1) * QUARTER_S) - fromAt;
      const upTo = Math.floor((energyMilliWh * passedS) / seconds);
      const energy = upTo - given;
      given = upTo;
      const index = quarter - spread.firstQuarter;
      loads[index] = (loads[index] ?? 0) + energy;
      if (spread.evening[index] === 1) sums.eveningMilliWh += energy;
      sums.co2 = addCo2(sums.co2, { spread, quarter, energy });
    }
  }
  return sums;
}

function addCo2(
  sum: number | null,
  part: { spread: Spread; quarter: number; energy: MilliWh },
): number | null {
  const { co2 } = part.spread;
  if (sum === null || co2 === null) return null;
  const value = co2.values[part.quarter - co2.firstQuarter] ?? UNKNOWN;
  return value === UNKNOWN ? null : sum + part.energy * value;
}
