import { describe, expect, test } from 'vitest';
import type { Plan } from './plan.ts';
import { carState } from './car-state.ts';
import { limitAt } from './periods.ts';
import { decideSteering, isObeyed, type LastProfile } from './steer.ts';

const last = (over: Partial<LastProfile> = {}): LastProfile => ({
  state: 'ACCEPTED', rung: 'TX_PROFILE', planVersion: 3, acceptedAt: 0, isFromEarlierConnection: false, ...over,
});
const decide = (over: Partial<Parameters<typeof decideSteering>[0]> = {}) => decideSteering({
  rung: 'TX_PROFILE', last: last(), planVersion: 3, isObeyed: true, isAloneAtStation: true, ...over,
});

describe('the ladder', () => {
  test.each([
    ['a first plan is sent', { last: null }, { rung: 'TX_PROFILE', send: true }],
    ['an accepted plan is not sent again', {}, { rung: 'TX_PROFILE', send: false }],
    ['a plan on its way is not sent again', { last: last({ state: 'REQUESTED' }) }, { rung: 'TX_PROFILE', send: false }],
    ['a new version is sent', { planVersion: 4 }, { rung: 'TX_PROFILE', send: true }],
    ['a refusal tries the connector default', { last: last({ state: 'REJECTED' }) }, { rung: 'TX_DEFAULT_PROFILE', send: true }],
    ['silence tries the connector default', { last: last({ state: 'TIMED_OUT' }) }, { rung: 'TX_DEFAULT_PROFILE', send: true }],
    ['accepted but not applied tries the connector default', { isObeyed: false }, { rung: 'TX_DEFAULT_PROFILE', send: true }],
    ['then the station maximum', { rung: 'TX_DEFAULT_PROFILE', last: last({ rung: 'TX_DEFAULT_PROFILE', state: 'REJECTED' }) }, { rung: 'STATION_MAX_PROFILE', send: true }],
    ['but not over other cars', { rung: 'TX_DEFAULT_PROFILE', last: last({ rung: 'TX_DEFAULT_PROFILE', state: 'REJECTED' }), isAloneAtStation: false }, { rung: 'OBSERVE', send: false }],
    ['at last it only observes', { rung: 'STATION_MAX_PROFILE', last: last({ rung: 'STATION_MAX_PROFILE', state: 'TIMED_OUT' }) }, { rung: 'OBSERVE', send: false }],
    ['after a reconnect the profile is sent again', { last: last({ isFromEarlierConnection: true }) }, { rung: 'TX_PROFILE', send: true }],
  ] as const)('%s', (_, over, expected) => { expect(decide(over as never)).toEqual(expected); });
});

const plan = { madeAt: 0, periods: [{ fromAt: 0, limitW: 0 }, { fromAt: 3600, limitW: 11_000 }] } as unknown as Plan;
const metered = (...powers: (readonly [number, number])[]) => powers.map(([at, powerW]) => ({ at, powerW }));

describe('the meter decides', () => {
  test('drawing well inside a hold is disobedience; at its edge it is not', () => {
    expect(isObeyed(plan, 0, metered([200, 7000], [260, 7000]))).toBe(false);
    expect(isObeyed(plan, 0, metered([60, 7000], [110, 7000], [200, 20]))).toBe(true);
    expect(isObeyed(plan, 1000, metered([200, 7000], [260, 7000]))).toBe(true);
    expect(isObeyed(plan, 0, metered([3700, 7000], [3760, 7000]))).toBe(true);
  });

  const state = (now: number, readings: { at: number; powerW: number }[], over = {}) => carState({
    readings, plan, acceptedAt: 0, plugInAt: -600, now, hadDrawn: true, ratedPowerW: 22_080, ...over,
  });
  test('a car that takes nothing five minutes after a release did not wake', () => {
    expect(state(3950, metered([3660, 0], [3905, 0])).didNotWake).toBe(true);
    expect(state(3800, metered([3660, 0], [3780, 0])).didNotWake).toBe(false);
    expect(state(3950, metered([3660, 0], [3905, 7000])).didNotWake).toBe(false);
  });
  test('a car that takes nothing while it was never held is full', () => {
    const free = { ...plan, periods: [{ fromAt: 0, limitW: 11_000 }] };
    expect(state(400, metered([60, 5], [320, 5]), { plan: free }).isFull).toBe(true);
    expect(state(400, metered([60, 5], [320, 5]), { plan: free, hadDrawn: false }).isFull).toBe(false);
    expect(state(400, metered([60, 5], [200, 5])).isFull).toBe(false);
  });
  test('a pause says nothing about what the car wants', () => {
    expect(state(3000, metered([-60, 7000], [200, 0], [2900, 0])).wantsMore).toBe(true);
    expect(state(3950, metered([3660, 0], [3905, 0])).wantsMore).toBe(false);
    expect(state(400, []).wantsMore).toBe(true);
  });
  test('power is the highest of the last drawing readings', () => {
    expect(state(400, metered([60, 3000], [120, 7300], [180, 7350])).carPowerW).toBe(7350);
  });
  test('while a profile is on its way, the one before it may hold the car', () => {
    const free = { ...plan, periods: [{ fromAt: 0, limitW: 11_000 }] };
    const readings = metered([60, 5], [320, 5]);
    expect(state(400, readings, { plan: free, acceptedAt: null }).isFull).toBe(true);
    expect(state(400, readings, { plan: free, acceptedAt: null, wasTold: true }).isFull).toBe(false);
  });
  test('a car that stays free is found idle however often it is planned anew, and is told from one that does not wake', () => {
    const free = { ...plan, madeAt: 3_900, periods: [{ fromAt: 3_900, limitW: 11_000 }], free: { sinceAt: 3_600, afterHold: false } };
    const readings = metered([3_660, 5], [3_905, 5]);
    expect(state(3_950, readings, { plan: free, acceptedAt: null, wasTold: true })).toMatchObject({ isFull: true, didNotWake: false, free: free.free });
    expect(state(3_950, readings, { plan: { ...free, free: { sinceAt: 3_600, afterHold: true } } })).toMatchObject({ isFull: false, didNotWake: true });
    expect(state(3_950, readings, { plan: { ...free, free: undefined } })).toMatchObject({ isFull: false, didNotWake: false });
  });
  test('what was known of the car stays known in later versions, until it draws', () => {
    const full = { ...plan, carIs: 'FULL' as const };
    expect(state(3_950, metered([100, 5], [3_905, 5]), { plan: full })).toMatchObject({ isFull: true, didNotWake: false });
    expect(state(3_950, metered([100, 5], [3_905, 7_000]), { plan: full })).toMatchObject({ isFull: false, didNotWake: false });
    expect(state(400, [], { plan: { ...plan, carIs: 'NOT_WAKING' as const } }).didNotWake).toBe(true);
  });
  test('a car at a limit that neighbours share is not taken for one that can do no more', () => {
    const shared = { ...plan, isShared: true as const, phases: 3 as const, seenW: 11_000, madeAt: 3_600 };
    expect(limitAt(shared.periods, 3_700)).toBeGreaterThan(0);
    const limitW = limitAt(shared.periods, 3_700) ?? 0;
    expect(state(3_900, metered([3_700, limitW], [3_800, limitW]), { plan: { ...shared, seenW: 2 * limitW } }).carPowerW).toBe(2 * limitW);
    expect(state(3_900, metered([3_700, limitW / 2], [3_800, limitW / 2]), { plan: { ...shared, seenW: 2 * limitW } }).carPowerW).toBe(limitW / 2);
    expect(state(3_900, metered([100, 1_500]), { plan: shared }).carPowerW).toBe(11_000);
    const { seenW: _, ...unseen } = shared;
    expect(state(3_900, metered([3_700, 4_140]), { plan: { ...unseen, periods: [{ fromAt: 0, limitW: 4_140 }] } }).carPowerW).toBe(11_040);
  });
  test('what a car draws just before or after a shared limit rises is not taken for all it can', () => {
    const periods = [{ fromAt: 3_600, limitW: 1_380 }, { fromAt: 4_500, limitW: 7_360 }];
    const shared = { ...plan, isShared: true as const, phases: 3 as const, seenW: 7_360, madeAt: 3_600, periods };
    const power = (at: number, over: object) => state(at + 5, metered([at, 1_380]), { plan: shared, ...over }).carPowerW;
    expect(power(4_500, {})).toBe(7_360);
    expect(power(4_600, {})).toBe(1_380);
    // The station took the plan later than it was made, or has not answered yet.
    expect(power(4_600, { acceptedAt: 4_570 })).toBe(7_360);
    expect(power(4_600, { acceptedAt: 4_610 })).toBe(7_360);
    expect(power(4_600, { acceptedAt: null, wasTold: true })).toBe(7_360);
  });
  test('a car on one of three phases is held at a third of their limit, and no weaker for it', () => {
    const shared = { ...plan, isShared: true as const, phases: 3 as const, seenW: 7_360, madeAt: 0, periods: [{ fromAt: 0, limitW: 4_140 }] };
    const power = (powerW: number, over: object = {}, rating: object = {}) => state(300, metered([200, powerW], [260, powerW]), { plan: { ...shared, ...over }, ...rating }).carPowerW;
    expect(power(1_380)).toBe(7_360);
    // Of what is only likely of three phases, one phase can have its third.
    expect(power(1_380, { seenW: 11_040 })).toBe(7_360);
    expect(power(1_380, { periods: [{ fromAt: 0, limitW: 11_040 }] })).toBe(1_380);
    expect(power(2_000)).toBe(2_000);
    // Where the limit is what an EVSE of 16 A is rated for, 16 A of one phase are all there is.
    const rated = { ratedPowerW: 11_040 };
    expect(power(3_680, { seenW: undefined, periods: [{ fromAt: 0, limitW: 11_040 }] }, rated)).toBe(3_680);
    expect(power(1_380, {}, rated)).toBe(3_680);
  });
  test('drawing well above a limit is disobedience', () => {
    const limited = { ...plan, periods: [{ fromAt: 0, limitW: 4_140 }] };
    expect(isObeyed(limited, 0, metered([300, 11_000], [400, 11_000]))).toBe(false);
    expect(isObeyed(limited, 0, metered([300, 4_600], [400, 4_700]))).toBe(true);
    expect(isObeyed(limited, 0, metered([60, 11_000], [100, 11_000]))).toBe(true);
  });
});
