import { describe, expect, it } from 'vitest';
import type { PreferenceView } from '#domain/charging/stay-view.ts';
import { HOUR, PLUG_IN, stayView } from '#domain/charging/view.test-support.ts';
import { localDay } from '#domain/time/local-time.ts';
import { guessOf, UNTOUCHED, wishOf } from './wish-draft.ts';
import type { Draft } from './wish-draft.ts';

const now = PLUG_IN + 2 * HOUR;
const zone = 'Europe/Amsterdam';
/** Thursday 07:03:27, and energy that a field shows rounded. */
const readyByAt = PLUG_IN + 61 * HOUR + 3 * 60 + 27;
const preference: PreferenceView = {
  version: 2,
  readyByAt,
  energyMilliWh: 18_234_567,
  priority: false,
  source: 'DRIVER',
  madeAt: PLUG_IN,
};
const wish = (draft: Partial<Draft>, said: PreferenceView | null = preference) =>
  wishOf({ view: stayView({ preference: said }), now, batteryWh: 60_000 }, { ...UNTOUCHED, ...draft });
const energy = { unit: 'KWH' as const, kwh: '20', from: '', atMilliWh: 0, to: '80' };

describe('what the wish form saves', () => {
  it('is the wish in force, to the second and the milli-Wh, where nothing was touched', () => {
    expect(wish({})).toMatchObject({ readyByAt, energy: 18_234_567 });
    expect(wish({ energy })).toMatchObject({ readyByAt, energy: 20_000_000 });
    expect(wish({ when: { time: '08:00', day: null } }).energy).toBe(18_234_567);
  });
  it('keeps a wish that is days ahead on its day when the time is typed anew', () => {
    const { when } = wish({});
    expect(when).toEqual({ time: '07:03', day: localDay(readyByAt, zone) });
    expect(wish({ when: { ...when, time: '08:00' } }).readyByAt).toBe(readyByAt + 56 * 60 + 33);
  });
  it('keeps an untouched wish whose time has passed', () => {
    const passed = { ...preference, readyByAt: now - 60 };
    expect(wish({ energy }, passed).readyByAt).toBe(now - 60);
  });
  it('counts a wish in % from what the car has now on top of what the stay has delivered', () => {
    const meter = { ...stayView().meter, deliveredMilliWh: 10_000_000, socPermille: 500 };
    const view = stayView({ meter });
    const facts = { view, now, batteryWh: 60_000 };
    const { energyDraft } = wishOf(facts, UNTOUCHED);
    const inPercent = { when: null, energy: { ...energyDraft, unit: 'PERCENT' as const } };
    expect(wishOf(facts, inPercent).energy).toBe(28_000_000);
    // What was said stays said while the car goes on charging.
    const later = stayView({ meter: { ...meter, deliveredMilliWh: 16_000_000, socPermille: 600 } });
    expect(wishOf({ ...facts, view: later }, inPercent).energy).toBe(28_000_000);
  });
  it('makes no deadline of a time that was only guessed from earlier stays', () => {
    const guess = { ...preference, source: 'HISTORY' as const, energyMilliWh: null };
    expect(wish({ energy }, guess)).toMatchObject({
      readyByAt: null,
      energy: 20_000_000,
      when: { time: '', day: null },
    });
    expect(guessOf(stayView({ preference: guess }))).toBe(readyByAt);
    expect(guessOf(stayView({ preference }))).toBeNull();
  });
  it('says nothing where nothing is typed, and cannot use what is no time or no energy', () => {
    expect(wish({}, null)).toMatchObject({ readyByAt: null, energy: null });
    expect(wish({ when: { time: '', day: null } }).readyByAt).toBeNull();
    const yesterday = { time: '08:00', day: localDay(now, zone) - 1 };
    expect(wish({ when: yesterday }).readyByAt).toBeUndefined();
    expect(wish({ energy: { ...energy, kwh: 'much' } }).energy).toBeUndefined();
  });
});
