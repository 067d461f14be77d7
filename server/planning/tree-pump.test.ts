import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createTreePump } from './tree-pump.ts';
import type { TreeOutcome } from './tree.service.ts';

const log = pino({ level: 'silent' });

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

test('a burst of words about a tree makes one solve, and words while it runs make one more', async () => {
  const planned: string[] = [];
  let release = () => {};
  const blocked = new Promise<void>((resolve) => { release = resolve; });
  const pump = createTreePump({ log, plan: async (root): Promise<TreeOutcome> => {
    planned.push(root);
    if (planned.length === 1) await blocked;
    return { state: 'PLANNED', sessions: 1 };
  } });
  for (let word = 0; word < 50; word += 1) pump.add(['site:a']);
  await until(() => planned.length === 1);
  for (let word = 0; word < 50; word += 1) pump.add(['site:a']);
  await sleep(60);
  release();
  await until(() => planned.length === 2);
  await sleep(60);
  expect(planned).toEqual(['site:a', 'site:a']);
  await pump.close();
});

test('a tree that another worker plans is looked at again, others are not held up', async () => {
  const planned: string[] = [];
  const pump = createTreePump({ log, plan: async (root): Promise<TreeOutcome> => {
    planned.push(root);
    const isBusy = root === 'site:a' && planned.filter((one) => one === 'site:a').length === 1;
    return { state: isBusy ? 'BUSY' : 'PLANNED', sessions: 1 };
  } });
  pump.add(['site:a', 'site:b']);
  await until(() => planned.length === 3);
  expect(planned).toEqual(['site:a', 'site:b', 'site:a']);
  await pump.close();
});
