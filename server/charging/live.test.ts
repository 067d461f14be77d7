import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { StayView } from '#domain/charging/stay-view.ts';
import type { Bus, Topic } from '../bus/bus.ts';
import { createLive } from './live.ts';
import type { Viewing } from './live.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A street of stays, each of one driver, without a database. */
function street() {
  const listeners = new Map<Topic, ((ids: readonly string[] | null) => void)[]>();
  const bus: Bus = {
    subscribe(topic, listener) {
      listeners.set(topic, [...(listeners.get(topic) ?? []), listener]);
      return () => undefined;
    },
    close: () => Promise.resolve(),
  };
  const driverByStay = new Map<string, string>();
  const questions: (readonly string[])[] = [];
  const readings: (readonly Viewing[])[] = [];
  const live = createLive({
    bus,
    read(wanted) {
      readings.push(wanted);
      const stayOf = ({ sessionId, driverId }: Viewing) =>
        sessionId ?? [...driverByStay].findLast(([, driver]) => driver === driverId)?.[0];
      return Promise.resolve(
        wanted.map((one) => {
          const sessionId = stayOf(one);
          return sessionId === undefined || driverByStay.get(sessionId) !== one.driverId
            ? null
            : ({ sessionId } as StayView);
        }),
      );
    },
    driversOf(ids) {
      questions.push(ids);
      return Promise.resolve([...new Set(ids.flatMap((id) => driverByStay.get(id) ?? []))]);
    },
  });
  /** A page that takes each picture as it comes. */
  const open = (driverId: string, sessionId: string | null = null) => {
    const left = new AbortController();
    const shown: (string | null)[] = [];
    const page = { shown, leave: () => { left.abort(); }, hasEnded: false };
    const take = async () => {
      const views = live.follow({ tenantId: 1, driverId, sessionId }, left.signal);
      for await (const view of views) shown.push(view?.sessionId ?? null);
      page.hasEnded = true;
    };
    void take();
    return page;
  };
  const tell = (topic: Topic, ids: readonly string[] | null) => {
    for (const listener of listeners.get(topic) ?? []) listener(ids);
  };
  return { open, tell, driverByStay, questions, readings, listeners };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('open pages', () => {
  test('ask once a second, all together, whether a changed stay is one of theirs', async () => {
    const { open, tell, driverByStay, questions, listeners } = street();
    const pages = Array.from({ length: 100 }, (_, index) => open(`driver ${index}`));
    await pass(500);
    for (let tenth = 0; tenth < 20; tenth += 1) {
      tell('session', Array.from({ length: 50 }, (_, index) => `stranger ${tenth * 50 + index}`));
      await pass(100);
    }
    expect(questions.length).toBeLessThanOrEqual(2);
    expect([...listeners.values()].flat().length).toBe(3);
    driverByStay.set('new', 'driver 7');
    tell('session', ['new']);
    await pass(1_200);
    expect(pages.filter(({ shown }) => shown.includes('new')).length).toBe(1);
    expect(pages[7]?.shown).toEqual([null, 'new']);
  });

  test('ask about nobody where everybody who follows shows it already', async () => {
    const { open, tell, driverByStay, questions } = street();
    driverByStay.set('own', 'a').set('old', 'b');
    open('a');
    open('b', 'old');
    await pass(100);
    tell('session', ['own']);
    await pass(2_000);
    expect(questions).toEqual([]);
    tell('session', ['old']);
    await pass(2_000);
    expect(questions).toEqual([['old']]);
  });

  test('are read together when all have changed, and come back to each of them', async () => {
    const { open, tell, driverByStay, readings } = street();
    const stays = Array.from({ length: 96 }, (_, index) => `stay ${index}`);
    for (const id of stays) driverByStay.set(id, `driver of ${id}`);
    const pages = stays.map((id) => open(`driver of ${id}`, id));
    await pass(100);
    const before = readings.length;
    tell('clock', null);
    await pass(1_000);
    expect(pages.every(({ shown }) => shown.length === 2)).toBe(true);
    expect(readings.length - before).toBeLessThanOrEqual(6);
  });

  test('get no picture twice for changes that came before it was read', async () => {
    const { open, tell, driverByStay } = street();
    driverByStay.set('own', 'a');
    const page = open('a', 'own');
    await pass(100);
    for (const topic of ['session', 'session', 'view'] as const) tell(topic, ['own']);
    await pass(5_000);
    expect(page.shown).toEqual(['own', 'own']);
  });

  test('get four pictures in a second at most, the first four at once', async () => {
    const { open, tell, driverByStay } = street();
    driverByStay.set('own', 'a');
    const page = open('a');
    for (let index = 0; index < 100; index += 1) {
      await pass(30);
      tell('view', ['own']);
    }
    expect(page.shown.length).toBeGreaterThan(8);
    expect(page.shown.length).toBeLessThanOrEqual(16);
  });

  test('are told at least every half minute that they are not stale', async () => {
    const { open, driverByStay } = street();
    driverByStay.set('own', 'a');
    const page = open('a');
    await pass(61_000);
    expect(page.shown.length).toBe(3);
  });

  test('end with the one who looks, and where there is no such stay of theirs', async () => {
    const { open, driverByStay, readings } = street();
    driverByStay.set('own', 'a');
    const [left, foreign] = [open('a'), open('b', 'own')];
    await pass(100);
    expect([foreign.hasEnded, foreign.shown]).toEqual([true, []]);
    left.leave();
    await pass(0);
    expect(left.hasEnded).toBe(true);
    const before = readings.length;
    await pass(120_000);
    expect(readings.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});
