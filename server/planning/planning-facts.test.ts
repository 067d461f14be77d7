import { describe, expect, test } from 'vitest';
import { shareOf } from './planning-facts.ts';

const share = (limitW: number, open: number, before: number) => shareOf({ limitW, open, before, leastW: 4_140 });

describe("a site's limit", () => {
  test('is shared evenly where everybody can charge with it', () => {
    expect([share(22_080, 1, 0), share(22_080, 2, 1), share(22_080, 5, 4)]).toEqual([22_080, 11_040, 4_416]);
  });
  test('is shared by those who plugged in first where it cannot serve all at 6 A', () => {
    expect([share(22_080, 6, 0), share(22_080, 6, 4), share(22_080, 6, 5)]).toEqual([4_416, 4_416, 0]);
    expect([share(3_000, 2, 0), share(3_000, 2, 1)]).toEqual([3_000, 0]);
  });
  test('is never exceeded by all together', () => {
    for (let open = 1; open < 30; open += 1) {
      for (const limitW of [0, 1_000, 4_140, 10_000, 44_000]) {
        const sum = Array.from({ length: open }, (_, before) => share(limitW, open, before)).reduce((a, b) => a + b, 0);
        expect(sum).toBeLessThanOrEqual(limitW);
      }
    }
  });
});
