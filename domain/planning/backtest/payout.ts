import { potOf } from '../../settlement/pot.ts';
import type { ProgrammeTerms } from '../../settlement/facts.ts';
import { DRAWING_FROM_W } from '../../settlement/segments.ts';
import { DAY_S, type InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { energyBefore, pieceOf } from './placement.ts';
import type { SlotSolver } from './slot-solver.ts';
import { SUM, COUNT, type Tally } from './tally.ts';

/** The car shows within this that it draws (settlement rule 9 allows 300 s). */
export const PROBED_AFTER_S = 60;

/** Terms of the programme that the figures are computed with, and the price drivers pay. */
export const BACKTEST_TERMS: ProgrammeTerms = {
  versionId: 'backtest',
  shareBp: 9_000,
  driverBp: 5_000,
  mspBp: 1_500,
  cpoBp: 2_500,
  platformBp: 1_000,
  driverCapMicro: '10000000',
  minPayoutMicro: '200000',
};
export const BACKTEST_SALE_PRICE_MICRO_PER_KWH = '420000';

/**
 * settledSaving is what the settlement rule credits to a stay that followed its plan and whose car
 * drew a constant power: the baseline clock then puts all energy of the first 24 h back to back at
 * plug-in, and later energy earns nothing (rules 10 to 12). payout.test.ts holds it against
 * `settle`.
 * @param args.energies the plan, probe included; `scratch` is overwritten.
 * @returns EUR 10⁻¹¹.
 */
export function settledSaving(
  solver: SlotSolver,
  args: { energies: Float64Array; scratch: Float64Array; plugInAt: InstantS; untilAt: InstantS },
): number {
  if (solver.powerW < DRAWING_FROM_W) return 0;
  const { energies, scratch, untilAt } = args;
  const creditEndAt = args.plugInAt + DAY_S;
  let credited = 0;
  let actualExact = 0;
  for (let i = 0; i < solver.count; i += 1) {
    const piece = pieceOf(solver, energies, { i, untilAt });
    if (piece === null) continue;
    const energy: MilliWh = energyBefore(piece, creditEndAt);
    credited += energy;
    actualExact += energy * (solver.priceTicks[i] ?? 0);
  }
  solver.fillFirst(scratch, credited, untilAt);
  return solver.costExact(scratch) - actualExact;
}

/** addPayout splits a settled saving by the programme's terms and adds it to a tally. */
export function addPayout(
  tally: Tally,
  stay: { settledSavingExact: number; energyMilliWh: MilliWh },
): void {
  const pot = potOf({
    savingExact: BigInt(stay.settledSavingExact),
    energyMilliWh: stay.energyMilliWh,
    programme: BACKTEST_TERMS,
    salePriceMicroPerKwh: BACKTEST_SALE_PRICE_MICRO_PER_KWH,
  });
  tally.add(SUM.settledSavingExact, stay.settledSavingExact);
  tally.add(SUM.potMicro, Number(pot.potMicro));
  tally.add(SUM.driverMicro, Number(pot.parts.driverMicro));
  tally.add(SUM.mspMicro, Number(pot.parts.mspMicro));
  tally.add(SUM.cpoMicro, Number(pot.parts.cpoMicro));
  tally.add(SUM.platformMicro, Number(pot.parts.platformMicro));
  tally.add(SUM.cappedMicro, Number(pot.cappedMicro));
  if (!pot.belowMinimum) tally.count(COUNT.driverAtLeastMinimum);
}
