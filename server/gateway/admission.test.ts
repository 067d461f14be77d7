import { describe, expect, it } from 'vitest';
import { Admission, Failures, SOCKETS_IN_ALL, SOCKETS_PER_ADDRESS } from './admission.ts';

describe('Admission', () => {
  it('lets so many strangers of one address in and no more, until one leaves', () => {
    const admission = new Admission();
    const leaves = Array.from({ length: SOCKETS_PER_ADDRESS }, () => admission.enter('192.0.2.1'));
    expect(leaves.every((leave) => leave !== null)).toBe(true);
    expect(admission.enter('192.0.2.1')).toBeNull();
    expect(admission.enter('192.0.2.2')).not.toBeNull();
    leaves[0]?.();
    leaves[0]?.();
    expect(admission.enter('192.0.2.1')).not.toBeNull();
    expect(admission.enter('192.0.2.1')).toBeNull();
  });

  it('limits the machine itself only by the total', () => {
    const admission = new Admission();
    for (let n = 0; n < SOCKETS_IN_ALL; n += 1) expect(admission.enter('127.0.0.1')).not.toBeNull();
    expect(admission.enter('127.0.0.1')).toBeNull();
  });
});

describe('Failures', () => {
  it('slows down the eleventh failure of a minute as one station from one address, and no other', () => {
    const failures = new Failures();
    for (let n = 0; n < 10; n += 1) expect(failures.note('a', 'CS1', 0)).toBe(0);
    expect(failures.note('a', 'CS1', 1)).toBeGreaterThan(0);
    expect(failures.note('b', 'CS1', 1)).toBe(0);
    expect(failures.note('a', 'CS1', 120_000)).toBe(0);
  });
});
