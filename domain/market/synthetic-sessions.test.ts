import { describe, expect, it } from 'vitest';
import { DAY_S, HOUR_S } from '../time/instant.ts';
import { SYNTHETIC_CARDS_PER_EVSE, syntheticSessions } from './synthetic-sessions.ts';

/** 2026-01-04T23:00:00Z: midnight in Amsterdam. */
const T0 = 1_767_567_600;
const DAYS = 60;
const EVSES = 20;
const OFFSET_S = 3_600;
const sessions = syntheticSessions({
  seed: 1,
  fromAt: T0,
  toAt: T0 + DAYS * DAY_S,
  evseCount: EVSES,
  localOffsetS: () => OFFSET_S,
});
const localHour = (at: number) => ((at + OFFSET_S) % DAY_S) / HOUR_S;
const ofKind = (stay: string) => sessions.filter((session) => session.stay === stay);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

describe('synthetic sessions', () => {
  it('keep an EVSE as busy as a public one in a street', () => {
    const perEvseAndDay = sessions.length / EVSES / DAYS;
    expect(perEvseAndDay).toBeGreaterThan(1);
    expect(perEvseAndDay).toBeLessThan(2.5);
  });

  it('stay overnight from the evening, at work through the day, and shortly in between', () => {
    for (const { plugInAt, plugOutAt } of ofKind('overnight')) {
      expect(localHour(plugInAt)).toBeGreaterThan(15.5);
      expect(localHour(plugOutAt)).toBeLessThan(10.5);
    }
    for (const { plugInAt } of ofKind('office')) expect(localHour(plugInAt)).toBeLessThan(10.5);
    const hours = (stay: string) =>
      median(ofKind(stay).map((session) => (session.plugOutAt - session.plugInAt) / HOUR_S));
    expect(hours('overnight')).toBeGreaterThan(11);
    expect(hours('office')).toBeGreaterThan(6);
    expect(hours('short')).toBeLessThan(3);
  });

  it('take between a top-up and a full battery at 3.7 to 22 kW', () => {
    const energies = sessions.map((session) => session.energyMilliWh / 1_000_000);
    expect(median(energies)).toBeGreaterThan(5);
    expect(median(energies)).toBeLessThan(15);
    expect(Math.max(...energies)).toBeGreaterThan(40);
    const powers = new Set(sessions.map(({ powerW }) => powerW));
    expect([...powers].toSorted((a, b) => a - b)).toEqual([3_680, 7_360, 11_040, 22_080]);
  });

  it('leave some cars too little time to wait and most of them slack', () => {
    const waiting = sessions.filter(
      ({ plugInAt, plugOutAt, energyMilliWh, powerW }) =>
        plugOutAt - plugInAt - (energyMilliWh * 3.6) / powerW > 2 * HOUR_S,
    );
    expect(waiting.length / sessions.length).toBeGreaterThan(0.4);
    expect(waiting.length / sessions.length).toBeLessThan(0.8);
  });

  it('give a card the same car every day and never two places at once', () => {
    const cars = new Map<number, string>();
    for (const { cardIndex, evseIndex, powerW, batteryMilliWh } of sessions) {
      expect(Math.floor(cardIndex / SYNTHETIC_CARDS_PER_EVSE)).toBe(evseIndex);
      const car = `${powerW} ${batteryMilliWh}`;
      expect(cars.get(cardIndex) ?? car).toBe(car);
      cars.set(cardIndex, car);
    }
  });

  it('come by time of plug-in and differ with the seed', () => {
    const starts = sessions.map(({ plugInAt }) => plugInAt);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    const span = { fromAt: T0, toAt: T0 + DAY_S, evseCount: 2, localOffsetS: () => OFFSET_S };
    expect(syntheticSessions({ seed: 2, ...span })).not.toEqual(
      syntheticSessions({ seed: 1, ...span }),
    );
  });
});
