import { TRPCError } from '@trpc/server';
import type { Bus } from '../bus/bus.ts';

/** Each stream is looked at this often, for sign-ins that expire with no word of it. */
const LOOK_MS = 60_000;
/** After a lost bus every stream asks anew: spread, lest all ask at once. */
const SPREAD_MS = 1_000;

/**
 * untilRevoked passes a stream's values on until its sign-in may no longer see them. `maySee` is asked
 * before the first value, when the bus tells that the sign-in ended or changed (`sid`, or null after
 * a lost connection), and every minute. So each stream ends within a moment of a removal, whoever
 * wrote it.
 * @throws TRPCError INTERNAL_SERVER_ERROR where it cannot be asked: the client comes back later,
 *   whereas a plain end would tell it to sign in anew.
 */
export async function* untilRevoked<T>(args: {
  source: AsyncIterable<T>;
  bus: Bus;
  sid: string;
  maySee: () => Promise<boolean>;
}): AsyncGenerator<T, void, undefined> {
  const { source, bus, sid, maySee } = args;
  const guard = createGuard(maySee);
  const timers = new Set<NodeJS.Timeout>();
  const later = (delayMs: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      guard.look();
    }, delayMs);
    timers.add(timer);
  };
  // Before the first look: a removal between the two would be seen by neither.
  const unsubscribe = bus.subscribe('sign-in', (ids) => {
    if (ids === null) later(Math.random() * SPREAD_MS);
    else if (ids.includes(sid)) guard.look();
  });
  // Streams that began together after a restart drift apart.
  const regular = setInterval(guard.look, LOOK_MS * (0.9 + Math.random() * 0.2));
  const values = source[Symbol.asyncIterator]();
  try {
    await guard.first();
    while (!guard.hasEnded()) {
      const next = await nextOrEnd(values, guard.onEnd);
      if (next === null || next.done === true) break;
      yield next.value;
    }
    guard.rethrow();
  } finally {
    unsubscribe();
    clearInterval(regular);
    for (const timer of timers) clearTimeout(timer);
    // Not awaited: a source that waits for its next value would keep the stream open.
    void values.return?.().catch(() => undefined);
  }
}

function createGuard(maySee: () => Promise<boolean>) {
  let ended = false;
  let failure: TRPCError | null = null;
  let wake: () => void = () => undefined;
  const end = (cause: TRPCError | null) => {
    if (ended) return;
    ended = true;
    failure = cause;
    wake();
  };
  const look = async (): Promise<void> => {
    try {
      if (!(await maySee())) end(null);
    } catch (cause) {
      end(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause }));
    }
  };
  return {
    first: look,
    look: () => void look(),
    hasEnded: () => ended,
    onEnd: (next: () => void) => {
      wake = next;
    },
    rethrow: () => {
      if (failure !== null) throw failure;
    },
  };
}

/** Not Promise.race: a promise that lives as long as the stream would keep every value of it. */
function nextOrEnd<T>(
  values: AsyncIterator<T>,
  onWake: (wake: () => void) => void,
): Promise<IteratorResult<T, unknown> | null> {
  return new Promise((resolve, reject) => {
    onWake(() => {
      resolve(null);
    });
    values.next().then(resolve, reject);
  });
}
