import type { PlanView, StayView } from './stay-view.ts';

/** 2026-11-23T18:00:00+01:00 in Amsterdam: a stay begins. */
export const PLUG_IN = 1_795_453_200;
export const HOUR = 3_600;

/** A smart plan that holds from +15 min to +8 h and is ready at +10 h. */
export function planView(change: Partial<PlanView> = {}): PlanView {
  return {
    madeAt: PLUG_IN,
    mode: 'SMART',
    reason: 'PROBE_DONE',
    readyByAt: PLUG_IN + 13 * HOUR,
    deadlineAt: PLUG_IN + 13 * HOUR,
    deliveredMilliWh: 0,
    targetMilliWh: 24_000_000,
    targetKnown: true,
    powerW: 11_000,
    phases: 3,
    periods: [
      { fromAt: PLUG_IN, limitW: 22_080 },
      { fromAt: PLUG_IN + 900, limitW: 0 },
      { fromAt: PLUG_IN + 8 * HOUR, limitW: 22_080 },
      { fromAt: PLUG_IN + 10 * HOUR, limitW: 0 },
      { fromAt: PLUG_IN + 13 * HOUR, limitW: 22_080 },
    ],
    readyAt: PLUG_IN + 10 * HOUR,
    plannedMilliWh: 24_000_000,
    unservedMilliWh: 0,
    unservedReason: null,
    plannedExact: '100000000000',
    atOnceExact: '300000000000',
    expectedCashbackMicro: '720000',
    ...change,
  };
}

/** An open stay two hours after plug-in, held by the plan. */
export function stayView(change: Partial<StayView> = {}): StayView {
  return {
    sessionId: '00000000-0000-4000-8000-000000000001',
    state: 'OPEN',
    nowAt: PLUG_IN + 2 * HOUR,
    speed: 1,
    timeZone: 'Europe/Amsterdam',
    locationName: 'Quay',
    stationId: 'S1',
    evseId: 1,
    plugInAt: PLUG_IN,
    plugOutAt: null,
    steering: 'TX_PROFILE',
    station: { connected: true, lastSeenAt: PLUG_IN + 2 * HOUR },
    preference: null,
    planVersion: 1,
    plan: planView(),
    meter: {
      deliveredMilliWh: 2_000_000,
      powerW: 0,
      measuredAt: PLUG_IN + 2 * HOUR,
      socPermille: null,
      charging: false,
    },
    chargeNow: { stage: 'OFF', askedMsAgo: 0, costMicro: null },
    money: { kind: 'EXPECTED', cashbackMicro: '720000', revision: null },
    shares: { shareBp: 9_000, driverBp: 5_000, mspBp: 1_500, cpoBp: 2_500, platformBp: 1_000 },
    steeredSeconds: 0,
    synthetic: false,
    curve: {
      fromAt: PLUG_IN,
      toAt: PLUG_IN + 13 * HOUR,
      prices: [],
      planned: [],
      measured: [],
      without: [],
      withoutKind: 'ASSUMED',
    },
    ...change,
  };
}
