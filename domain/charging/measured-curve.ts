import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import type { PowerSpan } from './stay-view.ts';

/** A point of one transaction's import register. */
export type RegisterPoint = { at: InstantS; registerMilliWh: MilliWh };

/** Most bars in which a stay is measured for a chart. */
const SPANS_MAX = 300;
const SPAN_STEPS_S = [60, 120, 300, 600, 900] as const;

/** chartSpanS is the length of a bar that keeps a stay of `seconds` within 300 bars. */
export function chartSpanS(seconds: number): number {
  const fitting = SPAN_STEPS_S.find((step) => seconds / step <= SPANS_MAX);
  return fitting ?? Math.ceil(seconds / SPANS_MAX / 900) * 900;
}

/**
 * measuredSpans turns register points of one transaction into mean power between neighbours:
 * P = ΔE / Δt. Points may come in any order; a register that goes back or stands at one instant
 * twice gives no span.
 */
export function measuredSpans(points: readonly RegisterPoint[]): PowerSpan[] {
  const sorted = points.toSorted((a, b) => a.at - b.at);
  const spans: PowerSpan[] = [];
  let previous = sorted[0];
  for (const point of sorted.slice(1)) {
    if (previous === undefined || point.at <= previous.at) continue;
    const energy = point.registerMilliWh - previous.registerMilliWh;
    if (energy < 0) continue;
    const seconds = point.at - previous.at;
    const powerW = Math.round((energy * 3.6) / seconds);
    spans.push({ fromAt: previous.at, toAt: point.at, powerW });
    previous = point;
  }
  return spans;
}

/** mergeSpans joins neighbours of equal power, so that a long pause is one span. */
export function mergeSpans(spans: readonly PowerSpan[]): PowerSpan[] {
  const merged: PowerSpan[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && last.toAt === span.fromAt && last.powerW === span.powerW) {
      last.toAt = span.toAt;
    } else {
      merged.push({ ...span });
    }
  }
  return merged;
}
