import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import type { Bus } from './bus/bus.ts';
import { connectClock } from './clock.ts';
import type { Db } from './db/client.ts';

const SIM = Date.UTC(2030, 0, 1);

/** A database whose clock row can be set and whose reading can fail, and a bus that tells of it. */
function world() {
  const state = { speed: 1, isAway: false, tell: (): void => undefined };
  const findUnique = async () => {
    if (state.isAway) throw new Error('away');
    return { realAnchor: new Date(0), simAnchor: new Date(SIM), speed: state.speed, topSpeed: 60 };
  };
  const db = { open: { clock: { findUnique } } } as unknown as Db;
  const bus: Bus = {
    subscribe: (_topic, listener) => {
      state.tell = () => {
        listener([]);
      };
      return () => undefined;
    },
    close: async () => undefined,
  };
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  return { state, lines, connect: () => connectClock(db, bus, log) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock', () => {
  it('follows a row that was set anew, also where it cannot be read at first, and says so', async () => {
    const { state, lines, connect } = world();
    const clock = await connect();
    state.speed = 60;
    state.isAway = true;
    state.tell();
    await vi.advanceTimersByTimeAsync(2_500);
    expect(clock.speed()).toBe(1);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines[0]).toContain('cannot be read');
    state.isAway = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(clock.speed()).toBe(60);
    const said = lines.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(lines.length).toBe(said);
  });
});
