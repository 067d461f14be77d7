import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import type { SettlementFacts } from '#domain/settlement/facts.ts';
import { createOptimizer } from './optimizer.ts';

const silent = pino({ level: 'silent' });
const THREAD = new URL('./optimizer-thread.fixture.ts', import.meta.url);
const optimizer = createOptimizer(silent, { thread: THREAD, timeoutMs: 5_000 });
afterAll(() => optimizer.close());

const stays = (count: number) => Array.from({ length: count }, () => ({}) as SettlementFacts);
const settle = (count: number, one = optimizer) => one.run((api) => api.settleAll(stays(count)));

test('a thread answers, and what it throws comes back by name while it lives on', async () => {
  expect(await settle(0)).toEqual([]);
  await expect(settle(3)).rejects.toMatchObject({ name: 'RangeError', message: 'three is too many' });
  expect(await settle(0)).toEqual([]);
});

test('a thread is told nothing of the environment, where the database stands', async () => {
  await expect(settle(4)).rejects.toThrow(/^knows nothing$/);
});

test('a thread that dies fails its call at once, and the next call gets another thread', async () => {
  await expect(settle(1)).rejects.toThrow('exited with 7');
  expect(await settle(0)).toEqual([]);
});

test('a thread that hangs is ended after its time, and the next call gets another thread', async () => {
  const impatient = createOptimizer(silent, { thread: THREAD, timeoutMs: 300 });
  await expect(settle(2, impatient)).rejects.toThrow('no answer in 300 ms');
  await impatient.close();
  await expect(Promise.all([settle(1), settle(1)])).rejects.toThrow('exited');
  expect(await settle(0)).toEqual([]);
});

test('a module that does not start fails the call', async () => {
  const broken = createOptimizer(silent, { thread: new URL('data:text/javascript,throw new Error("no start")') });
  await expect(settle(0, broken)).rejects.toThrow('no start');
  await broken.close();
});
