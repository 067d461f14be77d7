import { expect, test } from 'vitest';
import { instantOf, wattsOf } from './limit-draft.ts';

test('a limit is read with a comma or a dot, and nothing that is no number', () => {
  expect(['40', '12,5', ' 0.1 ', '0'].map(wattsOf)).toEqual([40_000, 12_500, 100, 0]);
  expect(['', '-1', '1e3', '4 0', 'x'].map(wattsOf)).toEqual([null, null, null, null, null]);
});

const field = (value: string, badInput = false) => ({ value, validity: { badInput } });

test('a day without a time is no empty field: the limit is not to hold from now on', () => {
  expect([instantOf(field(''), 'UTC'), instantOf(field('', true), 'UTC')]).toEqual([null, undefined]);
});

test('a day and a time are the wall clock of the node’s zone, in summer and winter', () => {
  expect(instantOf(field('2026-11-23T18:30'), 'Europe/Amsterdam')).toEqual(new Date('2026-11-23T17:30:00Z'));
  expect(instantOf(field('2026-07-01T00:15'), 'Europe/Amsterdam')).toEqual(new Date('2026-06-30T22:15:00Z'));
  expect(instantOf(field('18:30'), 'UTC')).toBeUndefined();
});
