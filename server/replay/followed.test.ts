import { describe, expect, test } from 'vitest';
import type { PlanSlot } from '#domain/planning/plan.ts';
import { judgeFollowed, type PlanInForce } from './followed.ts';

const KWH = 1_000_000;
const CAR_W = 11_000;
type Point = readonly [at: number, kwh: number];

const trace = (...points: Point[]) => points.map(([at, kwh]) => ({ at, registerMilliWh: Math.round(kwh * KWH), powerW: CAR_W }));
/** Charging in a span as the plan puts it: the car's whole power, 3.6 MJ per kWh. */
const slot = (fromAt: number, toAt: number): PlanSlot => ({
  startAt: fromAt, seconds: toAt - fromAt, energyMilliWh: Math.round((CAR_W * (toAt - fromAt) * 10) / 36), powerW: CAR_W,
  chargeFromAt: fromAt, chargeSeconds: toAt - fromAt, priceTicks: 1, priceKind: 'published',
});
const plan = (fromAt: number, toAt: number, charging: readonly [number, number][]): PlanInForce => ({
  fromAt, toAt, slots: charging.map(([start, end]) => slot(start, end)),
  limits: [{ fromAt, limitW: 0 }, ...charging.flatMap(([start, end]) => [{ fromAt: start, limitW: CAR_W }, { fromAt: end, limitW: 0 }])],
});
/** Held in [1000, 5000), 5.5 kWh in [5000, 6800). */
const held = [plan(1000, 9000, [[5000, 6800]])];
const judge = (points: Point[], plans = held) => judgeFollowed({ plans, traces: [trace(...points)] });

describe('followed', () => {
  test('when nothing is drawn in planned-off time and the plan is delivered', () => {
    expect(judge([[0, 0], [1000, 3], [5000, 3], [6800, 8.5], [9000, 8.5]])).toMatchObject({ followed: true, reason: 'FOLLOWED', offMilliWh: 0 });
  });
  test('a sample across an edge belongs to its planned-on part', () => {
    expect(judge([[0, 0], [980, 2.99], [1040, 3.05], [4980, 3.05], [5040, 3.17], [6800, 8.5]]).followed).toBe(true);
  });
  test('not when the car draws while it should be held', () => {
    expect(judge([[0, 0], [1000, 3], [3000, 5], [5000, 5], [6150, 8.5]])).toMatchObject({ reason: 'DREW_WHILE_OFF', offMilliWh: 2 * KWH });
  });
  test('a little while off is no meter’s business', () => {
    expect(judge([[0, 0], [1000, 3], [3000, 3.09], [5000, 3.09], [6772, 8.5]]).followed).toBe(true);
  });
  test('not when less or more than the plan is delivered', () => {
    expect(judge([[0, 0], [1000, 3], [5000, 3], [6000, 6]]).reason).toBe('DELIVERED_DIFFERS');
  });
  test('not when the station never accepted a profile', () => {
    expect(judge([[0, 0], [2800, 8.5]], []).reason).toBe('NEVER_ACCEPTED');
  });
  test('not when a plan was not delivered and a later one made up for it', () => {
    // Planned in [2000, 3800), not drawn; planned again in [5000, 6800) and drawn.
    const plans = [plan(1000, 4000, [[2000, 3800]]), plan(4000, 9000, [[5000, 6800]])];
    expect(judge([[0, 0], [1000, 3], [5000, 3], [6800, 8.5]], plans)).toMatchObject({ reason: 'DELIVERED_DIFFERS', plannedMilliWh: 14 * KWH });
  });
  test('a plan that gives way to a better one before its charging began is held to nothing', () => {
    const plans = [plan(1000, 4000, [[7000, 8800]]), plan(4000, 9000, [[5000, 6800]])];
    expect(judge([[0, 0], [1000, 3], [5000, 3], [6800, 8.5]], plans).followed).toBe(true);
  });
  test('a plan made before the car showed its power promises nothing, and still holds', () => {
    const blind = { ...plan(1000, 1600, [[1000, 1600]]), slots: null };
    const plans = [blind, plan(1600, 9000, [[5000, 6800]])];
    expect(judge([[0, 0], [1000, 0], [1600, 0.4], [5000, 0.4], [6800, 5.9]], plans).followed).toBe(true);
    const held1600 = { ...plan(1000, 1600, []), slots: null };
    expect(judge([[0, 0], [1000, 0], [1600, 0.4], [5000, 0.4], [6800, 5.9]], [held1600, ...plans.slice(1)]).reason).toBe('DREW_WHILE_OFF');
  });
  test('every transaction of the stay counts, not only the last', () => {
    const plans = [plan(1000, 3000, []), plan(4000, 9000, [[5000, 6800]])];
    const second = trace([4000, 0], [5000, 0], [6800, 5.5]);
    const obeyed = judgeFollowed({ plans, traces: [trace([0, 0], [1000, 3], [3000, 3]), second] });
    expect(obeyed).toMatchObject({ followed: true, deliveredMilliWh: 8.5 * KWH });
    const drew = judgeFollowed({ plans, traces: [trace([0, 0], [1000, 3], [3000, 5]), second] });
    expect(drew).toMatchObject({ reason: 'DREW_WHILE_OFF', offMilliWh: 2 * KWH });
  });
  test('time after a profile died with its transaction is free', () => {
    const plans = [plan(1000, 3000, [])];
    const free = judgeFollowed({ plans, traces: [trace([0, 0], [1000, 3], [3000, 3]), trace([4000, 0], [5800, 5.5])] });
    expect(free.followed).toBe(true);
  });
});
