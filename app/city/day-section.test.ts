import { expect, test } from 'vitest';
import { cityWords as w } from './city-words.ts';
import { eveningFinding } from './day-section.tsx';

const finding = (beforeMilliWh: number, afterMilliWh: number) => eveningFinding({ beforeMilliWh, afterMilliWh }, '5');

test('an evening is told in words, whether less was drawn, more, or nothing', () => {
  expect(finding(0, 0)).toBe(w.nothingDrawn);
  expect(finding(0, 3_000_000)).toBe(w.onlyAfter('3.0 kWh'));
  expect(finding(10_000_000, 9_900_000)).toBe(w.notMoved);
  expect(finding(10_000_000, 12_000_000)).toMatch(/2\.0 kWh more .* 20/);
  expect(finding(10_000_000, 5_000_000)).toMatch(/^5\.0 kWh were moved .* 50/);
  expect(eveningFinding(null, '5')).toBe(w.eveningUntold('5'));
});
