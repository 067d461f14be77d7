/**
 * Seeded randomness: a pure function of (seed, keys), so that a generator can be asked for any
 * part of its output, in any order, and always gives the same. Never for secrets.
 */

const GOLDEN = 0x9e3779b9;

/** MurmurHash3's 32-bit finaliser: each input bit flips every output bit half of the time. */
function avalanche(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** hashKeys mixes a seed and whole numbers (also negative) into an unsigned 32-bit integer. */
export function hashKeys(seed: number, ...keys: number[]): number {
  let hash = avalanche((seed | 0) ^ GOLDEN);
  for (const key of keys) {
    hash = avalanche(Math.imul(hash, 31) + avalanche((key | 0) + GOLDEN) + GOLDEN);
  }
  return hash;
}

/** unitAt is uniform in [0, 1), the same for the same seed and keys. */
export function unitAt(seed: number, ...keys: number[]): number {
  return hashKeys(seed, ...keys) / 2 ** 32;
}

/** integerAt is uniform over the whole numbers min…max (both included). */
export function integerAt(
  bounds: { min: number; max: number },
  seed: number,
  ...keys: number[]
): number {
  const { min, max } = bounds;
  if (max < min) throw new RangeError(`max ${max} is below min ${min}`);
  return min + Math.floor(unitAt(seed, ...keys) * (max - min + 1));
}

/** bellAt lies in (-1, 1), bell-shaped around 0 (sum of three uniforms, standard deviation 1/3). */
export function bellAt(seed: number, ...keys: number[]): number {
  const sum = unitAt(seed, ...keys, 1) + unitAt(seed, ...keys, 2) + unitAt(seed, ...keys, 3);
  return (sum * 2) / 3 - 1;
}
