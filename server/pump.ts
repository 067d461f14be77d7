import type { Log } from './log.ts';

export type Pump = {
  /** Ids to look at; null: look for what is due. */
  add(ids: readonly string[] | null): void;
  close(): Promise<void>;
};

const RETRY_MS = 500;

/**
 * createPump works through ids in batches, one batch at a time, as they come: words that arrive while
 * a batch runs make the next one. Behind them a poll finds what nobody said. A batch that fails is
 * tried again in smaller ones, until what fails alone is set aside and holds up nobody else.
 * @param args.idle called when there is nothing to do; it may ask to be woken after real milliseconds.
 */
export function createPump(args: {
  name: string; log: Log; batch: number; pollMs: number;
  poll(): Promise<readonly string[]>;
  work(ids: readonly string[]): Promise<void>;
  idle?(wake: (realMs: number) => void): Promise<void>;
}): Pump {
  const backlog = createBacklog({ batch: args.batch, asideMs: args.pollMs });
  let isPollDue = false;
  // Words come all the time where there is traffic: they must not put the poll off for ever.
  let pollAtMs = performance.now() + args.pollMs;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const wakeIn = (realMs: number) => {
    if (timer !== null) clearTimeout(timer);
    const delayMs = Math.min(realMs, pollAtMs - performance.now());
    timer = setTimeout(() => { isPollDue = true; start(); }, Math.max(1, delayMs));
  };
  const round = async () => {
    if (isPollDue || performance.now() >= pollAtMs) {
      isPollDue = false;
      pollAtMs = performance.now() + args.pollMs;
      backlog.add(await args.poll());
    }
    const ids = backlog.take();
    if (ids.length === 0) return;
    try {
      await args.work(ids);
      backlog.done();
    } catch (error) {
      args.log.error({ error: String(error), pump: args.name, ids: ids.length }, 'a batch failed and is tried again');
      backlog.failed(ids);
      await pause();
    }
  };
  const pause = () => new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
  const run = async () => {
    while (!isClosed && (backlog.size() > 0 || isPollDue)) {
      try {
        await round();
      } catch (error) {
        args.log.error({ error: String(error), pump: args.name }, 'looking for work failed and is tried again');
        isPollDue = true;
        await pause();
      }
    }
    if (isClosed) return;
    wakeIn(args.pollMs);
    await args.idle?.(wakeIn).catch((error: unknown) => args.log.warn({ error: String(error), pump: args.name }, 'looking ahead failed'));
  };
  const start = () => {
    if (isClosed || running !== null) return;
    running = run().finally(() => {
      running = null;
      if (backlog.size() > 0 || isPollDue) start();
    });
  };
  return {
    add(ids) {
      if (ids === null) isPollDue = true;
      else backlog.add(ids);
      start();
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/** What waits to be worked on. Batches shrink while they fail, so that one bad id is found and left alone for a while. */
function createBacklog(args: { batch: number; asideMs: number }) {
  const pending = new Set<string>();
  const asideUntil = new Map<string, number>();
  let batch = args.batch;
  const add = (ids: readonly string[]) => {
    for (const id of ids) pending.add(id);
  };
  return {
    add,
    size: () => pending.size,
    take(): string[] {
      for (const [id, until] of asideUntil) {
        if (until <= performance.now()) asideUntil.delete(id);
        else pending.delete(id);
      }
      const ids = [...pending].slice(0, batch);
      for (const id of ids) pending.delete(id);
      return ids;
    },
    done() {
      batch = Math.min(args.batch, batch * 2);
    },
    failed(ids: readonly string[]) {
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) asideUntil.set(only, performance.now() + args.asideMs);
      else add(ids);
      batch = Math.max(1, Math.min(batch, ids.length) >> 1);
    },
  };
}
