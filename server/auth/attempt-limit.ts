/** Most keys remembered at once; beyond it the oldest windows are dropped. */
const KEYS_MAX = 10_000;

/** Counts attempts per key in a sliding window. In memory: it holds for one process. */
export type AttemptLimit = {
  /** @returns seconds to wait, or 0 if the attempt is allowed (and counted). */
  attempt(key: string, nowMs: number): number;
  /** A success wipes the key's record. */
  forget(key: string): void;
};

export function createAttemptLimit(args: { max: number; windowMs: number }): AttemptLimit {
  const attempts = new Map<string, number[]>();
  return {
    attempt(key, nowMs) {
      const recent = (attempts.get(key) ?? []).filter((at) => at > nowMs - args.windowMs);
      const [oldest] = recent;
      if (oldest !== undefined && recent.length >= args.max) {
        return Math.ceil((oldest + args.windowMs - nowMs) / 1000);
      }
      recent.push(nowMs);
      // Re-inserted at the end, so that the first key of the map is the longest idle one.
      attempts.delete(key);
      attempts.set(key, recent);
      if (attempts.size > KEYS_MAX) {
        const [idle] = attempts.keys();
        if (idle !== undefined) attempts.delete(idle);
      }
      return 0;
    },
    forget: (key) => {
      attempts.delete(key);
    },
  };
}
