import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './password.ts';
import { cookiesFrom } from './principal.ts';
import { createRateLimit } from './rate-limit.ts';

describe('passwords', () => {
  it('verify against their own hash only, and the same password hashes differently each time', async () => {
    const [one, two] = await Promise.all([
      hashPassword('correct horse'),
      hashPassword('correct horse'),
    ]);
    expect(one).not.toBe(two);
    expect(await verifyPassword('correct horse', one)).toBe(true);
    expect(await verifyPassword('correct horsf', one)).toBe(false);
    expect(await verifyPassword('', null)).toBe(false);
  });
});

describe('the rate limit', () => {
  it('lets a burst through, then so many a second, and tells the seconds to wait', () => {
    const limit = createRateLimit({ burst: 3, perSecond: 0.5 });
    const waits = [0, 1, 2, 3].map((ms) => limit.take('a', ms));
    expect(waits).toEqual([0, 0, 0, 2]);
    expect(limit.take('b', 3)).toBe(0);
    expect(limit.take('a', 2_100)).toBe(0);
    expect(limit.take('a', 2_101)).toBe(2);
  });
});

describe('cookiesFrom', () => {
  it('reads a header of any shape without failing', () => {
    expect(cookiesFrom('a=1; b = x%20y ;c=%E0%A4%A;;=d; a=2')).toEqual(
      new Map([
        ['a', '1'],
        ['b', 'x y'],
        ['c', '%E0%A4%A'],
      ]),
    );
    expect(cookiesFrom(undefined).size).toBe(0);
  });
});
