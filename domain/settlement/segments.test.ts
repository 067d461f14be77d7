import { describe, expect, it } from 'vitest';
import type { LimitInForce } from './facts.ts';
import { LimitCursor, segmentsOf } from './segments.ts';

type Step = { seconds: number; milliWh: number; endW?: number };

/** Segments of readings that begin at 0, as `[from, to, kind, mWh]`. */
function cut(steps: Step[], holds: [number, number][], ratedPowerW = 11_000) {
  let at = 0;
  let registerMilliWh = 0;
  const readings = [{ at, receivedAt: at, registerMilliWh, powerW: null as number | null }];
  for (const step of steps) {
    at += step.seconds;
    registerMilliWh += step.milliWh;
    readings.push({ at, receivedAt: at, registerMilliWh, powerW: step.endW ?? null });
  }
  const limits: LimitInForce[] = holds.map(([fromAt, toAt]) => ({ fromAt, toAt, limitW: 0 }));
  return segmentsOf(readings, new LimitCursor(limits), ratedPowerW).map((s) => [
    s.fromAt,
    s.toAt,
    s.kind,
    s.energyMilliWh,
  ]);
}

const full = { seconds: 60, milliWh: 60_000 };
const none = { seconds: 60, milliWh: 0 };

describe('segments of a transaction', () => {
  it('cuts a reading at the edges of a hold and gives its energy to the free part', () => {
    expect(cut([full, none, full], [[40, 140]])).toEqual([
      [0, 40, 'drawn', 60_000],
      [40, 60, 'held', 0],
      [60, 120, 'held', 0],
      [120, 140, 'held', 0],
      [140, 180, 'drawn', 60_000],
    ]);
  });

  it('an edge is not held while the reading on its hold side draws', () => {
    const slowStop = { seconds: 60, milliWh: 10_000 };
    expect(cut([full, slowStop, none], [[40, 180]])).toEqual([
      [0, 40, 'drawn', 40_000],
      [40, 60, 'drawn', 20_000],
      [60, 120, 'drawn', 10_000],
      [120, 180, 'held', 0],
    ]);
  });

  it('an edge is not held while the meter shows power at the reading or on its hold side', () => {
    expect(cut([{ ...full, endW: 3_600 }, none], [[40, 120]])[1]?.[2]).toBe('drawn');
    expect(cut([full, { ...none, endW: 3_600 }], [[40, 120]])[1]?.[2]).toBe('drawn');
    expect(cut([full, { ...none, endW: 0 }], [[40, 120]])[1]?.[2]).toBe('held');
  });

  it("power at a reading's end belongs to the part it ends in", () => {
    expect(cut([none, { ...none, endW: 3_600 }], [[0, 100]])).toEqual([
      [0, 60, 'held', 0],
      [60, 100, 'held', 0],
      [100, 120, 'drawn', 0],
    ]);
  });

  it('a hold inside one reading is held only where the whole reading is below 300 W', () => {
    expect(cut([full], [[20, 40]]).map(([, , kind]) => kind)).toEqual(['drawn', 'drawn', 'drawn']);
    expect(cut([none], [[20, 40]]).map(([, , kind]) => kind)).toEqual([
      'waiting',
      'held',
      'waiting',
    ]);
  });

  it('energy beyond rated power falls to the held part, which then was not held', () => {
    // 20 s at 3.6 kW carry 20 Wh of the 60.
    expect(cut([full, none], [[20, 120]], 3_600)).toEqual([
      [0, 20, 'drawn', 20_000],
      [20, 60, 'drawn', 40_000],
      [60, 120, 'held', 0],
    ]);
  });

  it('299 W are not drawing, 300 W are', () => {
    const hour = (milliWh: number) => cut([{ seconds: 3_600, milliWh }], [])[0]?.[2];
    expect(hour(299_999)).toBe('waiting');
    expect(hour(300_000)).toBe('drawn');
  });
});
