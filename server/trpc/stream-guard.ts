import type { Bus } from '../bus/bus.ts';

/**
 * untilRevoked passes a stream's values on until its sign-in may no longer see them. The bus tells
 * when a sign-in ended or changed (`sid`, or null after a lost connection: look again); then, and
 * only then, `maySee` is asked. So each stream ends within a moment of a removal, whoever wrote it.
 */
export async function* untilRevoked<T>(args: {
  source: AsyncIterable<T>;
  bus: Bus;
  sid: string;
  maySee: () => Promise<boolean>;
}): AsyncGenerator<T, void, undefined> {
  const { source, bus, sid, maySee } = args;
  const state: { ended: boolean; wake: () => void } = { ended: false, wake: () => undefined };
  const end = () => {
    state.ended = true;
    state.wake();
  };
  const check = () => {
    // Whoever cannot be asked about is let go: the client comes back and is asked anew.
    maySee().then((may) => {
      if (!may) end();
    }, end);
  };
  const unsubscribe = bus.subscribe('sign-in', (ids) => {
    if (ids === null || ids.includes(sid)) check();
  });
  const values = source[Symbol.asyncIterator]();
  try {
    while (!state.ended) {
      const next = await nextOrEnd(values, (wake) => {
        state.wake = wake;
      });
      if (next === null || next.done === true) return;
      yield next.value;
    }
  } finally {
    unsubscribe();
    // Not awaited: a source that waits for its next value would keep the stream open.
    void values.return?.().catch(() => undefined);
  }
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
