import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { normaliseReading } from '#domain/charging/meter-values.ts';
import type { Db, Tx } from '../db/client.ts';
import type { NewReading } from './readings.store.ts';
import { createReadingsWriter } from './readings.writer.ts';

const COMMIT_MS = 3;

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

/** A database whose commits take 3 ms; `commits` are the numbers of rows in each. */
function fakeDb(): { db: Db; commits: number[] } {
  const commits: number[] = [];
  const tx = {
    $queryRaw: (_sql: TemplateStringsArray, json: string) => {
      commits.push((JSON.parse(json) as unknown[]).length);
      return Promise.resolve([]);
    },
    $executeRaw: () => Promise.resolve(0),
  } as unknown as Tx;
  const asSystem = async <T>(work: (given: Tx) => Promise<T>) => {
    const result = await work(tx);
    await new Promise((resolve) => { setTimeout(resolve, COMMIT_MS); });
    return result;
  };
  return { db: { asSystem } as unknown as Db, commits };
}

function reading(): NewReading {
  return {
    tenantId: 1, stationId: 'A', evseId: 1, transactionId: 1, measuredAt: new Date(0), receivedAt: new Date(0),
    clockFlag: null, reading: normaliseReading([{ value: '1000' }]),
  };
}

function writerOn({ db }: { db: Db }) {
  return createReadingsWriter({ db, log: pino({ level: 'silent' }), isOpen: () => true });
}

test('a message alone is committed at once', async () => {
  const fake = fakeDb();
  const writer = writerOn(fake);
  const stored = writer.add([reading()]);
  await vi.advanceTimersByTimeAsync(COMMIT_MS);
  await stored;
  expect(fake.commits).toEqual([1]);
});

test('messages that come soon after a commit share the next one, 20 ms after it began', async () => {
  const fake = fakeDb();
  const writer = writerOn(fake);
  const all = [writer.add([reading()])];
  for (let index = 0; index < 15; index += 1) {
    await vi.advanceTimersByTimeAsync(1);
    all.push(writer.add([reading()]));
  }
  await vi.advanceTimersByTimeAsync(4);
  expect(fake.commits).toEqual([1]);
  await vi.advanceTimersByTimeAsync(1 + COMMIT_MS);
  await Promise.all(all);
  expect(fake.commits).toEqual([1, 15]);
});

test('after a pause a message is alone again and waits for nobody', async () => {
  const fake = fakeDb();
  const writer = writerOn(fake);
  void writer.add([reading()]);
  await vi.advanceTimersByTimeAsync(30);
  void writer.add([reading()]);
  await vi.advanceTimersByTimeAsync(COMMIT_MS);
  expect(fake.commits).toEqual([1, 1]);
});
