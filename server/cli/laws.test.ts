import { describe, expect, test } from 'vitest';
import { readLaws } from './laws.ts';

describe('npm run laws', () => {
  test('runs every property test a thousand times unless told otherwise', () => {
    expect(readLaws([])).toEqual({ runs: 1000, files: ['.prop.test.'] });
    expect(readLaws(['--runs', '100000', 'fleet'])).toEqual({ runs: 100_000, files: ['fleet'] });
  });

  test('says what --runs takes', () => {
    expect(() => readLaws(['--runs', 'many'])).toThrow('--runs takes a whole number from 1, not "many".');
    expect(() => readLaws(['--runs', '0'])).toThrow('whole number');
  });
});
