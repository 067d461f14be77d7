/**
 * Money is exact. Prices are whole ticks of EUR 0.01/MWh; milli-Wh × tick is a whole multiple of
 * EUR 10⁻¹¹ (`exact`); amounts people are paid are whole micro-euro (EUR 10⁻⁶), rounded once.
 */
export type ExactEur = bigint;
export type Micro = bigint;

/** EUR 10⁻¹¹ in one micro-euro. */
export const EXACT_PER_MICRO = 100_000n;
export const BASIS_POINTS = 10_000n;

/** halfEven divides and rounds to the nearest integer, ties to the even one (IEEE 754 roundTiesToEven). */
export function halfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('denominator must be positive');
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  let quotient = magnitude / denominator;
  const doubled = (magnitude % denominator) * 2n;
  if (doubled > denominator || (doubled === denominator && quotient % 2n === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}

/** costExact is the price of an energy: milli-Wh × ticks of EUR 0.01/MWh, in EUR 10⁻¹¹. */
export function costExact(energyMilliWh: number, priceTicks: number): ExactEur {
  return BigInt(energyMilliWh) * BigInt(priceTicks);
}

/** microFromExact rounds EUR 10⁻¹¹ half-even to micro-euro. */
export function microFromExact(exact: ExactEur): Micro {
  return halfEven(exact, EXACT_PER_MICRO);
}
