import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lawRuns } from '../law-runs.test-support.ts';
import { afterFailure, isCardEnd, LOCK_MS, lockWaitMs } from './kerb-lock.ts';
import type { LockState } from './kerb-lock.ts';

const fresh: LockState = { failures: 0, countedFromMs: 0, lockedUntilMs: null };

it('lets nobody guess more than nine times in any 15 min, however the tries are spread', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 60 }), (gapsMs) => {
      let state = fresh;
      let nowMs = 1_000_000;
      const tried: number[] = [];
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (lockWaitMs(state, nowMs) > 0) continue;
        tried.push(nowMs);
        state = afterFailure(state, nowMs);
      }
      for (const at of tried) {
        const within = tried.filter((other) => other >= at && other < at + LOCK_MS);
        // Four before a window ends and five after it: then it is locked.
        expect(within.length).toBeLessThanOrEqual(9);
      }
    }),
    { numRuns: lawRuns() },
  );
});

describe('the lock', () => {
  it('comes with the fifth wrong try and lasts 15 min', () => {
    let state = fresh;
    for (let index = 0; index < 4; index += 1) state = afterFailure(state, 1_000 + index);
    expect(lockWaitMs(state, 1_010)).toBe(0);
    state = afterFailure(state, 2_000);
    expect(lockWaitMs(state, 2_000)).toBe(LOCK_MS);
    expect(lockWaitMs(state, 2_000 + LOCK_MS)).toBe(0);
    expect(afterFailure(state, 2_000 + LOCK_MS).failures).toBe(1);
  });
  it('forgets tries of a quarter of an hour ago', () => {
    let state = fresh;
    for (let index = 0; index < 4; index += 1) state = afterFailure(state, 1_000);
    expect(afterFailure(state, 1_000 + LOCK_MS)).toMatchObject({
      failures: 1,
      lockedUntilMs: null,
    });
  });
});

describe('the end of a card', () => {
  it('is its last four characters, in either case', () => {
    expect(isCardEnd('04A1B2c3D4', 'C3d4')).toBe(true);
    expect(isCardEnd('04A1B2C3D4', 'B2C3')).toBe(false);
  });
  it('is never nothing, shorter, or the end of a card that has no four', () => {
    expect(isCardEnd('04A1B2C3D4', '')).toBe(false);
    expect(isCardEnd('04A1B2C3D4', '3D4')).toBe(false);
    expect(isCardEnd('', '')).toBe(false);
    expect(isCardEnd('3D4', '3D4')).toBe(false);
  });
});
