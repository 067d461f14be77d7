import { DAY_S, type InstantS } from '../time/instant.ts';
import { differingFigures, type FigureDifference, type SettlementFigures } from './receipt.ts';

/** Settlement rule 21. */
export const FINAL_AFTER_S = 14 * DAY_S;

/** The last posted revision of a stay's settlement. */
export type PostedRevision = { revision: number; figures: SettlementFigures };

export type RevisionArgs = {
  posted: PostedRevision | null;
  recomputed: SettlementFigures;
  stayEndedAt: InstantS;
  nowAt: InstantS;
};

export type RevisionDecision =
  | { kind: 'first'; revision: 0 }
  | { kind: 'unchanged'; revision: number }
  | {
      kind: 'revise';
      reverses: number;
      revision: number;
      differences: FigureDifference[];
      /** What the driver gains by the revision, in micro-euro; negative: is taken back. */
      driverChangeMicro: bigint;
    }
  | { kind: 'final'; revision: number; differences: FigureDifference[] };

/**
 * decideRevision says what a recomputation posts (settlement rule 21): nothing where every figure
 * is the same, so that late copies change nothing; a reversal and the next revision where one
 * differs; nothing any more from 14 days after the stay's end, when the driver's part is final.
 */
export function decideRevision(args: RevisionArgs): RevisionDecision {
  const { posted, recomputed } = args;
  if (posted === null) return { kind: 'first', revision: 0 };
  const differences = differingFigures(posted.figures, recomputed);
  if (differences.length === 0) return { kind: 'unchanged', revision: posted.revision };
  if (args.nowAt >= args.stayEndedAt + FINAL_AFTER_S) {
    return { kind: 'final', revision: posted.revision, differences };
  }
  return {
    kind: 'revise',
    reverses: posted.revision,
    revision: posted.revision + 1,
    differences,
    driverChangeMicro: BigInt(recomputed.driverMicro) - BigInt(posted.figures.driverMicro),
  };
}

/**
 * receivableMicro is the part of a driver's loss by a revision that the account no longer holds
 * because it was paid out: it becomes driver_receivable, set against later cashback.
 */
export function receivableMicro(driverChangeMicro: bigint, driverBalanceMicro: bigint): bigint {
  const after = driverBalanceMicro + driverChangeMicro;
  return driverChangeMicro < 0n && after < 0n ? -after : 0n;
}
