import { expect, test } from 'vitest';
import { isMet, table } from './report.ts';

test('a goal is met on its edge, missed beyond it, and by no number at all', () => {
  expect(isMet({ value: 50, goal: { atMost: 50 } })).toBe(true);
  expect(isMet({ value: 50.1, goal: { atMost: 50 } })).toBe(false);
  expect(isMet({ value: 350, goal: { atLeast: 350 } })).toBe(true);
  expect(isMet({ value: 349, goal: { atLeast: 350 } })).toBe(false);
  expect(isMet({ value: Number.NaN, goal: { atMost: 50 } })).toBe(false);
  expect(isMet({ value: 1, goal: null })).toBeNull();
});

test('the table says value, goal and whether it is met, and where it was measured', () => {
  const text = table({
    bench: 'gateway', measuredAt: '2026-01-01T00:00:00Z', commit: 'abcdef0123', changed: true,
    machine: { cpu: 'a processor', cores: 2, memoryGib: 8, node: '24.0.0', loadAtStart: 0.1, loadAtEnd: 1.2 },
    figures: [
      { name: 'p99', value: 61, unit: 'ms', goal: { atMost: 50 }, met: false },
      { name: 'messages', value: 1_000, unit: '/s', goal: { atLeast: 1_000 }, met: true, note: 'durable' },
      { name: 'connected', value: 1_000, unit: '', goal: null, met: null },
    ],
  });
  expect(text).toMatch(/p99 +61 ms +≤ 50 ms +NOT MET\n/);
  expect(text).toMatch(/messages +1000 \/s +≥ 1000 \/s +met · durable\n/);
  expect(text).toMatch(/connected +1000\n/);
  expect(text).toContain('a processor, 2 cores, Node 24.0.0, load average 0.1 before and 1.2 after, commit abcdef0 with changes');
});
