import { describe, expect, test } from 'vitest';
import { findChromium } from './find-chromium.ts';
import { sumCounts, withExitCode } from './stages.ts';
import { formatCounts, readSelection } from './test.ts';

describe('npm test', () => {
  test('runs every stage when nothing is asked for', () => {
    const { stages } = readSelection([]);
    expect(stages).toEqual(['lint', 'types', 'knip', 'unit', 'integration', 'e2e']);
  });

  test('runs the stages named, in its own order', () => {
    expect(readSelection(['integration', 'unit']).stages).toEqual(['unit', 'integration']);
  });

  test('leaves the whole-tree stages out when a file or a pattern is chosen', () => {
    const chosen = readSelection(['domain/money', '--grep', 'half-even']);
    expect(chosen.stages).toEqual(['unit', 'integration', 'e2e']);
    expect(chosen.selection).toEqual({ files: ['domain/money'], grep: 'half-even' });
  });

  test('sums the stages into the one line a machine reads', () => {
    const sum = sumCounts([
      { passed: 2, failed: 0, skipped: 1 },
      { passed: 40, failed: 1, skipped: 0 },
    ]);
    expect(formatCounts(sum)).toBe('42 passed, 1 failed, 1 skipped');
  });

  test('counts a runner that failed without a failed test as one failure', () => {
    const green = { passed: 5, failed: 0, skipped: 0 };
    expect(withExitCode(green, 1).failed).toBe(1);
    expect(withExitCode(green, 0).failed).toBe(0);
    expect(withExitCode({ ...green, failed: 2 }, 1).failed).toBe(2);
  });

  test('takes the browser that VALLEY_CHROMIUM names before any other', () => {
    expect(findChromium({ NODE_ENV: 'test', VALLEY_CHROMIUM: '/opt/browser' })).toBe(
      '/opt/browser',
    );
  });
});
