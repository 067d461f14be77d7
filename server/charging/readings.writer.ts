import type { StatementDb } from '../db/client.ts';
import type { Log } from '../log.ts';
import { storeReadings, type NewReading } from './readings.store.ts';
import { isPassing, untilStored } from './retry.ts';

const MESSAGES_PER_COMMIT = 500;
const READINGS_PER_COMMIT = 2_000;
/**
 * A commit costs the gateway more than a millisecond of CPU whatever is in it,
 * so commits start at least this far apart: at 1,000 messages/s twenty share one instead of seven,
 * and an answer that has 50 ms is at most this much later.
 */
const COMMIT_GAP_MS = 20;

type Waiting = { readings: readonly NewReading[]; resolve(): void; reject(error: unknown): void };

export type ReadingsWriter = {
  /** Resolves after the commit that holds these readings; rejects where they can't be stored at all. */
  add(readings: readonly NewReading[]): Promise<void>;
  /** Resolves when nothing waits any more. */
  drain(): Promise<void>;
};

/**
 * createReadingsWriter collects the messages that arrive while a commit is under way and writes them
 * with the next one, or soon after the last one: under load a commit is shared by many stations, alone
 * it starts at once.
 */
export function createReadingsWriter(args: { db: Pick<StatementDb, 'statement'>; log: Log; isOpen: () => boolean }): ReadingsWriter {
  const { db, log, isOpen } = args;
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;

  const store = (batch: readonly Waiting[]) =>
    untilStored(
      () => storeReadings(db.statement, batch.flatMap((item) => item.readings)),
      { isWanted: isOpen, log },
    );

  const write = async (batch: readonly Waiting[]) => {
    try {
      await store(batch);
      for (const item of batch) item.resolve();
    } catch (error) {
      if (batch.length === 1 || isPassing(error)) {
        for (const item of batch) item.reject(error);
        return;
      }
      // One message that PostgreSQL refuses must not cost its neighbours their answers.
      const half = Math.ceil(batch.length / 2);
      await write(batch.slice(0, half));
      await write(batch.slice(half));
    }
  };

  const take = (): Waiting[] => {
    let count = 0;
    let readings = 0;
    while (count < waiting.length && count < MESSAGES_PER_COMMIT && readings < READINGS_PER_COMMIT) {
      readings += waiting[count]?.readings.length ?? 0;
      count += 1;
    }
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  };

  const run = async () => {
    while (waiting.length > 0) {
      const begun = performance.now();
      await write(take());
      const rest = COMMIT_GAP_MS - (performance.now() - begun);
      if (rest > 1) await new Promise((resolve) => { setTimeout(resolve, rest); });
    }
    running = null;
  };

  return {
    add: (readings) =>
      readings.length === 0
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            waiting.push({ readings, resolve, reject });
            running ??= run();
          }),
    drain: async () => { await running; },
  };
}
