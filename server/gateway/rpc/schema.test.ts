import { describe, expect, it } from 'vitest';
import { isDateTime } from './schema.ts';

describe('isDateTime', () => {
  it.each([
    ['2026-11-02T18:00:00Z', true],
    ['2026-11-02T18:00:00.123456789+01:00', true],
    ['2028-02-29T00:00:00Z', true],
    ['1970-01-01T00:00:00Z', true],
    ['2026-02-29T00:00:00Z', false],
    ['2026-04-31T00:00:00Z', false],
    ['2026-11-02T18:00:00', false],
    ['2026-11-02 18:00:00Z', false],
    ['2026-11-02T24:00:00Z', false],
    ['2026-11-02T18:00:60Z', false],
    ['2026-13-02T18:00:00Z', false],
    ['now', false],
    ['', false],
  ])('%s', (text, expected) => {
    expect(isDateTime(text)).toBe(expected);
  });
});
