import type { PowerSpan, PricePoint } from '#domain/charging/stay-view.ts';
import type { InstantS } from '#domain/time/instant.ts';

export type Span = { fromAt: InstantS; toAt: InstantS };
/** What every chart over time is drawn in: its span, the cheap hours, and now where it lies within. */
export type Frame = Span & { valleys: readonly Span[]; nowAt: InstantS | null };

/** meanPowerW is the mean over `within` of what is known in it; null where nothing is. */
export function meanPowerW(spans: readonly PowerSpan[], within: Span): number | null {
  let seconds = 0;
  let wattSeconds = 0;
  for (const { fromAt, toAt, powerW } of spans) {
    const overlap = Math.min(toAt, within.toAt) - Math.max(fromAt, within.fromAt);
    if (overlap <= 0) continue;
    seconds += overlap;
    wattSeconds += overlap * powerW;
  }
  if (seconds === 0) return null;
  // A span that covers a part of the stretch only counts for that part.
  return Math.round(wattSeconds / (within.toAt - within.fromAt));
}

/**
 * meanPriceTicks is the energy-weighted mean price of spans.
 * @returns null where energy falls on an unknown price, `nothing` where there is no energy.
 */
export function meanPriceTicks(
  spans: readonly PowerSpan[],
  prices: readonly PricePoint[],
): number | null | 'nothing' {
  let energy = 0;
  let cost = 0;
  for (const span of spans) {
    if (span.powerW <= 0) continue;
    let priced = 0;
    for (const { startAt, seconds, priceTicks } of prices) {
      const overlap = Math.min(span.toAt, startAt + seconds) - Math.max(span.fromAt, startAt);
      if (overlap <= 0) continue;
      priced += overlap;
      energy += overlap * span.powerW;
      cost += overlap * span.powerW * priceTicks;
    }
    if (priced < span.toAt - span.fromAt) return null;
  }
  return energy === 0 ? 'nothing' : Math.round(cost / energy);
}
