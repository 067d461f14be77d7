import type { PriceInterval } from '../market/price.ts';
import { QUARTER_S, quarterStart, type InstantS } from '../time/instant.ts';
import { energyFromPower, type MilliWh } from '../units/energy.ts';

/** Energy in a quarter of an hour, at all charging stations together. */
export type QuarterEnergy = { startAt: InstantS; energyMilliWh: MilliWh };

/** What charging at once would have done with a stay: its energy from plug-in on, at its power. */
export type StayAtOnce = { plugInAt: InstantS; energyMilliWh: MilliWh; powerW: number };

/** One quarter of the street; null is unknown. Power is the mean over the quarter. */
export type StreetQuarter = {
  startAt: InstantS;
  /** Metered until now, planned from then on. */
  afterW: number;
  isPlanned: boolean;
  beforeW: number;
  priceTicks: number | null;
};

/**
 * streetQuarters puts what the meters say, what is planned and what charging at once would have done
 * into the quarters of [fromAt, toAt). The quarter of `now` counts as metered, over the time it has lasted.
 */
export function streetQuarters(args: {
  now: InstantS;
  fromAt: InstantS;
  toAt: InstantS;
  measured: readonly QuarterEnergy[];
  planned: readonly QuarterEnergy[];
  stays: readonly StayAtOnce[];
  prices: readonly PriceInterval[];
}): StreetQuarter[] {
  const { now } = args;
  const firstAt = quarterStart(args.fromAt);
  const count = Math.max(0, Math.ceil((args.toAt - firstAt) / QUARTER_S));
  const measured = spread(args.measured, firstAt, count);
  const planned = spread(args.planned, firstAt, count);
  const before = spread(args.stays.flatMap(atOnce), firstAt, count);
  return Array.from({ length: count }, (_, index) => {
    const startAt = firstAt + index * QUARTER_S;
    const isPlanned = startAt > now;
    const seconds = isPlanned ? QUARTER_S : Math.min(QUARTER_S, Math.max(1, now - startAt));
    const energy = (isPlanned ? planned[index] : measured[index]) ?? 0;
    const price = args.prices.find((one) => one.startAt <= startAt && startAt < one.startAt + one.seconds);
    return {
      startAt, isPlanned,
      afterW: meanW(energy, seconds), beforeW: meanW(before[index] ?? 0, QUARTER_S),
      priceTicks: price?.priceTicks ?? null,
    };
  });
}

function atOnce({ plugInAt, energyMilliWh, powerW }: StayAtOnce): QuarterEnergy[] {
  const parts: QuarterEnergy[] = [];
  let left = powerW > 0 ? energyMilliWh : 0;
  let at = plugInAt;
  while (left > 0) {
    const startAt = quarterStart(at);
    const most = Math.max(1, energyFromPower(powerW, startAt + QUARTER_S - at));
    const energy = Math.min(left, most);
    parts.push({ startAt, energyMilliWh: energy });
    left -= energy;
    at = startAt + QUARTER_S;
  }
  return parts;
}

function spread(parts: readonly QuarterEnergy[], firstAt: InstantS, count: number): number[] {
  const sums = Array.from({ length: count }, () => 0);
  for (const { startAt, energyMilliWh } of parts) {
    const index = (quarterStart(startAt) - firstAt) / QUARTER_S;
    if (index >= 0 && index < count) sums[index] = (sums[index] ?? 0) + energyMilliWh;
  }
  return sums;
}

function meanW(energyMilliWh: MilliWh, seconds: number): number {
  return Math.round((energyMilliWh * 36) / (seconds * 10));
}
