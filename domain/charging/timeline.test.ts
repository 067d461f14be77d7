import { describe, expect, it } from 'vitest';
import { timelineOf } from './timeline.ts';
import type { PlanVersion, WishVersion } from './timeline.ts';
import { HOUR, PLUG_IN, planView } from './view.test-support.ts';

const plan = (version: number, change: Partial<PlanVersion>): PlanVersion => ({
  ...planView(),
  version,
  ...change,
});
const wish = (change: Partial<WishVersion>): WishVersion => ({
  madeAt: PLUG_IN + HOUR,
  source: 'DRIVER',
  readyByAt: PLUG_IN + 13 * HOUR,
  energyMilliWh: null,
  priority: false,
  priorityBy: null,
  ...change,
});
const base = { plugInAt: PLUG_IN, plugOutAt: null, wishes: [], plans: [], answers: [] };

describe('the story of a stay', () => {
  it('begins with the plug, then tells wishes and what the plans make of them', () => {
    const at = PLUG_IN + HOUR;
    const told = timelineOf({
      ...base,
      plugOutAt: PLUG_IN + 12 * HOUR,
      wishes: [wish({})],
      plans: [plan(1, { madeAt: PLUG_IN }), plan(2, { madeAt: at, reason: 'WISH_CHANGED' })],
    });
    expect(told.map(({ kind }) => kind)).toEqual(['PLUG_IN', 'PLAN', 'WISH', 'PLAN', 'PLUG_OUT']);
    expect(told[3]).toMatchObject({ version: 2, reason: 'WISH_CHANGED' });
  });
  it('tells charge now and its undoing, and no wish that was not said anew', () => {
    const wishes = [
      wish({}),
      wish({ madeAt: PLUG_IN + 2 * HOUR, priority: true, priorityBy: 'QR' }),
      wish({ madeAt: PLUG_IN + 3 * HOUR, priorityBy: 'DRIVER' }),
    ];
    const told = timelineOf({ ...base, wishes });
    expect(told.map(({ kind }) => kind)).toEqual([
      'PLUG_IN',
      'WISH',
      'PRIORITY_ON',
      'PRIORITY_OFF',
    ]);
    expect(told[2]).toMatchObject({ by: 'QR' });
    expect(told[3]).toMatchObject({ by: 'DRIVER' });
  });
  it('tells what a plan changed: the end, the next start, energy, money, what is missing', () => {
    const held = [
      { fromAt: PLUG_IN + HOUR, limitW: 0 },
      { fromAt: PLUG_IN + 5 * HOUR, limitW: 11_000 },
    ];
    const plans = [
      plan(1, { expectedCashbackMicro: '720000' }),
      plan(2, {
        madeAt: PLUG_IN + HOUR,
        readyAt: PLUG_IN + 11 * HOUR,
        periods: held,
        targetMilliWh: 30_000_000,
        unservedMilliWh: 4_000_000,
        expectedCashbackMicro: '900000',
      }),
    ];
    expect(timelineOf({ ...base, plans })[2]).toMatchObject({
      changes: [
        { key: 'READY', at: PLUG_IN + 11 * HOUR, before: PLUG_IN + 10 * HOUR },
        { key: 'NEXT', at: PLUG_IN + 5 * HOUR },
        { key: 'TARGET', energyMilliWh: 30_000_000, before: 24_000_000 },
        { key: 'MISSING', energyMilliWh: 4_000_000 },
        { key: 'CASHBACK', micro: '900000', before: '720000' },
      ],
    });
  });
  it('says that nothing changed for the driver where that is so, also within a minute and a cent', () => {
    const plans = [
      plan(1, {}),
      plan(2, { readyAt: PLUG_IN + 10 * HOUR + 30, expectedCashbackMicro: '721000' }),
    ];
    expect(timelineOf({ ...base, plans })[2]).toMatchObject({ changes: [{ key: 'NOTHING' }] });
  });
  it('tells what the station answered to each plan, the last answer where it was asked again', () => {
    const answers = [
      { planVersion: 1, state: 'TIMED_OUT' as const, answeredAt: PLUG_IN + 30 },
      { planVersion: 1, state: 'ACCEPTED' as const, answeredAt: PLUG_IN + 60 },
    ];
    const told = timelineOf({ ...base, plans: [plan(1, {}), plan(2, {})], answers });
    expect(told[1]).toMatchObject({ answer: { state: 'ACCEPTED', answeredAt: PLUG_IN + 60 } });
    expect(told[2]).toMatchObject({ answer: null });
  });
});
