import { describe, expect, it } from 'vitest';
import { allPages } from './all-pages.ts';

const stays = ['a', 'b', 'c', 'd', 'e'];
const ask = (cursor: string | null) => {
  const from = Number(cursor ?? '0');
  const next = from + 2;
  return Promise.resolve({
    items: stays.slice(from, next),
    next: next < stays.length ? String(next) : null,
  });
};

describe('allPages', () => {
  it('reads every page once, in order, and tells how far it is', async () => {
    const told: number[] = [];
    const onCount = (count: number) => told.push(count);
    const { signal } = new AbortController();
    expect(await allPages(ask, { onCount, signal })).toEqual(stays);
    expect(told).toEqual([2, 4, 5]);
  });
  it('asks for no further page once it is cancelled', async () => {
    const cancel = new AbortController();
    let asked = 0;
    const counted = (cursor: string | null) => {
      asked += 1;
      return ask(cursor);
    };
    const onCount = () => {
      cancel.abort();
    };
    const read = allPages(counted, { onCount, signal: cancel.signal });
    await expect(read).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toBe(2);
  });
  it('asks for no more pages than it may', async () => {
    const reading = { onCount: () => undefined, signal: new AbortController().signal };
    expect(await allPages(ask, reading, 2)).toEqual(stays.slice(0, 4));
  });
});
