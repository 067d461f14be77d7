import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { untilRevoked } from './stream-guard.ts';

type Listener = (ids: readonly string[] | null) => void;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A stream that says one thing and then waits for good, under a guard that asks `maySee`. */
function guarded(maySee: () => Promise<boolean>) {
  const listeners = new Set<Listener>();
  const bus: Bus = {
    subscribe: (_topic, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  async function* source() {
    yield 'here';
    await new Promise(() => undefined);
  }
  const tell: Listener = (ids) => {
    for (const listener of listeners) listener(ids);
  };
  return { stream: untilRevoked({ source: source(), bus, sid: 'mine', maySee }), tell, listeners };
}

const end = { done: true, value: undefined };

describe('a guarded stream', () => {
  it('says nothing to whom the right was taken before it listened', async () => {
    const { stream, listeners } = guarded(() => Promise.resolve(false));
    expect(await stream.next()).toEqual(end);
    expect([listeners.size, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('asks after it listens, so that no removal falls between the two', async () => {
    const seen: number[] = [];
    const { stream, listeners } = guarded(() => {
      seen.push(listeners.size);
      return Promise.resolve(true);
    });
    expect(await stream.next()).toEqual({ done: false, value: 'here' });
    expect(seen).toEqual([1]);
  });

  it('ends by itself when the sign-in expires', async () => {
    let may = true;
    const { stream } = guarded(() => Promise.resolve(may));
    await stream.next();
    const last = stream.next();
    may = false;
    await vi.advanceTimersByTimeAsync(66_001);
    expect(await last).toEqual(end);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails as our fault where the sign-in cannot be looked up, so that the client comes back', async () => {
    const answers = [() => Promise.resolve(true), () => Promise.reject(new Error('no database'))];
    const { stream, tell } = guarded(() => answers.shift()?.() ?? Promise.resolve(true));
    await stream.next();
    const last = stream.next();
    tell(['mine']);
    await expect(last).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  it('looks again soon after a lost bus, but not at once with all others', async () => {
    const maySee = vi.fn<() => Promise<boolean>>(() => Promise.resolve(true));
    const { stream, tell } = guarded(maySee);
    await stream.next();
    tell(['another']);
    tell(null);
    expect(maySee).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_001);
    expect(maySee).toHaveBeenCalledTimes(2);
    await stream.return();
  });
});
