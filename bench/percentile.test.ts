import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';

test('a percentile is a value that really occurred, whatever the order', () => {
  const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
  expect([50, 90, 95, 99, 100].map((p) => percentile(values, p))).toEqual([5, 9, 10, 10, 10]);
});

test('one value is every percentile, and none has no percentile', () => {
  expect(percentile([7], 1)).toBe(7);
  expect(percentile([], 50)).toBeNaN();
});
