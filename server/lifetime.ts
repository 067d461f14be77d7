/** The process was told to stop while something was still being started or done. */
export class Stopped extends Error {}

/** What a command has started, and how it all ends: use it with `await using`. */
export type Lifetime = AsyncDisposable & {
  /**
   * Waits for what is being opened; it is closed at the end, also where the end comes while it opens.
   * @throws Stopped as soon as the process is told to stop.
   */
  open<T>(opening: Promise<T>, close?: (opened: T) => unknown): Promise<T>;
  /** Waits for work that ends by itself once what it works on is closed. @throws Stopped */
  until<T>(work: Promise<T>): Promise<T>;
};

/**
 * createLifetime ends what was opened in the reverse order, each also where the end of another fails,
 * so that no error and no Ctrl-C leaves a database or a process running.
 */
export function createLifetime(stopped: Promise<void>): Lifetime {
  const ends: (() => Promise<void>)[] = [];
  const stop = stopped.then((): never => {
    throw new Stopped('Stopped.');
  });
  stop.catch(() => undefined);
  return {
    open(opening, close = () => undefined) {
      ends.push(async () => {
        const opened = await opening.then((value) => ({ value }), () => null);
        if (opened !== null) await close(opened.value);
      });
      return Promise.race([opening, stop]);
    },
    until: (work) => Promise.race([work, stop]),
    async [Symbol.asyncDispose]() {
      const failures: unknown[] = [];
      for (const end of ends.toReversed()) await end().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** unlessStopped is the exit code of a command: 0 also where it was stopped before it was ready. */
export async function unlessStopped(command: Promise<number>): Promise<number> {
  try {
    return await command;
  } catch (error) {
    if (error instanceof Stopped) return 0;
    throw error;
  }
}
