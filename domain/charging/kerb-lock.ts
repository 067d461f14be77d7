/** Wrong digits under one key (a charging point, an address), in real milliseconds. */
export type LockState = { failures: number; countedFromMs: number; lockedUntilMs: number | null };

const FAILURES_MAX = 5;
/** Failures count together within this time, and a lock lasts as long. */
export const LOCK_MS = 15 * 60_000;

/** lockWaitMs is how long nothing may be tried under a key, 0 where it may. */
export function lockWaitMs({ lockedUntilMs }: LockState, nowMs: number): number {
  return Math.max(0, (lockedUntilMs ?? 0) - nowMs);
}

/**
 * afterFailure counts one wrong try: the fifth within 15 min locks for 15 min. Right ones do not wipe
 * the count, else a page that asks again with the right digits would give a guesser endless tries.
 */
export function afterFailure(state: LockState, nowMs: number): LockState {
  const isOld = nowMs - state.countedFromMs >= LOCK_MS;
  const failures = (isOld ? 0 : state.failures) + 1;
  if (failures >= FAILURES_MAX) {
    return { failures: 0, countedFromMs: nowMs, lockedUntilMs: nowMs + LOCK_MS };
  }
  const countedFromMs = isOld || state.failures === 0 ? nowMs : state.countedFromMs;
  return { failures, countedFromMs, lockedUntilMs: null };
}

/** How many characters of a card a person types at the kerb. */
export const CARD_DIGITS = 4;

/** isCardEnd: `typed` are the last four characters of the card, whatever their case. */
export function isCardEnd(uid: string, typed: string): boolean {
  if (uid.length < CARD_DIGITS || typed.length !== CARD_DIGITS) return false;
  return uid.slice(-CARD_DIGITS).toUpperCase() === typed.toUpperCase();
}
