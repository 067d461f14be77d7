'use client';

import { useEffect } from 'react';
import { followStream } from '../_client/follow-stream.ts';
import { forgetLastState } from '../_client/last-state.ts';
import { leaving } from '../_client/leaving.ts';
import { trpc } from '../_client/trpc.ts';

/**
 * Leaves the page within a moment of losing the right to it: signed out elsewhere, removed from the
 * organisation, given another role, or switched to another organisation in another tab.
 */
export function StopWhenEnded() {
  useEffect(
    () =>
      followStream({
        subscribe: (listener) => trpc.account.presence.subscribe(undefined, listener),
        onEnded: () => {
          if (leaving.underWay) return;
          // What is on the page is theirs no longer, also while the next one is on its way.
          document.body.hidden = true;
          const leave = () => {
            window.location.assign('/sign-in?ended=1');
          };
          forgetLastState().then(leave, leave);
        },
      }),
    [],
  );
  return null;
}
