import { describe, expect, test } from 'vitest';
import type { RecordedStay } from '#domain/charging/recorded-stay.ts';
import { fittingWeeks, moveWeeks } from './programme.ts';

const stay = (plugIn: string, plugOut: string): RecordedStay => ({
  id: 'x', stationId: 'CP1', evseId: 1, card: 'U1', plugInAt: Date.parse(plugIn) / 1000, plugOutAt: Date.parse(plugOut) / 1000, energyMilliWh: 1, powerW: 1,
});
const curve = (from: string, quarters: number, missing: number[] = []) => Array.from({ length: quarters }, (_, index) => ({
  startAt: Date.parse(from) / 1000 + index * 900, seconds: 900, priceTicks: 1, kind: 'published' as const,
})).filter((_, index) => !missing.includes(index));

describe('moving recorded stays', () => {
  test('keeps the local hour across the change of the clock', () => {
    const [moved] = moveWeeks([stay('2019-03-29T19:00:00Z', '2019-03-29T21:00:00Z')], 1);
    expect(new Date((moved?.plugInAt ?? 0) * 1000).toISOString()).toBe('2019-04-05T18:00:00.000Z');
  });
  test('takes the fewest whole weeks that fit and goes round gaps', () => {
    const stays = [stay('2025-01-01T12:00:00Z', '2025-01-01T14:00:00Z')];
    expect(fittingWeeks(stays, curve('2025-01-07T23:00:00Z', 96 * 21))).toBe(1);
    expect(fittingWeeks(stays, curve('2025-01-07T23:00:00Z', 96 * 21, [53]))).toBe(2);
    expect(() => fittingWeeks(stays, curve('2025-01-10T23:00:00Z', 96))).toThrow(/take fewer sessions or a longer price file/);
  });
});
