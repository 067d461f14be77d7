import { describe, expect, it } from 'vitest';
import { prepareLimit, type LimitSlotInput } from './prepare-limit.ts';

const NOW = 1_790_000_100;
const QUARTER = 900;

/** Quarters from 100 s before now on. */
function slots(of: readonly Partial<LimitSlotInput>[]): LimitSlotInput[] {
  return of.map((slot, index) => ({
    startAt: NOW - 100 + index * QUARTER,
    seconds: QUARTER,
    limitW: 22_080,
    loadW: 0,
    oneMoreKwMicro: 0,
    servesMore: false,
    ...slot,
  }));
}

const full = { loadW: 22_080, oneMoreKwMicro: 12_500 };
const prepare = (of: readonly Partial<LimitSlotInput>[], missingMilliWh: number | null = 0) =>
  prepareLimit({ slots: slots(of), nowAt: NOW, missingMilliWh });

describe('prepareLimit', () => {
  it('says from when to when a limit binds, and what one more kW is worth in all', () => {
    const { finding, binding } = prepare([{ loadW: 5_000 }, full, full, { loadW: 5_000 }]);
    const span = { fromAt: NOW - 100 + QUARTER, toAt: NOW - 100 + 3 * QUARTER };
    expect(binding).toEqual([span]);
    expect(finding).toEqual({
      key: 'BINDS', ...span, stretches: 1, limitW: 22_080, worthMicro: 25_000, servesMore: false, missingMilliWh: 0,
    });
  });
  it('counts stretches, and names the lowest of the limits that bind', () => {
    const { finding } = prepare([full, { limitW: 1_000 }, { ...full, limitW: 9_000 }]);
    expect(finding).toMatchObject({ key: 'BINDS', stretches: 2, limitW: 9_000, fromAt: NOW });
  });
  it('binds where one more kW would serve energy that nobody gets, at no price', () => {
    const { finding } = prepare([{ loadW: 22_080, servesMore: true }], 3_200_000);
    expect(finding).toMatchObject({ key: 'BINDS', worthMicro: 0, servesMore: true, missingMilliWh: 3_200_000 });
  });
  it('counts the price of energy that nobody gets now for no loss', () => {
    const { finding, worth } = prepare([{ loadW: 22_080, servesMore: true, oneMoreKwMicro: -30_000 }, full], 3_200_000);
    expect(finding).toMatchObject({ key: 'BINDS', worthMicro: 12_500, servesMore: true });
    expect(worth.map(({ microPerKwh }) => microPerKwh)).toEqual([0, 50_000]);
  });
  it('says how high the load is where nothing binds, even at the limit', () => {
    expect(prepare([{ loadW: 22_080 }, {}], null).finding).toEqual({
      key: 'ROOM', highestW: 22_080, limitW: 22_080, missingMilliWh: null,
    });
    expect(prepare([{}, {}]).finding).toEqual({ key: 'NOTHING' });
    expect(prepareLimit({ slots: [], nowAt: NOW, missingMilliWh: null }).finding).toEqual({ key: 'NOTHING' });
  });
  it('begins now, and ends when nobody charges any more, but not within two hours', () => {
    const long = prepare(Array.from({ length: 40 }, (_, index) => (index < 20 ? { loadW: 7_000 } : {})));
    expect([long.fromAt, long.toAt]).toEqual([NOW, NOW - 100 + 20 * QUARTER]);
    expect(long.rows[0]?.fromAt).toBe(NOW);
    const short = prepare(Array.from({ length: 40 }, (_, index) => (index < 2 ? { loadW: 7_000 } : {})));
    expect(short.toAt).toBeGreaterThanOrEqual(NOW + 7_200);
    expect(short.toAt).toBeLessThan(NOW + 7_200 + QUARTER);
  });
  it('makes slots of any length comparable: worth is of one kW over an hour', () => {
    const { worth, cents } = prepare([full, { ...full, startAt: NOW - 100 + QUARTER, seconds: 300, oneMoreKwMicro: 5_000 }]);
    expect(worth.map(({ microPerKwh }) => microPerKwh)).toEqual([50_000, 60_000]);
    expect(cents.max).toBeGreaterThanOrEqual(6);
  });
  it('puts quarters that are alike into one row, and breaks the limit where there is none', () => {
    const { rows, limit } = prepare([{ loadW: 7_000 }, { loadW: 7_000 }, { limitW: null, loadW: 7_000 }, full, full]);
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatchObject({ fromAt: NOW, toAt: NOW - 100 + 2 * QUARTER });
    expect(limit).toHaveLength(3);
  });
});
