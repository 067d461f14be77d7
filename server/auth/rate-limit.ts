/** Most keys remembered at once; beyond it the longest idle one is dropped. */
const KEYS_MAX = 20_000;

/** Lets `burst` requests through at once and `perSecond` after that, per key and process. */
export type RateLimit = {
  /** Counts `count` calls. @returns seconds to wait, or 0 if they are allowed (only then counted). */
  take(key: string, nowMs: number, count?: number): number;
};

type Bucket = { tokens: number; atMs: number };

export function createRateLimit(args: { burst: number; perSecond: number }): RateLimit {
  const buckets = new Map<string, Bucket>();
  const { burst, perSecond } = args;
  return {
    take(key, nowMs, count = 1) {
      const known = buckets.get(key);
      const gained = known === undefined ? 0 : ((nowMs - known.atMs) / 1000) * perSecond;
      const tokens = known === undefined ? burst : Math.min(burst, known.tokens + gained);
      // Re-inserted at the end, so that the first key of the map is the longest idle one.
      buckets.delete(key);
      buckets.set(key, { tokens: tokens >= count ? tokens - count : tokens, atMs: nowMs });
      if (buckets.size > KEYS_MAX) {
        const [idle] = buckets.keys();
        if (idle !== undefined) buckets.delete(idle);
      }
      return tokens >= count ? 0 : Math.max(1, Math.ceil((count - tokens) / perSecond));
    },
  };
}
