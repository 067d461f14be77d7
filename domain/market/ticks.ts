import { halfEven } from '../money/money.ts';
import { decimalToMilli } from '../units/energy.ts';

/** 100,000 EUR/MWh, far beyond any day-ahead price limit: a larger number is no price. */
export const MAX_PRICE_TICKS = 10_000_000;

const TICKS_PER_EUR = 100;
/** decimalToMilli with this exponent counts in EUR 10⁻⁹. */
const NANO_EXPONENT = 6;
const NANO_PER_TICK = 10_000_000n;

/**
 * ticksFromDecimal reads EUR/MWh as decimal text into ticks of EUR 0.01/MWh without a float;
 * what is finer than a tick is rounded half-even (digits below EUR 10⁻⁹ are dropped first).
 * @returns null where the text is no decimal or lies beyond ±MAX_PRICE_TICKS.
 */
export function ticksFromDecimal(text: string): number | null {
  const nano = decimalToMilli(text, NANO_EXPONENT);
  if (nano === null) return null;
  const ticks = Number(halfEven(BigInt(nano), NANO_PER_TICK));
  return Math.abs(ticks) > MAX_PRICE_TICKS ? null : ticks;
}

/** decimalFromTicks writes exact EUR/MWh with at least one decimal: 5535 → "55.35", 3300 → "33.0". */
export function decimalFromTicks(ticks: number): string {
  if (!Number.isSafeInteger(ticks)) throw new RangeError(`ticks must be an integer, got ${ticks}`);
  const magnitude = Math.abs(ticks);
  const cents = String(magnitude % TICKS_PER_EUR)
    .padStart(2, '0')
    .replace(/0$/, '');
  const whole = String(Math.floor(magnitude / TICKS_PER_EUR));
  return `${ticks < 0 ? '-' : ''}${whole}.${cents}`;
}
