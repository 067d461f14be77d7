import { expect, test } from 'vitest';
import type { PlanningFacts } from '../plan-session.ts';
import type { Plan } from '../plan.ts';
import { carOf, drawnAt, loadFor } from './car.ts';

const car = (over: Partial<PlanningFacts>) =>
  carOf({ phases: 3, ratedPowerW: 22_080, carPowerW: null, previous: null, ...over } as PlanningFacts);

test('a car is reserved whole amperes on three phases, and draws what it was seen to draw', () => {
  expect(car({ carPowerW: 10_890 })).toMatchObject({ mostW: 11_040, drawsW: 10_890, loadShare: 1 });
  expect(drawnAt(car({ carPowerW: 10_890 }), 5_520)).toBe(5_445);
  expect(loadFor(car({ carPowerW: 11_040 }), 2_000_000, 900)).toBe(8_280);
});

test('a car that may be on one phase counts on all three, until it draws what one phase cannot carry', () => {
  expect(car({ carPowerW: 3_680 })).toMatchObject({ mostW: 11_040, drawsW: 3_680, loadShare: 3 });
  expect(car({ phases: 1, ratedPowerW: 7_360 })).toMatchObject({ mostW: 22_080, drawsW: 7_360, loadShare: 3, toldShare: 1 / 3 });
  const seen = { isThreePhase: true } as Plan;
  expect(car({ carPowerW: 6_900, previous: seen })).toMatchObject({ mostW: 6_900, drawsW: 6_900, loadShare: 1 });
});

test('what is below 6 A is of no use', () => {
  expect(car({ ratedPowerW: 3_000 })).toMatchObject({ mostW: 0 });
  expect(car({ carPowerW: 1_000, previous: { isThreePhase: true } as Plan }).mostW).toBe(4_140);
});
