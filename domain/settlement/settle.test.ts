import { describe, expect, it } from 'vitest';
import type { RegisterReading } from '../charging/readings.ts';
import { MONDAY_AT, pricesOf, PROGRAMME } from './arbitrary.test-support.ts';
import type { LimitInForce, Settled, SettlementFacts } from './facts.ts';
import { settle } from './settle.ts';

/** 3,600 W: 60 Wh a minute, 900 Wh a quarter. */
const CAR_W = 3_600;

type Leg = { minutes: number; powerW: number; showsW?: number };
type Scene = {
  legs: Leg[];
  limits?: LimitInForce[];
  ticks: number[];
  readingMinutes?: number;
};

function minute(n: number): number {
  return MONDAY_AT + n * 60;
}

function hold(fromMinute: number, toMinute: number, limitW = 0): LimitInForce {
  return { fromAt: minute(fromMinute), toAt: minute(toMinute), limitW };
}

/** Readings every `readingMinutes` from `startMinute` over legs of constant power. */
function readingsOf(legs: Leg[], startMinute = 0, readingMinutes = 1): RegisterReading[] {
  let registerMilliWh = 1_000_000;
  const all = [{ n: startMinute, registerMilliWh, powerW: null as number | null }];
  let n = startMinute;
  for (const leg of legs) {
    for (let i = 0; i < leg.minutes; i += 1) {
      n += 1;
      registerMilliWh += (leg.powerW * 1_000) / 60;
      all.push({ n, registerMilliWh, powerW: leg.showsW ?? null });
    }
  }
  return all
    .filter((_, i) => i % readingMinutes === 0 || i === all.length - 1)
    .map(({ n: at, ...rest }) => ({ at: minute(at), receivedAt: minute(at) + 1, ...rest }));
}

function factsOf(scene: Scene): SettlementFacts {
  const minutes = scene.legs.reduce((sum, leg) => sum + leg.minutes, 0);
  const readings = readingsOf(scene.legs, 0, scene.readingMinutes);
  return {
    sessionId: 'stay-1',
    plugInAt: MONDAY_AT,
    plugOutAt: minute(minutes),
    transactions: [{ id: 1, startedAt: MONDAY_AT, stoppedAt: minute(minutes), readings }],
    limits: scene.limits ?? [],
    ratedPowerW: 11_000,
    prices: pricesOf(MONDAY_AT, scene.ticks),
    programme: PROGRAMME,
    salePriceMicroPerKwh: '450000',
    probeSeconds: 300,
  };
}

function settled(facts: SettlementFacts): Settled {
  const result = settle(facts);
  if (result.kind !== 'settled') throw new Error('waiting');
  return result;
}

const draw = (minutes: number, powerW = CAR_W): Leg => ({ minutes, powerW });
const idle = (minutes: number): Leg => ({ minutes, powerW: 0 });
/** EUR 300/MWh in the first hour, EUR 100 after. */
const DEAR_THEN_CHEAP = [...Array<number>(4).fill(30_000), ...Array<number>(120).fill(10_000)];

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

describe('limits above 0 and several transactions', () => {
  it('under a limit that binds, the baseline draws at the last free power', () => {
    // 5 min free at 3.6 kW, then 50 min at 1.8 kW: 1.5 kWh that take 25 min when free.
    const ticks = [...Array<number>(2).fill(30_000), ...Array<number>(20).fill(10_000)];
    const scene = { legs: [draw(5), draw(50, 1_800)], limits: [hold(5, 55, 1_800)], ticks };
    const result = settled(factsOf(scene));
    expect(result.baselineExact).toBe(1_800_000n * 30_000n);
    expect(result.actualExact).toBe(1_050_000n * 30_000n + 750_000n * 10_000n);
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
