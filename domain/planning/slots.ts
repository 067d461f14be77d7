import type { PriceInterval } from '../market/price.ts';
import { QUARTER_S, quarterStart, type InstantS } from '../time/instant.ts';
import { energyFromPower, type MilliWh } from '../units/energy.ts';
import type { PlanSlot } from './plan.ts';

/** End of what has no end. */
export const NEVER_AT: InstantS = Number.MAX_SAFE_INTEGER;

/** A cap on power for a stretch of time; several may hold at once, the lowest counts. */
export type PowerCap = { fromAt: InstantS; toAt: InstantS; limitW: number };

/** One stretch of at most a quarter with one price and one highest power. */
export type Slot = {
  startAt: InstantS;
  seconds: number;
  powerW: number;
  capacityMilliWh: MilliWh;
  priceTicks: number | null;
  priceKind: PlanSlot['priceKind'];
};

/**
 * slotsBetween cuts [fromAt, toAt) at quarters and at the edges of caps; the first and last slot may
 * be partial. A quarter without a price stays a slot, of unknown price.
 */
export function slotsBetween(args: {
  fromAt: InstantS; toAt: InstantS; powerW: number; caps: readonly PowerCap[]; prices: readonly PriceInterval[];
}): Slot[] {
  const { fromAt, toAt, caps, prices } = args;
  const priceAt = priceLookup(prices);
  const slots: Slot[] = [];
  const edges = [...new Set(caps.flatMap((cap) => [cap.fromAt, cap.toAt]))].sort((a, b) => a - b);
  let startAt = fromAt;
  while (startAt < toAt) {
    const edge = edges.find((at) => at > startAt) ?? toAt;
    const endAt = Math.min(toAt, quarterStart(startAt) + QUARTER_S, edge);
    const powerW = capAt(caps, startAt, args.powerW);
    const price = priceAt(startAt);
    slots.push({
      startAt, seconds: endAt - startAt, powerW, capacityMilliWh: energyFromPower(powerW, endAt - startAt),
      priceTicks: price?.priceTicks ?? null, priceKind: price?.kind ?? 'unknown',
    });
    startAt = endAt;
  }
  return slots;
}

/** capAt is the lowest of `powerW` and the caps in force at an instant. */
export function capAt(caps: readonly PowerCap[], at: InstantS, powerW: number): number {
  return caps.reduce((low, cap) => (cap.fromAt <= at && at < cap.toAt ? Math.min(low, cap.limitW) : low), powerW);
}

/** A lookup by instant over sorted, non-overlapping price intervals, by binary search. */
export function priceLookup(prices: readonly PriceInterval[]): (at: InstantS) => PriceInterval | null {
  return (at) => {
    let low = 0;
    let high = prices.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const price = prices[middle];
      if (price === undefined) return null;
      if (at < price.startAt) high = middle - 1;
      else if (at >= price.startAt + price.seconds) low = middle + 1;
      else return price;
    }
    return null;
  };
}
