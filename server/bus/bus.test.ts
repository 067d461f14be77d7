import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloads } from './bus.ts';

test('every id is told once, in notifications that fit', () => {
  fc.assert(fc.property(fc.array(fc.uuid(), { maxLength: 600 }), (ids) => {
    const sent = payloads('session', ids);
    expect(sent.every((payload) => payload.startsWith('session ') && payload.length < 8_000)).toBe(true);
    expect(sent.flatMap((payload) => payload.split(' ').slice(1)).toSorted()).toEqual([...new Set(ids)].toSorted());
  }), { numRuns: 100 });
});
