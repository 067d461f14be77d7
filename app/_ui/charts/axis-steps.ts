const MOST_STEPS = 5;
const FACTORS = [1, 2, 2.5, 5, 10] as const;

/** A scale of round numbers that holds all values. */
export type Axis = { min: number; max: number; ticks: number[] };

/** axisFor lays at most six round steps over the values; zero is always on it. */
export function axisFor(values: Iterable<number>, leastRange: number): Axis {
  let low = 0;
  let high = 0;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const step = roundStep(Math.max(leastRange, high - low) / MOST_STEPS);
  const min = Math.floor(low / step) * step;
  const max = Math.max(min + step, Math.ceil(high / step) * step);
  const count = Math.round((max - min) / step);
  return { min, max, ticks: Array.from({ length: count + 1 }, (_, index) => min + index * step) };
}

/** roundStep is the smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `least`. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1e-9, least)));
  const factor = FACTORS.find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}
