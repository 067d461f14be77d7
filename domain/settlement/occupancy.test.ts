import { describe, expect, it } from 'vitest';
import type { TransactionFacts } from './facts.ts';
import { occupiedSpan } from './occupancy.ts';

const NOON = 1_772_452_800;
const MINUTE = 60;

/**
 * A transaction from minute `from` to `to` of true time, a reading every 10 min, on a clock that is
 * `skewMinutes` ahead; each message arrives after `delayS`, or all of them at `queuedUntil`.
 */
function transaction(args: { from: number; to: number; ahead?: number; queuedUntil?: number }): TransactionFacts {
  const { from, to, ahead = 0, queuedUntil } = args;
  const device = (minute: number) => NOON + (minute + ahead) * MINUTE;
  const minutes = Array.from({ length: Math.floor((to - from) / 10) + 1 }, (_, i) => from + 10 * i);
  return {
    id: 1, startedAt: device(from), stoppedAt: device(to),
    readings: minutes.map((minute) => ({
      at: device(minute), receivedAt: NOON + (queuedUntil ?? minute) * MINUTE + 1, registerMilliWh: minute, powerW: null,
    })),
  };
}

const minutesOf = (facts: TransactionFacts, toleranceS?: number) => {
  const span = occupiedSpan(facts, toleranceS);
  return span === null ? null : [(span.fromAt - NOON) / MINUTE, (span.toAt - NOON) / MINUTE].map(Math.round);
};

describe('the time a stay certainly held its EVSE', () => {
  it('is its time within the minute that clocks may be wrong', () => {
    expect(minutesOf(transaction({ from: 0, to: 60 }))).toEqual([1, 59]);
  });
  it('is the true time where the clock is minutes ahead', () => {
    expect(minutesOf(transaction({ from: 0, to: 60, ahead: 25 }))).toEqual([1, 59]);
  });
  it('is the true time where the clock is minutes behind', () => {
    expect(minutesOf(transaction({ from: 0, to: 60, ahead: -25 }))).toEqual([1, 59]);
  });
  it('is the station’s time where everything waited in a queue: a delay is no skew', () => {
    expect(minutesOf(transaction({ from: 0, to: 60, queuedUntil: 240 }))).toEqual([1, 59]);
  });
  it('of neighbours does not overlap when the clock was set between them, either way', () => {
    for (const ahead of [-40, -10, 10, 40]) {
      const before = minutesOf(transaction({ from: 0, to: 60, ahead }));
      const after = minutesOf(transaction({ from: 61, to: 120 }));
      expect(before?.[1]).toBeLessThan(after?.[0] ?? 0);
      const first = minutesOf(transaction({ from: 0, to: 60 }));
      const second = minutesOf(transaction({ from: 61, to: 120, ahead }));
      expect(first?.[1]).toBeLessThan(second?.[0] ?? 0);
    }
  });
  it('is none where the stay is shorter than the doubt', () => {
    expect(minutesOf(transaction({ from: 0, to: 2 }))).toBeNull();
    expect(minutesOf(transaction({ from: 0, to: 90 }), 3_060)).toBeNull();
  });
});
