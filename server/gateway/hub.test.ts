import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bus } from '../bus/bus.ts';
import { realClock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { Hub } from './hub.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('old answers are forgotten at the start and every hour, and a failure does not end that', async () => {
  const asSystem = vi.fn<() => Promise<never>>().mockRejectedValue(new Error('away'));
  const hub = new Hub({
    db: { asSystem } as unknown as Db,
    bus: { subscribe: () => () => undefined } as unknown as Bus,
    clock: realClock,
    log: pino({ level: 'silent' }),
    node: 'n',
    onReady: () => undefined,
  });
  expect(asSystem).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2 * 3_600_000);
  expect(asSystem).toHaveBeenCalledTimes(3);
  await hub.close();
});
