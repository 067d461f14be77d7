import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_S, HOUR_S } from '../../time/instant.ts';
import { planSession, type PlanningFacts } from '../plan-session.ts';
import { emptyHistory, type ObservedStay } from './counts.ts';
import { expectedStay, riskOffers, survivalSteps } from './expected-stay.ts';
import { historyOf } from './stored-counts.ts';
import { curveFrom, observeDeparture, stayCurve } from './survival.ts';

const KWH = 1_000_000;
/** 18:00; prices are lowest eight to eleven hours later. */
const PLUG_IN_AT = 1_780_000_200;
const prices = Array.from({ length: 48 }, (_, hour) => ({
  startAt: PLUG_IN_AT - (PLUG_IN_AT % HOUR_S) + hour * HOUR_S, seconds: HOUR_S,
  priceTicks: hour >= 8 && hour < 11 ? 1_000 + hour : 12_000 + hour, kind: 'published' as const,
}));
const evening = { localMinute: 18 * 60, isWorkday: true };

function learned(connectedH: number, stays: number): number[] {
  const stay: ObservedStay = { arrival: evening, connectedS: connectedH * HOUR_S, declaredS: null };
  const history = Array.from({ length: stays }, () => stay).reduce(observeDeparture, emptyHistory());
  return survivalSteps(stayCurve(history, evening));
}

function facts(survival: readonly number[], wish: Partial<PlanningFacts['wish']> = {}): PlanningFacts {
  return {
    now: PLUG_IN_AT + 600, plugInAt: PLUG_IN_AT, deliveredMilliWh: 500_000, measuredAt: null, drawingW: 11_000,
    hasDrawn: true, wantsMore: true, isFull: false, didNotWake: false, isObserved: false,
    wish: { readyByAt: null, energyMilliWh: null, minEnergyMilliWh: null, priority: false, ...wish },
    assumed: expectedStay(PLUG_IN_AT, survival), ratedPowerW: 11_000, carPowerW: 11_000, phases: 3,
    caps: [], prices, previous: null,
  };
}
const energyIn = (plan: ReturnType<typeof planSession>, ticks: (price: number) => boolean) =>
  plan.slots.reduce((sum, slot) => sum + (ticks(slot.priceTicks ?? 0) ? slot.energyMilliWh : 0), 0);

describe('a plan without a driver’s time', () => {
  test('waits for the valley where the driver always stays the night, ten kWh first', () => {
    const plan = planSession(facts(learned(14, 30)), 'PROBE_DONE');
    expect(energyIn(plan, (ticks) => ticks < 2_000)).toBeGreaterThan(19 * KWH);
    const firstHour = plan.slots.filter((slot) => slot.startAt < PLUG_IN_AT + HOUR_S + 600);
    expect(firstHour.reduce((sum, slot) => sum + slot.energyMilliWh, 0)).toBeGreaterThanOrEqual(9 * KWH);
    expect(plan.deadlineAt).toBeGreaterThan(PLUG_IN_AT + 13 * HOUR_S);
  });

  test('charges at once where the driver never stays, and nearly all of it where nobody knows him', () => {
    const stranger = survivalSteps(stayCurve(emptyHistory(), evening));
    for (const [survival, kWh] of [[learned(2, 30), 28], [stranger, 24]] as const) {
      const plan = planSession(facts(survival), 'PROBE_DONE');
      const before = plan.slots.filter((slot) => slot.startAt < PLUG_IN_AT + 3 * HOUR_S);
      expect(before.reduce((sum, slot) => sum + slot.energyMilliWh, 0)).toBeGreaterThan(kWh * KWH);
    }
  });

  test('keeps to the driver’s time where he says one', () => {
    const readyByAt = PLUG_IN_AT + 13 * HOUR_S;
    const told = planSession(facts(learned(2, 30), { readyByAt, energyMilliWh: 20 * KWH }), 'PROBE_DONE');
    expect(energyIn(told, (ticks) => ticks < 2_000)).toBeGreaterThan(19 * KWH);
  });

  test('goes on with the rest of the same plan while the car stays and nothing is learned', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 48 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (lengths, quarters) => {
          const history = lengths.reduce((past, half) => observeDeparture(past, {
            arrival: evening, connectedS: half * 1_800 + 60, declaredS: null,
          }), emptyHistory());
          const before = facts(survivalSteps(stayCurve(history, evening)), { energyMilliWh: 30 * KWH });
          // All that is measured is what the plan said: nothing new, quarters later.
          const first = planSession({ ...before, drawingW: 0 }, 'PROBE_DONE');
          const now = before.now + quarters * 900;
          fc.pre(now < first.deadlineAt - 3_600);
          const edge = first.slots.findIndex((slot) => slot.startAt >= now);
          const cut = first.slots[edge]?.startAt ?? now;
          const done = first.slots.slice(0, edge).reduce((sum, slot) => sum + slot.energyMilliWh, 500_000);
          const later = planSession({
            ...before, now: cut, drawingW: 0, deliveredMilliWh: done, previous: first,
          }, 'MEASURED_DIFFERS');
          expect(later.slots.map((slot) => slot.energyMilliWh))
            .toEqual(first.slots.slice(edge).map((slot) => slot.energyMilliWh));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('what is stored of a stay', () => {
  test('is the same curve again, never rising, with an end within a day', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (lengths) => {
        const history = lengths.reduce((past, half) => observeDeparture(past, {
          arrival: evening, connectedS: half * 1_800, declaredS: null,
        }), emptyHistory());
        const curve = stayCurve(history, evening);
        const stored = survivalSteps(curve);
        const again = curveFrom(stored);
        for (let age = 0; age <= DAY_S; age += 700) expect(again(age)).toBeCloseTo(curve(age), 5);
        stored.forEach((value, step) => {
          expect(value).toBeLessThanOrEqual(stored[step - 1] ?? 1);
        });
        const { departureAt } = expectedStay(PLUG_IN_AT, stored);
        expect(departureAt).toBeLessThanOrEqual(PLUG_IN_AT + DAY_S + 900);
        expect(departureAt).toBeGreaterThan(PLUG_IN_AT);
      }),
      { numRuns: 300 },
    );
  });

  test('leaves prices as they are where nothing is stored', () => {
    const slots = [{ startAt: 0, seconds: 900, priceTicks: 7 }];
    const assumed = { departureAt: 900, targetsMilliWh: [1], minEnergyMilliWh: 0 };
    expect(riskOffers(slots, { now: 0, plugInAt: 0, wish: { readyByAt: null }, assumed })).toBe(slots);
  });

  test('of counts is read back, and what is of another format counts for nothing', () => {
    const stay = { arrival: evening, connectedS: 40_000, declaredS: 41_000 };
    const history = observeDeparture(emptyHistory(), stay);
    const parsed: Record<'everybody' | 'station' | 'driver', unknown> = JSON.parse(JSON.stringify(history));
    expect(historyOf(parsed)).toEqual(history);
    const broken = { ...parsed, driver: { version: 0 }, everybody: null };
    expect(historyOf(broken)).toEqual({ ...emptyHistory(), station: history.station });
  });
});
