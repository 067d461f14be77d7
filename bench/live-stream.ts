import type { StayView } from '#domain/charging/stay-view.ts';

export type LiveStream = {
  /** The newest picture; null before the first. */
  latest(): StayView | null;
  /** Resolves with the first picture, from now on or already there, that fits; with the real instant it was read. */
  until(fits: (view: StayView) => boolean, what: string): Promise<{ view: StayView; atMs: number }>;
  close(): void;
};

const LIMIT_MS = 30_000;

/**
 * openLiveStream follows a driver's current stay over server-sent events exactly as the page does
 * (`charging.live`), but reads the bytes itself, so that an instant is the socket's and not a client's.
 */
export function openLiveStream(portalUrl: string, cookie: string): LiveStream {
  const abort = new AbortController();
  let latest: StayView | null = null;
  let failure: Error | null = null;
  const watchers = new Set<() => void>();
  const tell = () => { for (const look of watchers) look(); };
  const onEvent = (data: string) => {
    const parsed = JSON.parse(data) as { json?: StayView | null };
    if (parsed.json === null || parsed.json === undefined || !('sessionId' in parsed.json)) return;
    latest = parsed.json;
    tell();
  };
  read({ portalUrl, cookie, signal: abort.signal }, onEvent).catch((error: unknown) => {
    if (abort.signal.aborted) return;
    failure = error instanceof Error ? error : new Error(String(error));
    tell();
  });
  return {
    latest: () => latest,
    until: (fits, what) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => { end(() => { reject(new Error(`not seen within ${LIMIT_MS / 1000} s: ${what}`)); }); }, LIMIT_MS);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        watchers.delete(look);
        settle();
      };
      const look = () => {
        const view = latest;
        const error = failure;
        if (error !== null) end(() => { reject(error); });
        else if (view !== null && fits(view)) {
          const atMs = performance.now();
          end(() => { resolve({ view, atMs }); });
        }
      };
      watchers.add(look);
      look();
    }),
    close: () => { abort.abort(); },
  };
}

async function read(
  args: { portalUrl: string; cookie: string; signal: AbortSignal }, onEvent: (data: string) => void,
): Promise<void> {
  const input = encodeURIComponent(JSON.stringify({ json: { sessionId: null } }));
  const answer = await fetch(`${args.portalUrl}/api/trpc/charging.live?input=${input}`, {
    headers: { cookie: args.cookie, accept: 'text/event-stream' }, signal: args.signal,
  });
  if (answer.status !== 200 || answer.body === null) throw new Error(`the live stream answered ${answer.status}: ${await answer.text()}`);
  let rest = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('\n');
      if (data !== '') onEvent(data);
    }
  }
  throw new Error('the live stream ended');
}
