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
 * spreadEnergies adds a plan to a load per quarter (milli-Wh, by cumulative floor, so that no
 * milli-Wh is lost) and sums what else depends on the quarter.
 */
export function spreadEnergies(
  solver: SlotSolver,
  energies: Float64Array,
  args: { untilAt: InstantS; spread: Spread; loads: Float64Array | undefined },
): SpreadSums {
  const sums: SpreadSums = { eveningMilliWh: 0, co2: args.spread.co2 === null ? null : 0 };
  const loads = args.loads ?? new Float64Array(0);
  for (let i = 0; i < solver.count; i += 1) {
    const piece = pieceOf(solver, energies, { i, untilAt: args.untilAt });
    if (piece !== null) spreadPiece(piece, { spread: args.spread, loads, sums });
  }
  return sums;
}

function spreadPiece(
  { fromAt, seconds, energyMilliWh }: Piece,
  to: { spread: Spread; loads: Float64Array; sums: SpreadSums },
): void {
  const { spread, loads, sums } = to;
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
    if (spread.co2 !== null) sums.co2 = addCo2(sums.co2, { co2: spread.co2, quarter, energy });
  }
}

function addCo2(
  sum: number | null,
  part: { co2: QuarterSeries; quarter: number; energy: MilliWh },
): number | null {
  if (sum === null) return null;
  const value = part.co2.values[part.quarter - part.co2.firstQuarter] ?? UNKNOWN;
  return value === UNKNOWN ? null : sum + part.energy * value;
}
