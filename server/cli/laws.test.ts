import { describe, expect, test } from 'vitest';
import { lawLine, readLaws, splitRuns } from './laws.ts';

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

describe('a law split among processes', () => {
  test('has all its runs, none twice', () => {
    expect(splitRuns(100_001, 2)).toEqual([50_000, 50_001]);
    expect(splitRuns(1, 4)).toEqual([1]);
  });

  test('is told in one line, with the seeds that repeat it', () => {
    const ran = [{ file: '/a.prop.test.ts', name: 'is lawful', runs: 500, seed: 7, ms: 1_200, failed: false }];
    expect(lawLine([...ran, ...ran.map((run) => ({ ...run, seed: 8 }))])).toMatch(/^holds .*: is lawful: 1000 runs, seed 7, 8, 2\.4 s$/);
    expect(lawLine(ran.map((run) => ({ ...run, failed: true })))).toMatch(/^BROKEN /);
  });
});
