import type { InstantS } from '../time/instant.ts';
import type { Span, TransactionFacts } from './facts.ts';
import { CLOCK_TOLERANCE_S } from './stay.ts';

/**
 * occupiedSpan is the time in which a transaction certainly held its EVSE, on our clock: two stays
 * that overlap in it cannot both be paid. The station's clock is corrected by its skew, and both ends
 * give the tolerance within which times are believed, so that neither a clock that was set between two
 * stays nor one that is minutes off makes neighbours overlap.
 * @returns null where nothing is certain: a stay shorter than the doubt.
 */
export function occupiedSpan(
  transaction: TransactionFacts, clockToleranceS: number = CLOCK_TOLERANCE_S,
): Span | null {
  const skewS = skewOf(transaction, clockToleranceS);
  const fromAt = transaction.startedAt + skewS + clockToleranceS;
  const toAt = transaction.stoppedAt + skewS - clockToleranceS;
  return fromAt < toAt ? { fromAt, toAt } : null;
}

/**
 * skewOf is what has to be added to the station's time to get ours, 0 where it is right or unknown.
 * The shortest delay of a message is the skew, for waiting only adds to it. Arriving before it was
 * measured proves a clock ahead; arriving late may as well be a queue, which one more message with the
 * same delay rules out: what was queued arrives together, each message with a delay of its own.
 */
function skewOf({ readings }: TransactionFacts, clockToleranceS: number): InstantS {
  const delays = readings.map(({ at, receivedAt }) => ({ at, delayS: receivedAt - at }));
  const [prompt, ...others] = delays.toSorted((a, b) => a.delayS - b.delayS || a.at - b.at);
  if (prompt === undefined || Math.abs(prompt.delayS) <= clockToleranceS) return 0;
  if (prompt.delayS < 0) return prompt.delayS;
  const isSteady = others.some(({ at, delayS }) =>
    Math.abs(at - prompt.at) > 2 * clockToleranceS && delayS - prompt.delayS <= clockToleranceS);
  return isSteady ? prompt.delayS : 0;
}
