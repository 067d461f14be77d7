import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPump, type Pump } from './pump.ts';

const log = pino({ level: 'silent' });
const pumps: Pump[] = [];
beforeEach(() => { vi.useFakeTimers(); });
afterEach(async () => {
  await Promise.all(pumps.splice(0).map((pump) => pump.close()));
  vi.useRealTimers();
});

function pumpOf(args: { poll?: () => string[]; work: (ids: readonly string[]) => Promise<void>; batch?: number }): Pump {
  const pump = createPump({
    name: 'test', log, batch: args.batch ?? 4, pollMs: 5_000, poll: () => Promise.resolve(args.poll?.() ?? []), work: args.work,
  });
  pumps.push(pump);
  return pump;
}

test('works through what comes in batches, each id once', async () => {
  const batches: string[][] = [];
  const pump = pumpOf({ work: (ids) => { batches.push([...ids]); return Promise.resolve(); } });
  pump.add(['a', 'b', 'c', 'd', 'e', 'a']);
  await vi.advanceTimersByTimeAsync(0);
  expect(batches).toEqual([['a', 'b', 'c', 'd'], ['e']]);
});

test('finds by itself what nobody said', async () => {
  const seen: string[] = [];
  pumpOf({ poll: () => (seen.length === 0 ? ['quiet'] : []), work: (ids) => { seen.push(...ids); return Promise.resolve(); } }).add([]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(seen).toEqual(['quiet']);
});

test('words that keep coming do not put off the look for what nobody said', async () => {
  const seen: string[] = [];
  const pump = pumpOf({ poll: () => ['quiet'], work: (ids) => { seen.push(...ids); return Promise.resolve(); } });
  for (let second = 0; second < 6; second += 1) {
    pump.add([`word ${second}`]);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(seen).toContain('quiet');
});

test('one id that always fails holds up no other', async () => {
  const done: string[] = [];
  let failures = 0;
  const pump = pumpOf({ work: (ids) => {
    if (ids.includes('bad')) {
      failures += 1;
      return Promise.reject(new Error('bad'));
    }
    done.push(...ids);
    return Promise.resolve();
  }, poll: () => ['bad'] });
  pump.add(['a', 'bad', 'b', 'c', 'd', 'e']);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(done.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  const tried = failures;
  await vi.advanceTimersByTimeAsync(60_000);
  // Set aside for a poll's time, then tried again.
  expect(failures - tried).toBeGreaterThanOrEqual(5);
  expect(failures - tried).toBeLessThanOrEqual(13);
});

test('what fails for a moment is tried again and done', async () => {
  const done: string[] = [];
  let isDown = true;
  const pump = pumpOf({ work: (ids) => {
    if (isDown) return Promise.reject(new Error('database gone'));
    done.push(...ids);
    return Promise.resolve();
  } });
  pump.add(['a', 'b', 'c']);
  await vi.advanceTimersByTimeAsync(400);
  isDown = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(done.sort()).toEqual(['a', 'b', 'c']);
});

test('a poll that fails is made again', async () => {
  let polls = 0;
  const seen: string[] = [];
  const pump = pumpOf({ poll: () => {
    polls += 1;
    if (polls === 1) throw new Error('database gone');
    return seen.length === 0 ? ['found'] : [];
  }, work: (ids) => { seen.push(...ids); return Promise.resolve(); } });
  pump.add(null);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(seen).toEqual(['found']);
});

test('closing waits for the batch that runs and starts no other', async () => {
  const done: string[] = [];
  const pump = pumpOf({ batch: 1, work: async (ids) => {
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    done.push(...ids);
  } });
  pump.add(['a', 'b']);
  const closed = pump.close();
  await vi.advanceTimersByTimeAsync(100);
  await closed;
  expect(done).toEqual(['a']);
});
