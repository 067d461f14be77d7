import { expect, test, vi } from 'vitest';
import { gather } from './gather.ts';

/** A question that is answered when the test says so; the answer to a key is its length. */
function slowly(max = 100) {
  const asked: { keys: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const ask = gather<string, number>(
    (keys) =>
      new Promise((resolve, reject) => {
        asked.push({
          keys,
          answer: () => {
            resolve(new Map(keys.filter((key) => key !== 'nobody').map((key) => [key, key.length])));
          },
          fail: () => {
            reject(new Error('no database'));
          },
        });
      }),
    max,
  );
  return { ask, asked };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('what is asked in one moment is one question, and each gets the own answer', async () => {
  const { ask, asked } = slowly();
  const answers = Promise.all([ask('a'), ask('bb'), ask('a'), ask('nobody')]);
  await settled();
  expect(asked.map(({ keys }) => keys)).toEqual([['a', 'bb', 'nobody']]);
  asked[0]?.answer();
  expect(await answers).toEqual([1, 2, 1, null]);
});

test('what is asked meanwhile waits for a question of its own: no answer is older than its question', async () => {
  const { ask, asked } = slowly();
  const first = ask('a');
  await settled();
  const later = [ask('a'), ask('bb')];
  await settled();
  expect(asked.length).toBe(1);
  asked[0]?.answer();
  await first;
  await settled();
  expect(asked[1]?.keys).toEqual(['a', 'bb']);
  asked[1]?.answer();
  expect(await Promise.all(later)).toEqual([1, 2]);
});

test('no question is longer than allowed, and one that fails fails for its own keys only', async () => {
  const { ask, asked } = slowly(2);
  const answers = Promise.allSettled([ask('a'), ask('bb'), ask('ccc')]);
  await settled();
  asked[0]?.fail();
  await settled();
  expect(asked.map(({ keys }) => keys.length)).toEqual([2, 1]);
  asked[1]?.answer();
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('a question without an answer fails after its deadline, and does not hold up the next', async () => {
  vi.useFakeTimers();
  try {
    const { ask, asked } = slowly();
    const first = ask('a').catch(String);
    await vi.advanceTimersByTimeAsync(0);
    const second = ask('bb');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await first).toMatch(/no answer within/);
    asked[1]?.answer();
    expect(await second).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});
