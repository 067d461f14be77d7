import type { RegisterReading } from '../charging/readings.ts';
import { MONDAY_AT, pricesOf, PROGRAMME } from './arbitrary.test-support.ts';
import type { LimitInForce, Settled, SettlementFacts } from './facts.ts';
import { settle } from './settle.ts';

/** 3,600 W: 60 Wh a minute, 900 Wh a quarter. */
export const CAR_W = 3_600;

type Leg = { minutes: number; powerW: number; showsW?: number };
type Scene = {
  legs: Leg[];
  limits?: LimitInForce[];
  ticks: number[];
  readingMinutes?: number;
};

export function minute(n: number): number {
  return MONDAY_AT + n * 60;
}

export function hold(fromMinute: number, toMinute: number, limitW = 0): LimitInForce {
  return { fromAt: minute(fromMinute), toAt: minute(toMinute), limitW };
}

/** Readings every `readingMinutes` from `startMinute` over legs of constant power. */
export function readingsOf(legs: Leg[], startMinute = 0, readingMinutes = 1): RegisterReading[] {
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

export function factsOf(scene: Scene): SettlementFacts {
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

export function settled(facts: SettlementFacts): Settled {
  const result = settle(facts);
  if (result.kind !== 'settled') throw new Error('waiting');
  return result;
}

export const draw = (minutes: number, powerW = CAR_W): Leg => ({ minutes, powerW });
export const idle = (minutes: number): Leg => ({ minutes, powerW: 0 });
/** EUR 300/MWh in the first hour, EUR 100 after. */
export const DEAR_THEN_CHEAP = [
  ...Array<number>(4).fill(30_000),
  ...Array<number>(120).fill(10_000),
];
