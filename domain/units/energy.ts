/**
 * Energy is counted in whole milli-watt-hours (`energyMilliWh`, a safe integer up to 9 GWh),
 * power in whole watts (`limitW`), current in milli-amperes. Power is positive when it flows
 * into the car.
 */
export type MilliWh = number;

export const MILLI_WH_PER_KWH = 1_000_000;

/**
 * decimalToMilli turns decimal text ("12.3456", " -0.5e3 ") into thousandths × 10^exponent without
 * passing through a float, truncating what is smaller than a thousandth towards zero.
 * @returns a safe integer, or null where the text is no finite decimal or does not fit.
 */
export function decimalToMilli(text: string, exponent = 0): number | null {
  const match = /^\s*([+-]?)(\d{1,20})(?:\.(\d{0,20}))?(?:[eE]([+-]?\d{1,2}))?\s*$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', tens = '0'] = match;
  const shift = 3 + exponent + Number(tens);
  const digits = BigInt(whole + fraction);
  const scale = shift - fraction.length;
  const magnitude = scale >= 0 ? digits * 10n ** BigInt(scale) : digits / 10n ** BigInt(-scale);
  if (magnitude > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return magnitude === 0n ? 0 : Number(sign === '-' ? -magnitude : magnitude);
}

/** energyMilliWh that `powerW` delivers in `seconds`, floored: P·t/3.6 in mWh. */
export function energyFromPower(powerW: number, seconds: number): MilliWh {
  return Math.floor((powerW * seconds * 10) / 36);
}

/** Whole seconds that `powerW` needs for `energyMilliWh`, rounded up. */
export function secondsForEnergy(energyMilliWh: MilliWh, powerW: number): number {
  if (powerW <= 0) throw new RangeError(`power must be positive, got ${powerW} W`);
  return Math.ceil((energyMilliWh * 36) / (powerW * 10));
}
