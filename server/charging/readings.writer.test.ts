import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { normaliseReading } from '#domain/charging/meter-values.ts';
import type { StatementDb } from '../db/client.ts';
import type { NewReading } from './readings.store.ts';
import { createReadingsWriter } from './readings.writer.ts';

const COMMIT_MS = 3;

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

/** A database whose commits take 3 ms; `commits` are the numbers of rows in each. */
function fakeDb(): { db: Pick<StatementDb, 'statement'>; commits: number[] } {
  const commits: number[] = [];
  const statement = {
    $queryRaw: async (_sql: TemplateStringsArray, json: string) => {
      commits.push((JSON.parse(json) as unknown[]).length);
      await new Promise((resolve) => { setTimeout(resolve, COMMIT_MS); });
      return [];
    },
  } as unknown as StatementDb['statement'];
  return { db: { statement }, commits };
}

function reading(): NewReading {
  return {
    tenantId: 1, stationId: 'A', evseId: 1, transactionId: 1, measuredAt: new Date(0), receivedAt: new Date(0),
    clockFlag: null, reading: normaliseReading([{ value: '1000' }]),
  };
}

function writerOn({ db }: Pick<ReturnType<typeof fakeDb>, 'db'>) {
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
