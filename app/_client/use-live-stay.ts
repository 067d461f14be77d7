'use client';

import { useEffect, useRef, useState } from 'react';
import type { StayView } from '#domain/charging/stay-view.ts';
import { followStream } from './follow-stream.ts';
import { forgetLastState, keepView, keptView } from './last-state.ts';
import { trpc } from './trpc.ts';

/** What a page knows of a stay, and how it came to know it. */
export type LiveStay = {
  view: StayView | null;
  /** `signed-out`: the server ended the stream for good. */
  link: 'connecting' | 'live' | 'lost' | 'signed-out';
  /** Browser time (ms) when the view came over this page's stream; 0 before. */
  receivedMs: number;
  /** When the shown view was true (ms): its coming, the page's making, or when it was kept. */
  asOfMs: number;
};

/** Whose last state this page keeps, and when the server made the page (ms). */
export type Keeping = { personId: string; madeAtMs: number };

/** A view is put away at most this often; the phone's storage is slow. */
const KEEP_MS = 5_000;

/**
 * useLiveStay follows a stay (null: whatever stay is the driver's current one) by server-sent events.
 * A hidden tab closes its stream, for browsers allow six connections; shown again it gets a snapshot.
 */
export function useLiveStay(
  initial: StayView | null,
  sessionId: string | null,
  keeping: Keeping | null = null,
): LiveStay {
  const [state, setState] = useState<LiveStay>({
    view: initial,
    link: 'connecting',
    receivedMs: 0,
    asOfMs: keeping?.madeAtMs ?? 0,
  });
  useLastState(state, setState, keeping);
  useEffect(() => {
    const change = (part: Partial<LiveStay>) => {
      setState((before) => ({ ...before, ...part }));
    };
    return followStream<StayView | null>({
      subscribe: (listener) => trpc.charging.live.subscribe({ sessionId }, listener),
      onLive: () => {
        change({ link: 'live' });
      },
      onData: (view) => {
        change({ view, link: 'live', receivedMs: Date.now(), asOfMs: Date.now() });
      },
      onLost: () => {
        change({ link: 'lost' });
      },
      onEnded: () => {
        change({ link: 'signed-out' });
      },
    });
  }, [sessionId]);
  return state;
}

/**
 * A page from the worker's cache may be older than what was last shown on it: then that is shown. What
 * comes over the stream is kept; a sign-in that ended leaves nothing behind.
 */
function useLastState(
  { view, link, receivedMs }: LiveStay,
  setState: (change: (before: LiveStay) => LiveStay) => void,
  keeping: Keeping | null,
): void {
  const personId = keeping?.personId ?? null;
  const keptMs = useRef(0);
  useEffect(() => {
    if (personId === null) return;
    keptView(personId).then(
      (kept) => {
        if (kept === null) return;
        setState((before) =>
          before.receivedMs === 0 && kept.asOfMs > before.asOfMs
            ? { ...before, view: kept.view, asOfMs: kept.asOfMs }
            : before,
        );
      },
      () => undefined,
    );
  }, [personId, setState]);
  useEffect(() => {
    if (personId === null || receivedMs < keptMs.current + KEEP_MS) return;
    keptMs.current = receivedMs;
    // A full or forbidden storage is no reason to show nothing.
    keepView({ personId, view, asOfMs: receivedMs }).catch(() => undefined);
  }, [personId, view, receivedMs]);
  useEffect(() => {
    if (link === 'signed-out') forgetLastState().catch(() => undefined);
  }, [link]);
}

/** useStayNow is domain time at the site, ticking once a second in the browser. */
export function useStayNow(live: LiveStay): number {
  const { view, receivedMs } = live;
  const [nowMs, setNowMs] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  if (view === null) return 0;
  const sinceMs = receivedMs === 0 ? 0 : Math.max(0, nowMs - receivedMs);
  return Math.floor(view.nowAt + (sinceMs / 1000) * view.speed);
}
