import { describe, expect, test } from 'vitest';
import { capAt, priceLookup, slotsBetween } from './slots.ts';

const t0 = 900_000;
const prices = [0, 1, 3].map((index) => ({ startAt: t0 + index * 900, seconds: 900, priceTicks: index * 100, kind: 'published' as const }));

describe('slots', () => {
  test('are cut at quarters, at caps and at both ends', () => {
    const slots = slotsBetween({ fromAt: t0 + 100, toAt: t0 + 2000, powerW: 11_000, prices, caps: [{ fromAt: t0 + 300, toAt: t0 + 1200, limitW: 4000 }] });
    expect(slots.map((slot) => [slot.startAt - t0, slot.seconds, slot.powerW])).toEqual([
      [100, 200, 11_000], [300, 600, 4000], [900, 300, 4000], [1200, 600, 11_000], [1800, 200, 11_000],
    ]);
  });
  test('a quarter without a price is a slot of unknown price', () => {
    const slots = slotsBetween({ fromAt: t0 + 1800, toAt: t0 + 3600, powerW: 1000, prices, caps: [] });
    expect(slots.map((slot) => [slot.priceTicks, slot.priceKind])).toEqual([[null, 'unknown'], [300, 'published']]);
  });
  test('the lowest cap counts', () => {
    expect(capAt([{ fromAt: 0, toAt: 10, limitW: 5 }, { fromAt: 5, toAt: 10, limitW: 3 }], 7, 9)).toBe(3);
    expect(capAt([{ fromAt: 0, toAt: 10, limitW: 5 }], 10, 9)).toBe(9);
  });
  test('prices are found by instant, gaps are not', () => {
    const at = priceLookup(prices);
    expect([at(t0 - 1), at(t0)?.priceTicks, at(t0 + 1799)?.priceTicks, at(t0 + 1800), at(t0 + 2700)?.priceTicks, at(t0 + 3600)])
      .toEqual([null, 0, 100, null, 300, null]);
  });
});
