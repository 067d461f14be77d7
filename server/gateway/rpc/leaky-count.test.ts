import { expect, test } from 'vitest';
import { LeakyCount } from './leaky-count.ts';

const MINUTE_MS = 60_000;

test('what comes at once adds up', () => {
  const count = new LeakyCount(MINUTE_MS);
  const counts = Array.from({ length: 21 }, () => count.note(5 * MINUTE_MS));
  expect(counts.at(-1)).toBe(21);
});

test('what comes once an hour never adds up, however long the socket lives', () => {
  const count = new LeakyCount(MINUTE_MS);
  const counts = Array.from({ length: 1_000 }, (_, hour) => count.note(hour * 60 * MINUTE_MS));
  expect(Math.max(...counts)).toBe(1);
});
