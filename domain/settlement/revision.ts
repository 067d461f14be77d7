import { DAY_S, type InstantS } from '../time/instant.ts';
import { differingFigures, type SettlementFigures } from './receipt.ts';

/** Settlement rule 21. */
export const FINAL_AFTER_S = 14 * DAY_S;

export type RevisionArgs = {
  /** The figures of the last posted revision; null before the first. */
  posted: SettlementFigures | null;
  recomputed: SettlementFigures;
  stayEndedAt: InstantS;
  nowAt: InstantS;
};

export type RevisionDecision = 'first' | 'unchanged' | 'revise' | 'final';

/**
 * decideRevision says what a recomputation posts (settlement rule 21): nothing where every figure
 * is the same, so that late copies change nothing; a reversal and the next revision where one
 * differs; nothing any more from 14 days after the stay's end, when the driver's part is final.
 */
export function decideRevision(args: RevisionArgs): RevisionDecision {
  const { posted, recomputed } = args;
  if (posted === null) return 'first';
  if (differingFigures(posted, recomputed).length === 0) return 'unchanged';
  return args.nowAt >= args.stayEndedAt + FINAL_AFTER_S ? 'final' : 'revise';
}
