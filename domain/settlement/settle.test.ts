import { describe, expect, it } from 'vitest';
import { MONDAY_AT, pricesOf } from './arbitrary.test-support.ts';
import type { SettlementFacts } from './facts.ts';
import {
  CAR_W,
  DEAR_THEN_CHEAP,
  draw,
  factsOf,
  hold,
  idle,
  minute,
  readingsOf,
  settled,
} from './scene.test-support.ts';
import { settle } from './settle.ts';

describe('settling a stay by hand', () => {
  it('a pause from minute 5 to 60 moves 25 minutes of charging from EUR 300 to EUR 100', () => {
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const result = settled(factsOf({ ...scene, ticks: DEAR_THEN_CHEAP }));
    // 5 min at 300 either way; 25 min × 60 Wh = 1.5 kWh at 300 instead of 100: EUR 0.30.
    expect(result.energyMilliWh).toBe(1_800_000);
    expect(result.baselineExact).toBe(1_800_000n * 30_000n);
    expect(result.actualExact).toBe(300_000n * 30_000n + 1_500_000n * 10_000n);
    expect(result.savingExact).toBe(30_000_000_000n);
    expect(result.potMicro).toBe(240_000n);
    expect(result.parts.driverMicro).toBe(144_000n);
    expect(result.belowMinimum).toBe(true);
    expect(result.pauses).toEqual([{ fromAt: minute(5), toAt: minute(60) }]);
    expect(result.steeredSeconds).toBe(3_300);
    expect(result.creditEndedAt).toBeNull();
    expect(result.quarters).toEqual([
      quarter(0, 300_000, 900_000, 30_000),
      quarter(15, 0, 900_000, 30_000),
      quarter(60, 900_000, 0, 10_000),
      quarter(75, 600_000, 0, 10_000),
    ]);
  });

  it('a pause into dearer hours leaves a negative saving and an empty pot', () => {
    const ticks = DEAR_THEN_CHEAP.map((price) => 40_000 - price);
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)], ticks };
    expect(settled(factsOf(scene)).savingExact).toBe(-30_000_000_000n);
    expect(settled(factsOf(scene)).potMicro).toBe(0n);
  });

  it('waits for a price that is not published, never takes it for 0 or an expected one', () => {
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP });
    const gap = facts.prices.filter((price) => price.startAt !== minute(60));
    const missing = { kind: 'waiting', reason: 'PRICE_UNKNOWN', missingAt: [minute(60)] };
    expect(settle({ ...facts, prices: gap })).toEqual(missing);
    const expected = facts.prices.map((price) =>
      price.startAt === minute(60) ? { ...price, kind: 'expected' as const } : price,
    );
    expect(settle({ ...facts, prices: expected })).toEqual(missing);
  });

  it('a fixed contract is settled without prices: all energy, nothing saved, and it says why', () => {
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP });
    const programme = { ...facts.programme, shareBp: 0 };
    const fixed = settled({ ...facts, programme, contract: 'FIXED', prices: [] });
    expect(fixed).toMatchObject({ neutral: 'FIXED_CONTRACT', energyMilliWh: 1_800_000, potMicro: 0n });
    expect([fixed.baselineExact, fixed.actualExact, fixed.savingExact]).toEqual([0n, 0n, 0n]);
    expect(fixed.quarters.map(({ energyMilliWh, priceTicks }) => [energyMilliWh, priceTicks])).toEqual([
      [300_000, null],
      [0, null],
      [900_000, null],
      [600_000, null],
    ]);
    // Prices that come later change nothing.
    expect(settled({ ...facts, programme, contract: 'FIXED' })).toEqual(fixed);
  });

  it('a programme that shares nothing waits for no price, and tells the saving where it is known', () => {
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP });
    const programme = { ...facts.programme, shareBp: 0 };
    const unpriced = settled({ ...facts, programme, prices: [] });
    expect(unpriced).toMatchObject({ neutral: 'NO_SHARE', savingExact: 0n, potMicro: 0n });
    const priced = settled({ ...facts, programme });
    expect(priced).toMatchObject({ savingExact: 30_000_000_000n, potMicro: 0n });
    expect(priced.neutral).toBeUndefined();
  });

  it('needs no price for quarters without energy', () => {
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP });
    const prices = facts.prices.filter((price) => price.startAt !== minute(30));
    expect(settle({ ...facts, prices })).toEqual(settle(facts));
  });

  it("counts an hour's price in each of its quarters", () => {
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP });
    const hourly = [30_000, 10_000].map((priceTicks, i) => ({
      startAt: minute(60 * i),
      seconds: 3_600,
      priceTicks,
      kind: 'published' as const,
    }));
    expect(settle({ ...facts, prices: hourly })).toEqual(settle(facts));
  });

  it('refuses two different prices for one quarter', () => {
    const facts = factsOf({ legs: [draw(5)], ticks: DEAR_THEN_CHEAP });
    const twice = [...facts.prices, ...pricesOf(MONDAY_AT, [1])];
    expect(() => settle({ ...facts, prices: twice })).toThrow(/2026-03-02T00:00:00Z/);
  });

  it('a plug-out centuries away costs no memory and no price', () => {
    const facts = factsOf({ legs: [draw(5)], ticks: DEAR_THEN_CHEAP });
    const result = settled({ ...facts, plugOutAt: 253_402_300_799 });
    expect(result.quarters).toEqual([quarter(0, 300_000, 300_000, 30_000)]);
  });

  it('a stay without readings settles to nothing', () => {
    const facts = factsOf({ legs: [], ticks: [] });
    const result = settled({ ...facts, plugOutAt: minute(600), transactions: [] });
    expect([result.energyMilliWh, result.savingExact, result.potMicro]).toEqual([0, 0n, 0n]);
    expect(result.quarters).toEqual([]);
  });
});

function quarter(n: number, energyMilliWh: number, baselineEnergyMilliWh: number, ticks: number) {
  return { startAt: minute(n), energyMilliWh, baselineEnergyMilliWh, priceTicks: ticks };
}

describe('what counts as held', () => {
  it('the energy of a reading that is partly held belongs to its free part', () => {
    // Readings every 10 min; held from 5 to 60: the first reading's 300 Wh were drawn in 0–5.
    const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
    const fine = settled(factsOf({ ...scene, ticks: DEAR_THEN_CHEAP }));
    const coarse = settled(factsOf({ ...scene, ticks: DEAR_THEN_CHEAP, readingMinutes: 10 }));
    expect(coarse.savingExact).toBe(fine.savingExact);
    expect(coarse.pauses).toEqual(fine.pauses);
  });

  it('what the free part cannot have drawn at rated power was drawn while held', () => {
    // Readings every 10 min; of the first one's 600 Wh the free 5 min carry 300 Wh at 3.6 kW.
    const scene = { legs: [draw(10), idle(50), draw(25)], limits: [hold(5, 60)] };
    const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP, readingMinutes: 10 });
    const pauseOf = (ratedPowerW: number) => settled({ ...facts, ratedPowerW }).pauses[0];
    expect(pauseOf(11_000)).toEqual({ fromAt: minute(5), toAt: minute(60) });
    expect(pauseOf(CAR_W)).toEqual({ fromAt: minute(10), toAt: minute(60) });
  });

  it('a car that ignores the hold is not held', () => {
    const scene = { legs: [draw(90)], limits: [hold(5, 60)], ticks: DEAR_THEN_CHEAP };
    const result = settled(factsOf(scene));
    expect(result.savingExact).toBe(0n);
    expect(result.steeredSeconds).toBe(0);
  });

  it('power shown by the meter keeps a coarse register from looking held', () => {
    const quiet = { minutes: 55, powerW: 0 };
    const legs = (showsW: number) => [draw(5), { ...quiet, showsW }, draw(25)];
    const scene = { limits: [hold(5, 60)], ticks: DEAR_THEN_CHEAP };
    expect(settled(factsOf({ ...scene, legs: legs(299) })).steeredSeconds).toBe(3_300);
    expect(settled(factsOf({ ...scene, legs: legs(300) })).steeredSeconds).toBe(0);
  });

  it('a trickle below 300 W inside a pause costs what it cost', () => {
    const scene = { legs: [draw(5), draw(55, 240), draw(25)], limits: [hold(5, 60)] };
    const result = settled(factsOf({ ...scene, ticks: DEAR_THEN_CHEAP }));
    expect(result.energyMilliWh).toBe(1_800_000 + 220_000);
    expect(result.savingExact).toBe(30_000_000_000n);
  });

  it('pauses after the last drawn energy put nothing off', () => {
    const scene = { legs: [draw(5), idle(55), draw(25), idle(60)], ticks: DEAR_THEN_CHEAP };
    const result = settled(factsOf({ ...scene, limits: [hold(5, 60), hold(90, 145)] }));
    expect(result.pauses).toEqual([{ fromAt: minute(5), toAt: minute(60) }]);
    expect(result.savingExact).toBe(30_000_000_000n);
  });
});

describe('whose clock is right', () => {
  const scene = { legs: [draw(5), idle(55), draw(25)], limits: [hold(5, 60)] };
  const facts = factsOf({ ...scene, ticks: DEAR_THEN_CHEAP });

  function withDelay(fromMinute: number, seconds: number): SettlementFacts {
    const transactions = facts.transactions.map((t) => ({
      ...t,
      readings: t.readings.map((r) =>
        r.at >= minute(fromMinute) ? { ...r, receivedAt: r.at + seconds } : r,
      ),
    }));
    return { ...facts, transactions };
  }

  it('a queue at the end is settled once another message shows that the clock was right', () => {
    const offline = withDelay(70, 7_200);
    expect(settled(offline).energyMilliWh).toBe(300_000 + 9 * 60_000);
    expect(settled(offline).flags.length).toBe(16);
    const vouched = { ...offline, clockAnchorsAt: [minute(200)] };
    expect(settled(vouched)).toEqual(settled(facts));
  });

  it('a prompt reading of a later transaction of the stay vouches as well', () => {
    const offline = withDelay(70, 7_200);
    const readings = readingsOf([idle(5)], 90);
    const next = { id: 2, startedAt: minute(90), stoppedAt: minute(95), readings };
    const both = { ...offline, transactions: [...offline.transactions, next] };
    expect(settled(both).flags).toEqual([]);
  });

  it('arrival on an accelerated clock has a wider tolerance', () => {
    const slow = withDelay(0, 90);
    expect(settled(slow).energyMilliWh).toBe(0);
    expect(settled({ ...slow, clockToleranceS: 120 })).toEqual(settled(facts));
  });
});

describe('limits above 0 and several transactions', () => {
  it('under a limit that binds, the baseline draws at the last free power', () => {
    // 5 min free at 3.6 kW, then 50 min at 1.8 kW: 1.5 kWh that take 25 min when free.
    const ticks = [...Array<number>(2).fill(30_000), ...Array<number>(20).fill(10_000)];
    const scene = { legs: [draw(5), draw(50, 1_800)], limits: [hold(5, 55, 1_800)], ticks };
    const result = settled(factsOf(scene));
    expect(result.baselineExact).toBe(1_800_000n * 30_000n);
    expect(result.actualExact).toBe(1_050_000n * 30_000n + 750_000n * 10_000n);
  });

  it('a sliver of a reading does not tell the free power', () => {
    // Readings every 5 min; 24 Wh (288 W) fall into the 30 s before the limit.
    const ticks = [...Array<number>(2).fill(30_000), ...Array<number>(20).fill(10_000)];
    const legs = [draw(10), idle(5), draw(50, 1_800)];
    const limits = [
      { fromAt: minute(10), toAt: minute(15) - 30, limitW: 0 },
      { fromAt: minute(15), toAt: minute(65), limitW: 1_800 },
    ];
    const facts = factsOf({ legs, limits, ticks, readingMinutes: 5 });
    const nudged = facts.transactions.map((t) => ({
      ...t,
      readings: t.readings.map((r) =>
        r.at >= minute(15) ? { ...r, registerMilliWh: r.registerMilliWh + 24_000 } : r,
      ),
    }));
    const { baselineExact } = settled({ ...facts, transactions: nudged });
    // The 1.5 kWh under the limit take 25 min at 3.6 kW, not 31 at the sliver's 2.88 kW.
    const afterTen = 30_000n * (600_000n + 24_000n);
    const inDearHalf = (1_500_000n * (30n * 60n - 630n)) / 1_500n;
    expect(baselineExact).toBe(
      afterTen + inDearHalf * 30_000n + (1_500_000n - inDearHalf) * 10_000n,
    );
  });

  it("under a limit that does not bind, the car's own pace counts", () => {
    const ticks = [...Array<number>(2).fill(30_000), ...Array<number>(20).fill(10_000)];
    const scene = { legs: [draw(5), draw(50, 1_200)], limits: [hold(5, 55, 1_800)], ticks };
    expect(settled(factsOf(scene)).savingExact).toBe(0n);
  });

  it('time between two transactions of a stay is own waiting, its hold is not a pause', () => {
    const first = readingsOf([draw(5), idle(15)]);
    const second = readingsOf([idle(30), draw(25)], 30);
    const facts = factsOf({ legs: [], limits: [hold(5, 60)], ticks: DEAR_THEN_CHEAP });
    const result = settled({
      ...facts,
      plugOutAt: minute(85),
      transactions: [
        { id: 2, startedAt: minute(30), stoppedAt: minute(85), readings: second },
        { id: 1, startedAt: minute(0), stoppedAt: minute(20), readings: first },
      ],
    });
    expect(result.pauses).toEqual([
      { fromAt: minute(5), toAt: minute(20) },
      { fromAt: minute(30), toAt: minute(60) },
    ]);
    expect(result.steeredSeconds).toBe(45 * 60);
  });

  it('a clock of the device ahead of plug-in moves the start of the stay, not the saving', () => {
    const facts = factsOf({ legs: [draw(30)], ticks: DEAR_THEN_CHEAP });
    expect(settled({ ...facts, plugInAt: minute(0) + 20 }).savingExact).toBe(0n);
  });
});
