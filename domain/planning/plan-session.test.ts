import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PriceInterval } from '../market/price.ts';
import { limitAt } from './periods.ts';
import { planSession, type PlanningFacts } from './plan-session.ts';
import { profileFromPlan } from './profile.ts';
import { decideReplan, nextLookAt, plannedBy } from './replan.ts';

const t0 = 1_767_297_600; // 2026-01-01T20:00:00Z, a quarter's start
const kWh = 1_000_000;
const prices = (ticks: readonly number[], kind: PriceInterval['kind'] = 'published'): PriceInterval[] =>
  ticks.map((priceTicks, index) => ({ startAt: t0 + index * 900, seconds: 900, priceTicks, kind }));
const facts = (over: Partial<PlanningFacts> = {}): PlanningFacts => ({
  now: t0, plugInAt: t0 - 600, deliveredMilliWh: 0, measuredAt: t0, drawingW: 0, hasDrawn: true, wantsMore: true, isFull: false,
  didNotWake: false, isObserved: false,
  wish: { readyByAt: t0 + 8 * 900, energyMilliWh: 5.5 * kWh, minEnergyMilliWh: null, priority: false },
  assumed: { departureAt: t0, targetsMilliWh: [30 * kWh], minEnergyMilliWh: 0 },
  ratedPowerW: 22_080, carPowerW: 11_000, phases: 3, caps: [],
  prices: prices([9000, 8000, 1000, 7000, -500, 6000, 9500, 9900]), previous: null, ...over,
});

describe('plan of one session', () => {
  test('charges in the cheapest quarters and holds the car between them', () => {
    const plan = planSession(facts(), 'PLUG_IN');
    expect(plan.slots.map((slot) => slot.energyMilliWh)).toEqual([0, 0, 2.75 * kWh, 0, 2.75 * kWh, 0, 0, 0]);
    expect(plan.periods).toEqual([
      { fromAt: t0, limitW: 0 }, { fromAt: t0 + 1800, limitW: 22_080 }, { fromAt: t0 + 2700, limitW: 0 },
      { fromAt: t0 + 3600, limitW: 22_080 }, { fromAt: t0 + 4500, limitW: 0 }, { fromAt: t0 + 6900, limitW: 22_080 },
    ]);
    expect(plan.readyAt).toBe(t0 + 4500);
    expect(BigInt(plan.plannedExact ?? 0) < BigInt(plan.atOnceExact ?? 0)).toBe(true);
  });

  test('a remainder charges at full power for part of a quarter, beside its neighbour', () => {
    const plan = planSession(facts({ wish: { ...facts().wish, energyMilliWh: 4 * kWh }, prices: prices([9000, 2000, 1000, 9000, 9000, 9000, 9000, 9000]) }), 'PLUG_IN');
    const part = plan.slots[1];
    expect(part?.chargeSeconds).toBe(Math.ceil((1.25 * 3600) / 11));
    expect((part?.chargeFromAt ?? 0) + (part?.chargeSeconds ?? 0)).toBe(t0 + 1800);
  });

  test('minimum energy comes before price', () => {
    const plan = planSession(facts({ wish: { ...facts().wish, minEnergyMilliWh: 2 * kWh } }), 'PLUG_IN');
    expect(plan.slots[0]?.energyMilliWh).toBe(2 * kWh);
  });

  test('charge now charges now, whatever the price', () => {
    const plan = planSession(facts({ wish: { ...facts().wish, priority: true } }), 'CHARGE_NOW');
    expect(plan.mode).toBe('PRIORITY');
    expect(plan.periods).toEqual([{ fromAt: t0, limitW: 22_080 }]);
    expect(plan.readyAt).toBe(t0 + 1800);
  });

  test('the probe leaves the car free for five minutes from plug-in', () => {
    const plan = planSession(facts({ hasDrawn: false, plugInAt: t0 }), 'PLUG_IN');
    expect(plan.mode).toBe('PROBE');
    expect(plan.periods[0]).toEqual({ fromAt: t0, limitW: 22_080 });
    expect(plan.periods[1]).toEqual({ fromAt: t0 + 300, limitW: 0 });
  });

  test('an impossible wish gives a plan with what is missing and why', () => {
    const short = planSession(facts({ wish: { ...facts().wish, energyMilliWh: 50 * kWh } }), 'PLUG_IN');
    expect([short.unservedMilliWh, short.unservedReason]).toEqual([28 * kWh, 'WINDOW_TOO_SHORT']);
    const capped = planSession(facts({ caps: [{ fromAt: t0, toAt: t0 + 90_000, limitW: 0 }] }), 'PLUG_IN');
    expect([capped.plannedMilliWh, capped.unservedReason]).toEqual([0, 'LIMIT_TOO_LOW']);
    expect(capped.periods).toEqual([{ fromAt: t0, limitW: 0 }, { fromAt: t0 + 90_000, limitW: 22_080 }]);
  });

  test('an unknown price is unknown, never 0', () => {
    const plan = planSession(facts({ prices: [] }), 'PLUG_IN');
    expect([plan.plannedExact, plan.atOnceExact]).toEqual([null, null]);
    expect(plan.slots.every((slot) => slot.priceTicks === null)).toBe(true);
    expect(plan.plannedMilliWh).toBe(5.5 * kWh);
  });

  test('for random facts: energy is conserved, limits hold, and the tail frees the car', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: -5000, max: 40_000 }), { minLength: 0, maxLength: 100 }),
      fc.integer({ min: 0, max: 100 * kWh }), fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1400, max: 22_080 }), fc.integer({ min: 0, max: 22_080 }),
      (ticks, energyMilliWh, quarters, carPowerW, capW) => {
        const plan = planSession(facts({
          prices: prices(ticks), carPowerW, caps: [{ fromAt: t0 + 450, toAt: t0 + 8000, limitW: capW }],
          wish: { readyByAt: t0 + quarters * 900 - 7, energyMilliWh, minEnergyMilliWh: null, priority: false },
        }), 'PLUG_IN');
        const sum = plan.slots.reduce((total, slot) => total + slot.energyMilliWh, 0);
        expect(sum).toBe(plan.plannedMilliWh);
        expect(plan.plannedMilliWh + plan.unservedMilliWh).toBe(energyMilliWh);
        for (const slot of plan.slots) {
          expect(slot.energyMilliWh * 36).toBeLessThanOrEqual(slot.chargeSeconds * slot.powerW * 10);
          expect(slot.chargeSeconds).toBeLessThanOrEqual(slot.seconds);
          if (slot.startAt >= t0 + 450 && slot.startAt < t0 + 8000) expect(slot.powerW).toBeLessThanOrEqual(capW);
        }
        for (const period of plan.periods) {
          if (period.fromAt >= t0 + 450 && period.fromAt < t0 + 8000) expect(period.limitW).toBeLessThanOrEqual(capW);
        }
        if (plan.deadlineAt >= t0 + 8000) expect(limitAt(plan.periods, plan.deadlineAt)).toBe(22_080);
        expect(plannedBy(plan, plan.deadlineAt)).toBe(plan.deliveredMilliWh + plan.plannedMilliWh);
        expect(decideReplan(facts({
          prices: prices(ticks), carPowerW, caps: [{ fromAt: t0 + 450, toAt: t0 + 8000, limitW: capW }], previous: plan,
          wish: { readyByAt: plan.readyByAt, energyMilliWh, minEnergyMilliWh: null, priority: false },
        }))).toBe(null);
        const told = profileFromPlan({ periods: plan.periods, rung: 'TX_PROFILE', evseId: 1, phases: 3, transactionOcppId: '7', capabilities: {} });
        expect(told.profile.periods.length).toBeLessThanOrEqual(24);
        expect(told.profile.periods[0]?.startOffsetS).toBe(0);
        for (const period of told.profile.periods) expect(period.limit === 0 || period.limit >= 6).toBe(true);
      }), { numRuns: 1_000 });
  });
});

describe('a car of which nobody said how much', () => {
  const assumed = { departureAt: t0 + 8 * 900, targetsMilliWh: [3 * kWh, 7 * kWh], minEnergyMilliWh: kWh };
  const silent = (deliveredMilliWh: number, over: Partial<PlanningFacts> = {}) => facts({
    wish: { ...facts().wish, readyByAt: null, energyMilliWh: null }, assumed, deliveredMilliWh, ...over,
  });

  test('is planned for one target after the other, and then for as much again', () => {
    const targets = [0, 2.98 * kWh, 3 * kWh - 5_000, 3 * kWh, 7 * kWh, 15 * kWh]
      .map((delivered) => planSession(silent(delivered), 'PLUG_IN').targetMilliWh);
    expect(targets).toEqual([3 * kWh, 3 * kWh, 7 * kWh, 7 * kWh, 14 * kWh, 21 * kWh]);
    expect(planSession(silent(0), 'PLUG_IN')).toMatchObject({ leastMilliWh: kWh, targetKnown: false });
  });

  test('gets a new plan at the end of the last one while it wants more, a few Wh short or not', () => {
    const previous = planSession(silent(0), 'PLUG_IN');
    const now = (previous.readyAt ?? 0) + 1;
    for (const short of [0, 5_000, 20_000]) {
      const later = silent(3 * kWh - short, { now, measuredAt: now, previous });
      expect(decideReplan(later)).toBe('MEASURED_DIFFERS');
      expect(decideReplan({ ...later, wantsMore: false })).toBeNull();
    }
    expect(planSession(silent(3 * kWh - 5_000, { now, measuredAt: now, previous }), 'MEASURED_DIFFERS').plannedMilliWh)
      .toBeGreaterThan(kWh);
  });
});

describe('re-planning', () => {
  const plan = planSession(facts(), 'PLUG_IN');
  const later = (over: Partial<PlanningFacts>) => decideReplan(facts({ previous: plan, ...over }));
  test.each([
    ['nothing when the meter follows', {}, null],
    ['the driver asks for power', { wish: { ...facts().wish, priority: true } }, 'CHARGE_NOW'],
    ['another time is wished', { wish: { ...facts().wish, readyByAt: t0 + 9 * 900 } }, 'WISH_CHANGED'],
    ['prices change ahead', { prices: prices([9000, 8000, 1000, 7000, 500, 6000, 9500, 9900]) }, 'PRICES_PUBLISHED'],
    ['a limit falls', { caps: [{ fromAt: t0 + 900, toAt: t0 + 1800, limitW: 3000 }] }, 'LIMIT_CHANGED'],
    ['the car draws less', { now: t0 + 2000, measuredAt: t0 + 2000, carPowerW: 7000 }, 'MEASURED_DIFFERS'],
    ['the meter is behind the plan', { now: t0 + 2600, measuredAt: t0 + 2600, deliveredMilliWh: 1 * kWh, drawingW: 11_000 }, 'MEASURED_DIFFERS'],
    ['the car is full', { isFull: true }, 'CAR_FULL'],
    ['the car did not wake', { didNotWake: true }, 'CAR_DID_NOT_WAKE'],
    ['the time has come', { now: t0 + 8 * 900 }, 'READY_BY_PASSED'],
    ['the station obeys nothing', { isObserved: true }, 'STEERING_CHANGED'],
  ] as const)('%s', (_, over, reason) => { expect(later(over as Partial<PlanningFacts>)).toBe(reason); });

  test('looks again after each release, at the end and at the deadline', () => {
    expect(nextLookAt(plan, facts())).toBe(t0 + 1800 + 300);
    expect(nextLookAt(plan, facts({ now: t0 + 4501 }))).toBe(plan.periods.at(-1)?.fromAt === undefined ? 0 : plan.deadlineAt);
  });
});

test('amperes are multiples of 0.1 also for who divides in binary, and never more than the limit', () => {
  for (let limitW = 4_140; limitW <= 22_080; limitW += 7) {
    const { profile } = profileFromPlan({
      periods: [{ fromAt: t0, limitW }], rung: 'TX_PROFILE', evseId: 1, phases: 3, transactionOcppId: '7', capabilities: {},
    });
    const limit = profile.periods[0]?.limit ?? 0;
    expect(Number.isInteger(limit / 0.1)).toBe(true);
    expect(Math.round(limit * 690)).toBeLessThanOrEqual(limitW);
    expect(limit * 690).toBeGreaterThan(limitW - 690);
  }
});
