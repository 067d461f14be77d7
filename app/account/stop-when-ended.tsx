'use client';

import { useEffect } from 'react';
import { trpc } from '../_client/trpc.ts';

/**
 * Leaves the page within a moment of losing the right to it: signed out elsewhere, removed from the
 * organisation, given another role, or switched to another organisation in another tab. A hidden tab
 * closes its stream, for browsers allow six connections; shown again it asks anew.
 */
export function StopWhenEnded() {
  useEffect(() => {
    let stream: { unsubscribe(): void } | null = null;
    const leave = () => {
      // What is on the page is theirs no longer, also while the next one is on its way.
      document.body.hidden = true;
      window.location.assign('/sign-in?ended=1');
    };
    const open = () => {
      stream ??= trpc.account.presence.subscribe(undefined, {
        onComplete: leave,
        onError: (error) => {
          if (error.data?.code === 'UNAUTHORIZED') leave();
        },
      });
    };
    const follow = () => {
      if (!document.hidden) {
        open();
        return;
      }
      stream?.unsubscribe();
      stream = null;
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      stream?.unsubscribe();
    };
  }, []);
  return null;
}
