import { describe, expect, it } from 'vitest';
import type { SettlementFacts } from './facts.ts';
import {
  DEAR_THEN_CHEAP,
  draw,
  factsOf,
  hold,
  idle,
  minute,
  readingsOf,
  settled,
} from './scene.test-support.ts';

describe('when credit ends', () => {
  const late = [...Array<number>(16).fill(30_000), ...Array<number>(120).fill(10_000)];

  it('no draw within 5 min of a release keeps what was earned and earns no more', () => {
    const legs = [draw(5), idle(55), draw(25), idle(95), idle(10), idle(60), draw(20)];
    const limits = [hold(5, 60), hold(85, 180), hold(190, 250)];
    const result = settled(factsOf({ legs, limits, ticks: DEAR_THEN_CHEAP }));
    expect(result.creditEndedAt).toBe(minute(185));
    expect(result.creditEndReason).toBe('NO_DRAW_AFTER_RELEASE');
    expect(result.savingExact).toBe(30_000_000_000n);
    expect(result.pauses).toEqual([{ fromAt: minute(5), toAt: minute(60) }]);
  });

  it('a draw in the fifth minute after a release is in time', () => {
    const legs = [draw(5), idle(235), idle(4), draw(25)];
    const result = settled(factsOf({ legs, limits: [hold(5, 240)], ticks: late }));
    expect(result.creditEndedAt).toBeNull();
    expect(result.savingExact).toBeGreaterThan(0n);
    const slow = [draw(5), idle(235), idle(5), draw(25)];
    const ended = settled(factsOf({ legs: slow, limits: [hold(5, 240)], ticks: late }));
    expect(ended.creditEndReason).toBe('NO_DRAW_AFTER_RELEASE');
    expect(ended.savingExact).toBe(0n);
  });

  it('a release that Valley takes back within 5 min shows nothing', () => {
    const legs = [draw(5), idle(115), idle(2), idle(118), draw(25)];
    const limits = [hold(5, 120), hold(122, 240)];
    const result = settled(factsOf({ legs, limits, ticks: late }));
    expect(result.creditEndedAt).toBeNull();
    expect(result.pauses.length).toBe(2);
  });

  it('a car that does not draw in the probe earns nothing later', () => {
    const legs = [idle(6), idle(234), draw(25)];
    const result = settled(factsOf({ legs, limits: [hold(6, 240)], ticks: late }));
    expect(result.creditEndReason).toBe('NO_DRAW_AT_PLUG_IN');
    expect(result.creditEndedAt).toBe(minute(5));
    expect(result.savingExact).toBe(0n);
  });

  it('15 min of own waiting in all end it, however they are cut', () => {
    const nap = [draw(5), idle(7)];
    const legs = [...nap, ...nap, draw(5), idle(205), draw(25)];
    const earning = settled(factsOf({ legs, limits: [hold(29, 234)], ticks: late }));
    expect(earning.creditEndedAt).toBeNull();
    const more = [...nap, ...nap, ...nap, draw(5), idle(193), draw(25)];
    const ended = settled(factsOf({ legs: more, limits: [hold(41, 234)], ticks: late }));
    expect(ended.creditEndReason).toBe('OWN_WAITING');
    expect(ended.creditEndedAt).toBe(minute(30));
    expect(ended.savingExact).toBe(0n);
  });

  it('a reading longer than 15 min with energy ends it, an empty one does not', () => {
    const scene = { legs: [draw(5), idle(235), draw(25)], limits: [hold(5, 240)], ticks: late };
    const facts = factsOf(scene);
    const without = (from: number, to: number): SettlementFacts => ({
      ...facts,
      transactions: facts.transactions.map((t) => ({
        ...t,
        readings: t.readings.filter((r) => r.at <= minute(from) || r.at >= minute(to)),
      })),
    });
    expect(settled(without(10, 200)).savingExact).toBe(settled(facts).savingExact);
    const blind = settled(without(241, 258));
    expect(blind.creditEndReason).toBe('LONG_READING');
    expect(blind.creditEndedAt).toBe(minute(241));
  });

  it('24 h come before a release that would end it later', () => {
    const day = 24 * 60;
    const legs = [draw(5), idle(day + 55), draw(30)];
    const ticks = [...Array<number>(90).fill(30_000), ...Array<number>(20).fill(10_000)];
    // One reading from minute 1,430 to 1,443 holds the release, the day's end and the 5 min.
    const limits = [hold(5, day - 2)];
    const result = settled(factsOf({ legs, limits, ticks, readingMinutes: 13 }));
    expect(result.creditEndedAt).toBe(minute(day));
    expect(result.creditEndReason).toBe('DAY_PASSED');
  });

  it('24 h after plug-in nothing earns any more', () => {
    const day = 24 * 60;
    const legs = [draw(5), idle(day - 15), draw(30)];
    const ticks = [...Array<number>(90).fill(30_000), ...Array<number>(20).fill(10_000)];
    const result = settled(factsOf({ legs, limits: [hold(5, day - 10)], ticks }));
    expect(result.creditEndReason).toBe('DAY_PASSED');
    expect(result.creditEndedAt).toBe(minute(day));
    // 10 of the 30 min were drawn before the day was over.
    expect(result.savingExact).toBe(600_000n * 20_000n);
  });

  it('transactions that overlap end it where they do', () => {
    const facts = factsOf({
      legs: [draw(5), idle(55), draw(25)],
      limits: [hold(5, 60)],
      ticks: DEAR_THEN_CHEAP,
    });
    const readings = readingsOf([draw(10)], 50);
    const other = { id: 2, startedAt: minute(50), stoppedAt: minute(60), readings };
    const result = settled({ ...facts, transactions: [...facts.transactions, other] });
    expect(result.creditEndReason).toBe('OVERLAPPING_TRANSACTIONS');
    expect(result.energyMilliWh).toBe(1_800_000 + 600_000);
    expect(result.savingExact).toBe(0n);
  });
});
