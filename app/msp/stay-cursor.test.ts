import { expect, test } from 'vitest';
import { cursorOf, cursorText } from './stay-cursor.ts';

test('a page’s place comes back from its address as it went there, and nonsense means the newest', () => {
  const cursor = { plugInAt: new Date('2026-11-23T17:00:00.123Z'), sessionId: '00000000-0000-4000-8000-00000000000a' };
  expect(cursorOf(cursorText(cursor))).toEqual(cursor);
  expect([undefined, '', 'x', '1_x', ['1'], `9999999999999999_${cursor.sessionId}`].map((text) => cursorOf(text)))
    .toEqual([null, null, null, null, null, null]);
});
