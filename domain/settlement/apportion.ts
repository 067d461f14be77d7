import { QUARTER_S } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';

/** The baseline clock counts whole microseconds, so that shortened lengths lose no time. */
export const US_PER_S = 1_000_000;
const QUARTER_US = QUARTER_S * US_PER_S;

/** floorShare is ⌊total × part ÷ whole⌋, exact also where the product exceeds 2⁵³. */
export function floorShare(total: number, part: number, whole: number): number {
  const product = total * part;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / whole);
  return Number((BigInt(total) * BigInt(part)) / BigInt(whole));
}

/**
 * spread adds an energy evenly over [startUs, startUs + lengthUs) to the quarters it crosses, by
 * cumulative floor (settlement rule 6): the shares sum to the energy to the milli-Wh.
 * @param quarters energy per quarter; index 0 begins at microsecond 0.
 */
export function spread(
  quarters: Float64Array,
  span: { startUs: number; lengthUs: number },
  energyMilliWh: MilliWh,
): void {
  if (energyMilliWh === 0) return;
  const endUs = span.startUs + span.lengthUs;
  let index = Math.floor(span.startUs / QUARTER_US);
  let given = 0;
  for (let edge = (index + 1) * QUARTER_US; edge < endUs; edge += QUARTER_US) {
    const upToEdge = floorShare(energyMilliWh, edge - span.startUs, span.lengthUs);
    add(quarters, index, upToEdge - given);
    given = upToEdge;
    index += 1;
  }
  add(quarters, index, energyMilliWh - given);
}

function add(quarters: Float64Array, index: number, energyMilliWh: MilliWh): void {
  quarters[index] = (quarters[index] ?? 0) + energyMilliWh;
}
