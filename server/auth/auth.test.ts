import { describe, expect, it } from 'vitest';
import { createAttemptLimit } from './attempt-limit.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { cookiesFrom } from './principal.ts';

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

describe('the attempt limit', () => {
  it('refuses the sixth try in the window and tells the seconds to wait', () => {
    const limit = createAttemptLimit({ max: 5, windowMs: 900_000 });
    const waits = Array.from({ length: 6 }, (_, index) => limit.attempt('a', index * 1_000));
    expect(waits).toEqual([0, 0, 0, 0, 0, 895]);
    expect(limit.attempt('b', 6_000)).toBe(0);
    expect(limit.attempt('a', 900_001)).toBe(0);
  });
  it('starts anew after a success', () => {
    const limit = createAttemptLimit({ max: 1, windowMs: 900_000 });
    limit.attempt('a', 0);
    limit.forget('a');
    expect(limit.attempt('a', 1)).toBe(0);
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
