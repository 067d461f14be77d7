import type { LimitInForce } from '../settlement/facts.ts';
import type { InstantS } from '../time/instant.ts';
import { DRAWING_W } from './explain.ts';
import type { PowerSpan } from './stay-view.ts';

/**
 * steeredSeconds is how long Valley held the car in a running stay: an accepted limit of 0 W was in
 * force and the meter showed less than 300 W. A hold after which the car wants nothing more put off
 * nothing: with `isDone` only holds before the last drawing count. Once settled, the receipt's
 * figure takes its place.
 * @param measured mean power between readings, sorted; time without readings is not counted.
 */
export function steeredSeconds(args: {
  limits: readonly LimitInForce[];
  measured: readonly PowerSpan[];
  isDone: boolean;
}): number {
  const { limits, measured, isDone } = args;
  const lastDraw = measured.findLast(({ powerW }) => powerW >= DRAWING_W);
  const untilAt: InstantS = isDone ? (lastDraw?.fromAt ?? 0) : Number.POSITIVE_INFINITY;
  const holds = limits.filter(({ limitW }) => limitW === 0);
  let seconds = 0;
  for (const span of measured) {
    if (span.powerW >= DRAWING_W) continue;
    for (const hold of holds) {
      const toAt = Math.min(span.toAt, hold.toAt, untilAt);
      seconds += Math.max(0, toAt - Math.max(span.fromAt, hold.fromAt));
    }
  }
  return seconds;
}
