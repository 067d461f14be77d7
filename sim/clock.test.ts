import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClock, skewedClock } from './clock.ts';

const SIM = Date.parse('2025-12-30T00:00:00Z');

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(1_000_000);
});
afterEach(() => vi.useRealTimers());

const anchored = (speed: number) =>
  createClock({ anchors: { realAnchorMs: 1_000_000, simAnchorMs: SIM, speed } });

test('Simulated time runs at its speed and wakes at the exact instant', () => {
  const clock = anchored(600);
  const woken: number[] = [];
  clock.schedule(SIM + 60_000, () => woken.push(clock.now()));
  vi.advanceTimersByTime(99);
  expect(woken).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(woken).toEqual([SIM + 60_000]);
});

test('A wait of months does not overflow the timer', () => {
  const clock = anchored(1);
  let woken = false;
  const days = 90 * 86_400_000;
  clock.schedule(SIM + days, () => (woken = true));
  vi.advanceTimersByTime(days - 1);
  expect(woken).toBe(false);
  vi.advanceTimersByTime(1);
  expect(woken).toBe(true);
});

test('A jump re-arms what waits, and a cancelled wait never fires', () => {
  const clock = anchored(60);
  const woken: string[] = [];
  clock.schedule(SIM + 86_400_000, () => woken.push('kept'));
  clock.schedule(SIM + 86_400_000, () => woken.push('cancelled')).cancel();
  clock.jump(SIM + 86_400_000);
  vi.advanceTimersByTime(1);
  expect(woken).toEqual(['kept']);
});

test('A clock without anchors learns its time and ignores small differences', () => {
  const clock = createClock({ speed: 60 });
  clock.learn(SIM);
  expect(clock.now()).toBe(SIM);
  vi.advanceTimersByTime(1_000);
  clock.learn(SIM + 55_000);
  expect(clock.now()).toBe(SIM + 60_000);
  clock.learn(SIM + 7_200_000);
  expect(clock.now()).toBe(SIM + 7_200_000);
});

test('A held clock stands still until it has learned its time', () => {
  const clock = createClock({ speed: 60, heldAtMs: SIM });
  let woken = false;
  clock.schedule(SIM + 1, () => (woken = true));
  vi.advanceTimersByTime(60_000);
  expect([clock.now(), woken]).toEqual([SIM, false]);
  clock.learn(SIM + 500);
  vi.advanceTimersByTime(1);
  expect([clock.now(), woken]).toEqual([SIM + 560, true]);
});

test('A skewed clock is wrong by its skew and still wakes at the true instant', () => {
  const base = anchored(1);
  const skewed = skewedClock(base, 90_000);
  let at = 0;
  skewed.schedule(SIM + 90_000 + 5_000, () => (at = base.now()));
  vi.advanceTimersByTime(5_000);
  expect(skewed.now() - base.now()).toBe(90_000);
  expect(at).toBe(SIM + 5_000);
});
