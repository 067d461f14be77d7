import { describe, expect, it } from 'vitest';
import { limitsInForce, OPEN_END_AT, type LimitCommand } from './limits-in-force.ts';

type SetCommand = Extract<LimitCommand, { kind: 'set' }>;

function profile(inForceAt: number, change: Partial<SetCommand> = {}): LimitCommand {
  return {
    kind: 'set',
    inForceAt,
    scheduleStartAt: inForceAt,
    periods: [{ startOffsetS: 0, limitW: 0 }],
    durationS: null,
    validToAt: null,
    ...change,
  };
}

describe('limits in force', () => {
  it('a period lasts until the next, the last one without an end', () => {
    const periods = [
      { startOffsetS: 600, limitW: 11_000 },
      { startOffsetS: 0, limitW: 0 },
    ];
    expect(limitsInForce([profile(1_000, { periods })])).toEqual([
      { fromAt: 1_000, toAt: 1_600, limitW: 0 },
      { fromAt: 1_600, toAt: OPEN_END_AT, limitW: 11_000 },
    ]);
  });

  it('a schedule that began earlier counts from its acceptance only', () => {
    const early = profile(1_000, { scheduleStartAt: 400, durationS: 900 });
    expect(limitsInForce([early])).toEqual([{ fromAt: 1_000, toAt: 1_300, limitW: 0 }]);
  });

  it('a later acceptance replaces the earlier, also before its own schedule starts', () => {
    const later = profile(2_000, { scheduleStartAt: 2_500, durationS: 100 });
    expect(limitsInForce([later, profile(1_000)])).toEqual([
      { fromAt: 1_000, toAt: 2_000, limitW: 0 },
      { fromAt: 2_500, toAt: 2_600, limitW: 0 },
    ]);
  });

  it('clearing ends the limit, and so do duration and validTo', () => {
    const cleared = [profile(1_000), { kind: 'clear' as const, inForceAt: 1_200 }];
    expect(limitsInForce(cleared)).toEqual([{ fromAt: 1_000, toAt: 1_200, limitW: 0 }]);
    expect(limitsInForce([profile(1_000, { validToAt: 1_100, durationS: 300 })])).toEqual([
      { fromAt: 1_000, toAt: 1_100, limitW: 0 },
    ]);
  });

  it('a hold replaced by a hold stays one hold', () => {
    const again = profile(2_000, { durationS: 500 });
    expect(limitsInForce([profile(1_000), again])).toEqual([
      { fromAt: 1_000, toAt: 2_500, limitW: 0 },
    ]);
  });

  it('of two accepted in the same second the later listed wins', () => {
    const full = profile(1_000, { periods: [{ startOffsetS: 0, limitW: 7_000 }] });
    expect(limitsInForce([profile(1_000), full]).map((limit) => limit.limitW)).toEqual([7_000]);
  });
});
