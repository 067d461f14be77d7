const MOST_KEPT = 200;

/**
 * kept remembers answers for a while, and lets whoever asks meanwhile wait for the same one: a page
 * that is opened by many is computed once. A failure is not kept.
 * @param forMs real time.
 */
export function kept<T>(forMs: number, nowMs: () => number = () => performance.now()) {
  const all = new WeakMap<object, Map<string, { untilMs: number; answer: Promise<T> }>>();
  return (owner: object, key: string, make: () => Promise<T>): Promise<T> => {
    const own = all.get(owner) ?? new Map<string, { untilMs: number; answer: Promise<T> }>();
    all.set(owner, own);
    const known = own.get(key);
    if (known !== undefined && known.untilMs > nowMs()) return known.answer;
    if (own.size >= MOST_KEPT) own.clear();
    const answer = make();
    own.set(key, { untilMs: nowMs() + forMs, answer });
    answer.catch(() => {
      if (own.get(key)?.answer === answer) own.delete(key);
    });
    return answer;
  };
}
