import { describe, expect, test } from 'vitest';
import { judgeFollowed } from './follow.ts';

const kWh = 1_000_000;
// Held in [1000, 5000), free before and after.
const accepted = [{ acceptedAt: 1000, periods: [{ fromAt: 940, limitW: 0 }, { fromAt: 5000, limitW: 11_000 }] }];
const trace = (...points: (readonly [number, number])[]) => points.map(([at, kwh]) => ({ at, registerMilliWh: Math.round(kwh * kWh) }));
const judge = (readings: { at: number; registerMilliWh: number }[], plannedKwh: number, limits = accepted) =>
  judgeFollowed({ accepted: limits, readings, powerW: 11_000, plannedMilliWh: plannedKwh * kWh });

describe('followed', () => {
  test('when nothing is drawn in planned-off time and the plan is delivered', () => {
    expect(judge(trace([0, 0], [1000, 3], [5000, 3], [6800, 8.5]), 8.5)).toMatchObject({ followed: true, reason: 'FOLLOWED', offMilliWh: 0 });
  });
  test('a sample across an edge belongs to its planned-on part', () => {
    expect(judge(trace([0, 0], [980, 2.99], [1040, 3.05], [4980, 3.05], [5040, 3.17], [6800, 8.5]), 8.5).followed).toBe(true);
  });
  test('not when the car draws while it should be held', () => {
    expect(judge(trace([0, 0], [1000, 3], [3000, 5], [5000, 5], [6150, 8.5]), 8.5)).toMatchObject({ followed: false, reason: 'DREW_WHILE_OFF', offMilliWh: 2 * kWh });
  });
  test('a little while off is no meter’s business', () => {
    expect(judge(trace([0, 0], [1000, 3], [3000, 3.09], [5000, 3.09], [6772, 8.5]), 8.5).followed).toBe(true);
  });
  test('not when less or more than the plan is delivered', () => {
    expect(judge(trace([0, 0], [1000, 3], [5000, 3], [6000, 6]), 8.5).reason).toBe('DELIVERED_DIFFERS');
  });
  test('not when the station never accepted a profile', () => {
    expect(judge(trace([0, 0], [2800, 8.5]), 8.5, []).reason).toBe('NEVER_ACCEPTED');
  });
});
