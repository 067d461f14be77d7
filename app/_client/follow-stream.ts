/** What is listened to on a stream of server-sent events. */
type Listener<T> = {
  onStarted: () => void;
  onData: (value: T) => void;
  onConnectionStateChange: (change: { state: string; error: unknown }) => void;
  onError: (error: { data?: { code?: string } | null | undefined }) => void;
  onComplete: () => void;
};

type Following<T> = {
  subscribe: (listener: Listener<T>) => { unsubscribe(): void };
  onLive?: () => void;
  onData?: (value: T) => void;
  /** Something went wrong; it is tried again by itself. */
  onLost?: () => void;
  /** The server ended the stream or refuses it: this sign-in sees it no more, nothing is tried again. */
  onEnded?: () => void;
};

const RETRY_MS = 1_000;
const RETRY_MAX_MS = 30_000;
const REFUSALS = new Set(['UNAUTHORIZED', 'FORBIDDEN']);

/**
 * followStream keeps a stream open while the tab is shown. A hidden tab closes it, for browsers allow
 * six connections. An answer that is no stream (a proxy's 502) closes a browser's event source for
 * good, so it is opened anew, later and later up to half a minute, spread so that not all come at once.
 * @returns what stops it; nothing is told after that.
 */
export function followStream<T>(args: Following<T>): () => void {
  /** The stream whose news count. tRPC tells `onComplete` also of a stream this page closed itself. */
  let current: { close(): void } | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ended = false;
  const close = () => {
    clearTimeout(retry);
    const closing = current;
    current = null;
    closing?.close();
  };
  const end = () => {
    ended = true;
    close();
    args.onEnded?.();
  };
  const fail = () => {
    close();
    args.onLost?.();
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures);
    failures += 1;
    retry = setTimeout(open, waitMs * (0.5 + Math.random() / 2));
  };
  const open = () => {
    if (current !== null || ended) return;
    const own = { close: () => undefined as void };
    current = own;
    let wasLive = false;
    const ifOwn = (tell: () => void) => {
      if (current === own) tell();
    };
    const stream = args.subscribe({
      onStarted: () => {
        ifOwn(() => {
          wasLive = true;
          failures = 0;
          args.onLive?.();
        });
      },
      onData: (value) => {
        ifOwn(() => args.onData?.(value));
      },
      // The first way to the server is no loss.
      onConnectionStateChange: ({ state, error }) => {
        if (state === 'connecting' && (error !== null || wasLive)) ifOwn(() => args.onLost?.());
      },
      onError: ({ data }) => {
        ifOwn(REFUSALS.has(data?.code ?? '') ? end : fail);
      },
      onComplete: () => {
        ifOwn(end);
      },
    });
    own.close = () => {
      stream.unsubscribe();
    };
  };
  const follow = () => {
    close();
    failures = 0;
    if (!document.hidden) open();
  };
  follow();
  document.addEventListener('visibilitychange', follow);
  return () => {
    document.removeEventListener('visibilitychange', follow);
    close();
  };
}
