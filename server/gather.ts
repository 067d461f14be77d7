import { within } from './deadline.ts';

/** Longer than a tx of the database may take (server/db/client.ts). */
const DEADLINE_MS = 35_000;

/**
 * gather makes one question of many: what is asked in the same moment, or while the last question is
 * under way, goes together in the next. So an answer is never older than its question.
 * One without an answer for 35 s fails: the next does not wait for it.
 * @param askTogether answers `max` keys at most, each once.
 */
export function gather<K, V>(
  askTogether: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
  max: number,
): (key: K) => Promise<V | null> {
  const waiting = new Map<K, PromiseWithResolvers<V | null>>();
  let isAsking = false;
  const askNext = async () => {
    const asked = [...waiting].slice(0, max);
    for (const [key] of asked) waiting.delete(key);
    try {
      const answers = await within(DEADLINE_MS, askTogether(asked.map(([key]) => key)));
      for (const [key, { resolve }] of asked) resolve(answers.get(key) ?? null);
    } catch (error) {
      for (const [, { reject }] of asked) reject(error);
    }
  };
  const askAll = async () => {
    // Those who ask in the same moment come along.
    await Promise.resolve();
    while (waiting.size > 0) await askNext();
    isAsking = false;
  };
  return (key) => {
    const known = waiting.get(key);
    if (known !== undefined) return known.promise;
    const mine = Promise.withResolvers<V | null>();
    waiting.set(key, mine);
    if (!isAsking) {
      isAsking = true;
      void askAll();
    }
    return mine.promise;
  };
}
