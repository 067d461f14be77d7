'use client';

import { useEffect, useRef, useState } from 'react';
import type { StayView } from '#domain/charging/stay-view.ts';
import { trpc } from './trpc.ts';

/** What a page knows of a stay, and how it came to know it. */
export type LiveStay = {
  view: StayView | null;
  /** `signed-out`: the server ended the stream for good. */
  link: 'connecting' | 'live' | 'lost' | 'signed-out';
  /** Browser time (ms) when the view came. */
  receivedMs: number;
};

/**
 * useLiveStay follows a stay (null: whatever stay is the driver's current one) by server-sent events.
 * A hidden tab closes its stream, for browsers allow six connections; shown again it gets a snapshot.
 */
export function useLiveStay(initial: StayView | null, sessionId: string | null): LiveStay {
  const [state, setState] = useState<LiveStay>({
    view: initial,
    link: 'connecting',
    receivedMs: 0,
  });
  const ended = useRef(false);
  useEffect(() => {
    let stream: { unsubscribe(): void } | null = null;
    const change = (part: Partial<LiveStay>) => {
      setState((before) => ({ ...before, ...part }));
    };
    const open = () => {
      stream ??= trpc.charging.live.subscribe(
        { sessionId },
        {
          onStarted: () => {
            change({ link: 'live' });
          },
          onData: (view) => {
            change({ view, link: 'live', receivedMs: Date.now() });
          },
          onConnectionStateChange: ({ state: connection }) => {
            if (connection === 'connecting') change({ link: 'lost' });
          },
          onError: () => {
            change({ link: 'lost' });
          },
          onComplete: () => {
            ended.current = true;
            change({ link: 'signed-out' });
          },
        },
      );
    };
    const close = () => {
      stream?.unsubscribe();
      stream = null;
    };
    const follow = () => {
      if (document.hidden) close();
      else if (!ended.current) open();
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      close();
    };
  }, [sessionId]);
  return state;
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
