import { describe, expect, it } from 'vitest';
import { chartSpanS, measuredSpans, mergeSpans } from './measured-curve.ts';

describe('measuredSpans', () => {
  it('makes mean power of register differences, in whatever order they come', () => {
    const points = [
      { at: 1_800, registerMilliWh: 5_500_000 },
      { at: 0, registerMilliWh: 0 },
      { at: 900, registerMilliWh: 2_750_000 },
    ];
    expect(measuredSpans(points)).toEqual([
      { fromAt: 0, toAt: 900, powerW: 11_000 },
      { fromAt: 900, toAt: 1_800, powerW: 11_000 },
    ]);
  });
  it('skips a register that goes back and goes on with the next good one', () => {
    const points = [
      { at: 0, registerMilliWh: 1_000_000 },
      { at: 60, registerMilliWh: 10 },
      { at: 3_600, registerMilliWh: 2_000_000 },
    ];
    expect(measuredSpans(points)).toEqual([{ fromAt: 0, toAt: 3_600, powerW: 1_000 }]);
  });
});

describe('mergeSpans', () => {
  it('joins neighbours of equal power only', () => {
    const spans = [
      [0, 60, 0],
      [60, 120, 0],
      [120, 180, 7_000],
      [240, 300, 7_000],
    ].map(([fromAt = 0, toAt = 0, powerW = 0]) => ({ fromAt, toAt, powerW }));
    expect(mergeSpans(spans)).toEqual([
      { fromAt: 0, toAt: 120, powerW: 0 },
      { fromAt: 120, toAt: 180, powerW: 7_000 },
      { fromAt: 240, toAt: 300, powerW: 7_000 },
    ]);
  });
});

describe('chartSpanS', () => {
  it('keeps every stay within 300 bars', () => {
    for (const hours of [0.1, 4, 12, 30, 200, 2_000]) {
      expect((hours * 3_600) / chartSpanS(hours * 3_600)).toBeLessThanOrEqual(300);
    }
  });
});
