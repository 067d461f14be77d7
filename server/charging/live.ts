import type { StayView } from '#domain/charging/stay-view.ts';
import type { Bus } from '../bus/bus.ts';

/**
 * A viewer gets at most four pictures in a second, however fast the facts change; the first four
 * come at once, for asked, accepted and measured may follow each other within a tenth of one.
 */
const PICTURES = 4;
const WINDOW_MS = 1_000;
/** A picture is sent at least this often, so that a page knows that it is not stale. */
const MAX_GAP_MS = 30_000;

/** Stays of others that changed are asked about at most this often: is one now the viewer's own? */
const STRANGER_GAP_MS = 1_000;

type LiveArgs = {
  bus: Bus;
  sid: string;
  signal: AbortSignal;
  isSignedIn: () => Promise<boolean>;
  read: () => Promise<StayView | null>;
  isOwn: ((sessionIds: readonly string[]) => Promise<boolean>) | null;
};

/**
 * liveViews yields a stay's view at once and again after each change the bus tells of. It ends when
 * the viewer goes (`signal`) or the sign-in is revoked; after a lost bus connection it looks again.
 * With `isOwn` it follows the viewer from stay to stay: null where there is none yet.
 */
export async function* liveViews(args: LiveArgs): AsyncGenerator<StayView | null, void, undefined> {
  const { signal, isOwn } = args;
  const watch = watchBus(args);
  try {
    while (!signal.aborted && (await watch.maySee())) {
      const view = await args.read();
      if (signal.aborted || (view === null && isOwn === null)) return;
      watch.show(view?.sessionId ?? null);
      yield view;
      await watch.next();
    }
  } finally {
    watch.close();
  }
}

type Watch = {
  /** False once the sign-in is revoked; asks only when the bus said that it may be. */
  maySee(): Promise<boolean>;
  show(sessionId: string | null): void;
  /** Waits for something new, at most MAX_GAP_MS, and as long as four pictures in a second ask for. */
  next(): Promise<void>;
  close(): void;
};

function watchBus({ bus, sid, signal, isOwn, isSignedIn }: LiveArgs): Watch {
  const bell = createBell();
  const sentMs: number[] = [];
  const state: { checkSignIn: boolean; shown: string | null } = { checkSignIn: false, shown: null };
  const strangers =
    isOwn === null
      ? null
      : createStrangers(isOwn, () => {
          bell.ring();
        });
  const onChange = (ids: readonly string[] | null) => {
    if (ids === null || (state.shown !== null && ids.includes(state.shown))) bell.ring();
    else strangers?.add(ids);
  };
  const onAbort = () => {
    bell.ring();
  };
  signal.addEventListener('abort', onAbort);
  const unsubscribe = [
    bus.subscribe('view', onChange),
    bus.subscribe('session', onChange),
    bus.subscribe('clock', () => {
      bell.ring();
    }),
    bus.subscribe('sign-in', (ids) => {
      if (ids !== null && !ids.includes(sid)) return;
      state.checkSignIn = true;
      bell.ring();
    }),
  ];
  return {
    async maySee() {
      if (!state.checkSignIn) return true;
      state.checkSignIn = false;
      return await isSignedIn();
    },
    show: (sessionId) => {
      state.shown = sessionId;
    },
    async next() {
      sentMs.push(performance.now());
      const oldest = sentMs.length < PICTURES ? undefined : sentMs.shift();
      const restMs = oldest === undefined ? 0 : oldest + WINDOW_MS - performance.now();
      await bell.quiet(restMs, () => state.checkSignIn || signal.aborted);
      await bell.next(MAX_GAP_MS);
    },
    close() {
      signal.removeEventListener('abort', onAbort);
      strangers?.close();
      for (const end of unsubscribe) end();
    },
  };
}

type Strangers = { add(ids: readonly string[]): void; close(): void };

/** Collects ids of stays that are not shown and asks once a second whether one is the viewer's. */
function createStrangers(
  isOwn: (sessionIds: readonly string[]) => Promise<boolean>,
  onOwn: () => void,
): Strangers {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  const ask = () => {
    timer = null;
    const ids = [...waiting];
    waiting.clear();
    // A question that fails is no loss: the picture is sent anew every 30 s anyway.
    isOwn(ids).then(
      (own) => {
        if (own) onOwn();
      },
      () => undefined,
    );
  };
  return {
    add(ids) {
      for (const id of ids) waiting.add(id);
      timer ??= setTimeout(ask, STRANGER_GAP_MS);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

type Bell = {
  ring(): void;
  /** Waits `ms`, or until a ring for which `urgent` holds. */
  quiet(ms: number, urgent: () => boolean): Promise<void>;
  /** Waits for a ring, at once if there was one since the last `next`; at most `ms`. */
  next(ms: number): Promise<void>;
};

function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        wake = null;
        resolve();
      }
      wake = done;
    });
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async quiet(ms, urgent) {
      const until = performance.now() + ms;
      while (!urgent()) {
        const left = until - performance.now();
        if (left <= 0) return;
        await sleep(left);
      }
    },
    async next(ms) {
      if (!rung) await sleep(ms);
      rung = false;
    },
  };
}
