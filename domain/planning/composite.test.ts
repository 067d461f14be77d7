import { describe, expect, test } from 'vitest';
import type { ChargingProfile } from '../charging/commands.ts';
import { isoFromSeconds } from '../time/instant.ts';
import { compositeDifferences, type CompositeSchedule } from './composite.ts';

const AT = 1_772_409_600;
const TOLD: ChargingProfile = {
  id: 1001, stackLevel: 0, purpose: 'TxProfile', transactionOcppId: '1', rateUnit: 'A', startAt: isoFromSeconds(AT), validFrom: isoFromSeconds(AT),
  validTo: null, durationS: null, numberPhases: 3,
  periods: [{ startOffsetS: 0, limit: 16 }, { startOffsetS: 3_600, limit: 0 }, { startOffsetS: 7_200, limit: 16 }],
};

function differences(change: Partial<CompositeSchedule>, answeredAt = AT) {
  const composite: CompositeSchedule = { startAt: isoFromSeconds(AT), durationS: 10_800, rateUnit: 'A', periods: TOLD.periods, ...change };
  return compositeDifferences({ told: TOLD, composite, phases: 3, answeredAt });
}

describe('a composite schedule', () => {
  test('that says what the station was told does not differ', () => {
    expect(differences({})).toEqual([]);
    expect(differences({ startAt: null })).toEqual([]);
    expect(differences({ durationS: null })).toEqual([]);
  });

  test('may be given in watts, from another start, with equal periods split, and to the ampere', () => {
    expect(differences({
      rateUnit: 'W', startAt: isoFromSeconds(AT + 1_800),
      periods: [{ startOffsetS: 0, limit: 11_000 }, { startOffsetS: 900, limit: 11_040 }, { startOffsetS: 1_800, limit: 0 }, { startOffsetS: 5_400, limit: 11_500 }],
    })).toEqual([]);
  });

  test('with less power than allowed is the station’s own limit', () => {
    expect(differences({ periods: [{ startOffsetS: 0, limit: 10 }, { startOffsetS: 3_600, limit: 0 }, { startOffsetS: 7_200, limit: 6 }] })).toEqual([]);
  });

  test('with power in a pause differs there', () => {
    expect(differences({ periods: [{ startOffsetS: 0, limit: 16 }] }))
      .toEqual([{ fromAt: AT + 3_600, toAt: AT + 7_200, toldW: 0, compositeW: 11_040 }]);
  });

  test('with a pause where power is allowed differs there', () => {
    expect(differences({ periods: [{ startOffsetS: 0, limit: 16 }, { startOffsetS: 3_600, limit: 0 }] }))
      .toEqual([{ fromAt: AT + 7_200, toAt: AT + 10_800, toldW: 11_040, compositeW: 0 }]);
  });

  test('with more power than allowed differs', () => {
    expect(differences({ periods: [{ startOffsetS: 0, limit: 32 }, ...TOLD.periods.slice(1)] }))
      .toEqual([{ fromAt: AT, toAt: AT + 3_600, toldW: 11_040, compositeW: 22_080 }]);
  });

  test('without any period is no limit', () => {
    expect(differences({ periods: [] }).map((one) => one.compositeW)).toEqual([null, null, null]);
  });

  test('that switches within a minute of the plan does not differ', () => {
    const late = [{ startOffsetS: 0, limit: 16 }, { startOffsetS: 3_660, limit: 0 }, { startOffsetS: 7_200, limit: 16 }];
    expect(differences({ periods: late })).toEqual([]);
    expect(differences({ periods: [{ startOffsetS: 0, limit: 16 }, { startOffsetS: 3_661, limit: 0 }, { startOffsetS: 7_200, limit: 16 }] })).toHaveLength(1);
  });

  test('counts from its answer on, and only as long as it lasts', () => {
    expect(differences({ periods: [{ startOffsetS: 0, limit: 16 }] }, AT + 7_200)).toEqual([]);
    expect(differences({ durationS: 3_600, periods: [{ startOffsetS: 0, limit: 16 }] })).toEqual([]);
  });
});
