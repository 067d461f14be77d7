import { describe, expect, test } from 'vitest';
import type { SettlementFacts } from '../settlement/facts.ts';
import { settle } from '../settlement/settle.ts';
import { expectedCashback } from './expected-cashback.ts';
import { planSession } from './plan-session.ts';

const t0 = 1_767_297_600;
const kWh = 1_000_000;
const prices = Array.from({ length: 40 }, (_, index) => ({
  startAt: t0 + index * 900, seconds: 900, priceTicks: index < 8 ? 20_000 : 2_000, kind: 'published' as const,
}));
const plan = planSession({
  now: t0 + 60, plugInAt: t0, deliveredMilliWh: 183_333, measuredAt: t0 + 60, drawingW: 11_000, hasDrawn: true, wantsMore: true, isFull: false, didNotWake: false,
  isObserved: false, wish: { readyByAt: t0 + 36_000, energyMilliWh: 11 * kWh, minEnergyMilliWh: null, priority: false },
  assumed: { departureAt: t0, targetsMilliWh: [kWh], minEnergyMilliWh: 0 }, ratedPowerW: 22_080, carPowerW: 11_000, phases: 3, caps: [], prices, previous: null,
}, 'PROBE_DONE');
const facts: SettlementFacts = {
  sessionId: 's', plugInAt: t0, plugOutAt: t0 + 60, ratedPowerW: 22_080, limits: [], prices, probeSeconds: 300, salePriceMicroPerKwh: '420000',
  transactions: [{ id: 1, startedAt: t0, stoppedAt: t0 + 60, readings: [
    { at: t0, receivedAt: t0, registerMilliWh: 5 * kWh, powerW: null }, { at: t0 + 60, receivedAt: t0 + 60, registerMilliWh: 5 * kWh + 183_333, powerW: 11_000 },
  ] }],
  programme: { versionId: '1', shareBp: 9000, driverBp: 5000, mspBp: 1500, cpoBp: 2500, platformBp: 1000, driverCapMicro: '10000000', minPayoutMicro: '200000' },
};

describe('expected cashback', () => {
  test('is what the settlement rule gives when the plan is followed', () => {
    // 10.8 kWh moved from EUR 200 to 20/MWh: 1.947 saved, 90 % of it shared, half of that the driver's.
    expect(Number(expectedCashback(facts, plan)) / 1e6).toBeCloseTo(10.8167 * 0.18 * 0.9 * 0.5, 2);
  });
  test('is 0 when nothing is moved', () => {
    const atOnce = { ...plan, periods: [{ fromAt: t0 + 60, limitW: 22_080 }] };
    expect(expectedCashback({ ...facts, prices: prices.map((price) => ({ ...price, priceTicks: 5_000 })) }, atOnce)).toBe('0');
  });
  test('cannot be said while a price is unknown', () => {
    const unknown = { ...plan, slots: plan.slots.map((slot) => ({ ...slot, priceTicks: null })) };
    expect(expectedCashback(facts, unknown)).toBe(null);
    expect(settle(facts).kind).toBe('settled');
  });
});
