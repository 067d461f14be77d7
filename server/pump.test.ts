import { expect, test } from 'vitest';
import { createLog } from './log.ts';
import { createPump } from './pump.ts';

const log = createLog('test', 'silent');
const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => { setTimeout(resolve, 2); });
};

test('words that arrive while a batch runs make the next one', async () => {
  const batches: string[][] = [];
  let release = () => undefined as void;
  const gate = new Promise<void>((resolve) => { release = resolve; });
  const pump = createPump({
    name: 'test', log, batch: 10, pollMs: 60_000, poll: () => Promise.resolve([]),
    work: async (ids) => { batches.push([...ids]); if (batches.length === 1) await gate; },
  });
  pump.add(['a']);
  await until(() => batches.length === 1);
  pump.add(['b', 'a']);
  pump.add(['b']);
  release();
  await until(() => batches.length === 2);
  expect(batches).toEqual([['a'], ['b', 'a']]);
  await pump.close();
});

test('a failed batch is found again by the poll', async () => {
  const seen: string[] = [];
  const pump = createPump({
    name: 'test', log, batch: 10, pollMs: 60_000, poll: () => Promise.resolve(seen.length === 1 ? ['a'] : []),
    work: (ids) => { seen.push(...ids); return seen.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve(); },
  });
  pump.add(['a']);
  await until(() => seen.length === 2);
  expect(seen).toEqual(['a', 'a']);
  await pump.close();
});

test('it asks ahead when there is nothing to do', async () => {
  let polls = 0;
  const pump = createPump({
    name: 'test', log, batch: 10, pollMs: 60_000, poll: () => { polls += 1; return Promise.resolve([]); },
    work: () => Promise.resolve(), idle: (wake) => { if (polls < 3) wake(1); return Promise.resolve(); },
  });
  pump.add(null);
  await until(() => polls === 3);
  await pump.close();
  expect(polls).toBe(3);
});
