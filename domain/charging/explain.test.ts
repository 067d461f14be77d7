import { describe, expect, it } from 'vitest';
import { chargeNowCostMicro, explainReady, explainWhy, nextChange } from './explain.ts';
import type { StayView } from './stay-view.ts';
import { HOUR, planView, PLUG_IN, stayView } from './view.test-support.ts';

const now = PLUG_IN + 2 * HOUR;
const drawing = { ...stayView().meter, powerW: 11_000, charging: true };
const stage = (name: StayView['chargeNow']['stage']) => ({
  chargeNow: { stage: name, askedMsAgo: 500, costMicro: null },
});

describe('explainReady', () => {
  it('tells the minutes to spare before the wish', () => {
    expect(explainReady(stayView())).toEqual({
      key: 'IN_TIME',
      at: PLUG_IN + 10 * HOUR,
      spareMinutes: 180,
    });
  });
  it('tells how late it will be after the wish', () => {
    const plan = planView({ readyByAt: PLUG_IN + 9 * HOUR });
    expect(explainReady(stayView({ plan }))).toEqual({
      key: 'LATE',
      at: PLUG_IN + 10 * HOUR,
      lateMinutes: 60,
    });
  });
  it('tells what will be missing and why', () => {
    const plan = planView({ unservedMilliWh: 5_000_000, unservedReason: 'WINDOW_TOO_SHORT' });
    expect(explainReady(stayView({ plan }))).toMatchObject({
      key: 'SHORT',
      missingMilliWh: 5_000_000,
      reason: 'WINDOW_TOO_SHORT',
    });
  });
  it('tells that charging goes on once the asked time has passed and the car is not full', () => {
    const late = PLUG_IN + 13 * HOUR + 60;
    expect(explainReady(stayView(), late)).toEqual({
      key: 'PASSED',
      byAt: PLUG_IN + 13 * HOUR,
      missingMilliWh: 22_000_000,
      doneAt: null,
    });
    const plan = planView({ mode: 'TAIL', readyAt: late + HOUR });
    expect(explainReady(stayView({ plan }), late)).toMatchObject({ doneAt: late + HOUR });
    expect(explainReady(stayView(), PLUG_IN + 13 * HOUR - 1).key).toBe('IN_TIME');
  });
  it('says that a guess is a guess where the driver said nothing', () => {
    const plan = planView({ readyByAt: null, targetKnown: false });
    expect(explainReady(stayView({ plan }))).toMatchObject({ key: 'ABOUT', known: false });
  });
  it('is ready once the asked energy is metered', () => {
    const meter = { ...stayView().meter, deliveredMilliWh: 23_995_000 };
    expect(explainReady(stayView({ meter }))).toMatchObject({ key: 'READY' });
  });
  it('tells of the unplugging once the stay is over', () => {
    const over = stayView({ state: 'CLOSED', plugOutAt: now });
    expect(explainReady(over)).toEqual({ key: 'UNPLUGGED', at: now, energyMilliWh: 2_000_000 });
  });
});

describe('explainWhy', () => {
  const cases: [string, Partial<StayView>, object][] = [
    [
      'waits for the next release with both prices',
      {
        curve: {
          ...stayView().curve,
          prices: [
            { startAt: now, seconds: 900, priceTicks: 15_000, kind: 'published' },
            { startAt: PLUG_IN + 8 * HOUR, seconds: 900, priceTicks: 7_000, kind: 'published' },
          ],
        },
      },
      { key: 'WAITING', nextAt: PLUG_IN + 8 * HOUR, nowTicks: 15_000, thenTicks: 7_000 },
    ],
    ['never takes an unknown price for 0', {}, { key: 'WAITING', nowTicks: null, thenTicks: null }],
    ['sees that a pause is not obeyed', { meter: drawing }, { key: 'HOLD_NOT_OBEYED' }],
    [
      'gives the station a minute to obey a pause',
      { meter: { ...drawing, measuredAt: PLUG_IN + 930 } },
      { key: 'WAITING' },
    ],
    [
      'tells of a lost link before all else',
      { station: { connected: false, lastSeenAt: now } },
      { key: 'STATION_AWAY', lastSeenAt: now },
    ],
    ['tells that charge now is only asked', stage('SENT'), { key: 'NOW_ASKED' }],
    ['tells that the station refused', stage('REFUSED'), { key: 'NOW_REFUSED' }],
    ['tells that the station is silent', stage('SILENT'), { key: 'NOW_SILENT' }],
    [
      'charges because it was asked to',
      { plan: planView({ mode: 'PRIORITY' }), meter: drawing },
      { key: 'CHARGING_NOW', untilAt: PLUG_IN + 10 * HOUR },
    ],
    [
      'gives the car five minutes to wake',
      { plan: planView({ mode: 'PRIORITY', madeAt: now - 60 }) },
      { key: 'WAKING' },
    ],
    [
      'then blames the car’s own timer',
      { plan: planView({ mode: 'PRIORITY', madeAt: now - 600 }) },
      { key: 'NOW_NO_DRAW' },
    ],
    [
      'tells that a station obeys nothing',
      { plan: planView({ mode: 'OBSERVE' }), meter: drawing },
      { key: 'OBSERVED_CHARGING' },
    ],
    ['probes', { plan: planView({ mode: 'PROBE' }) }, { key: 'PROBE_WAITING' }],
    [
      'goes on after the planned time',
      { plan: planView({ mode: 'TAIL' }), meter: drawing },
      { key: 'TAIL_CHARGING' },
    ],
    [
      'rests when all is in',
      { meter: { ...drawing, charging: false, powerW: 0, deliveredMilliWh: 24_000_000 } },
      { key: 'DONE' },
    ],
    ['tells that the car is full', { plan: planView({ reason: 'CAR_FULL' }) }, { key: 'CAR_FULL' }],
    ['has no plan yet', { plan: null }, { key: 'PLANNING' }],
    ['is unplugged', { state: 'CLOSED', plugOutAt: now }, { key: 'UNPLUGGED' }],
  ];
  it.each(cases)('%s', (_title, change, expected) => {
    expect(explainWhy(stayView(change), now)).toMatchObject(expected);
  });
  it('charges in the cheap hours until the next pause', () => {
    const at = PLUG_IN + 9 * HOUR;
    expect(explainWhy(stayView({ meter: drawing }), at)).toEqual({
      key: 'CHARGING',
      untilAt: PLUG_IN + 10 * HOUR,
    });
  });
  it('calls what comes first cheap only where somebody said how much', () => {
    const unsaid = { meter: drawing, plan: planView({ targetKnown: false, leastMilliWh: 10_000_000 }) };
    const at = PLUG_IN + 600;
    expect(explainWhy(stayView(unsaid), at)).toEqual({ key: 'CHARGING_FIRST', untilAt: PLUG_IN + 900 });
    const more = { ...unsaid, meter: { ...drawing, deliveredMilliWh: 12_000_000 } };
    expect(explainWhy(stayView(more), PLUG_IN + 9 * HOUR)).toMatchObject({ key: 'CHARGING' });
  });
});

describe('nextChange', () => {
  it('is null after the last period', () => {
    expect(nextChange(planView(), PLUG_IN + 14 * HOUR)).toBeNull();
  });
});

describe('chargeNowCostMicro', () => {
  const terms = { shareBp: 9_000, driverBp: 5_000 };
  it('is the driver’s part of what charging at once costs more', () => {
    const plan = planView({ expectedCashbackMicro: '5000000' });
    expect(chargeNowCostMicro(plan, terms)).toBe('900000');
  });
  it('is no more than the cashback that is expected', () => {
    expect(chargeNowCostMicro(planView(), terms)).toBe('720000');
  });
  it('is nothing where charging at once is cheaper', () => {
    expect(chargeNowCostMicro(planView({ atOnceExact: '1' }), terms)).toBe('0');
  });
  it('is unknown while a price is', () => {
    expect(chargeNowCostMicro(planView({ plannedExact: null }), terms)).toBeNull();
  });
});
