'use client';

import type { TimelineEntry } from '#domain/charging/timeline.ts';
import type { StayView } from '#domain/charging/stay-view.ts';
import { useEffect, useState } from 'react';
import { clientWords } from '../_client/client-words.ts';
import { sentenceOf } from '../_client/plain-error.ts';
import { trpc } from '../_client/trpc.ts';
import { useLater } from '../_client/use-later.ts';
import { FormNotice } from '../_ui/notice.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { driverWords } from './driver-words.ts';

/** `of`: the versions of plan and wish that were in force when it was read. */
type State = { entries: readonly TimelineEntry[] | null; of: string; wrong: string | null };

/** "Why did it do that?": read when somebody asks, and again when a new plan or wish follows. */
export function LiveStory({ view, now }: { view: StayView; now: number }) {
  const [isOpen, setIsOpen] = useState(false);
  const { part, hasFailed, ask } = useLater(() => import('./stay-story.tsx'));
  const [state, setState] = useState<State>({ entries: null, of: '', wrong: null });
  const { sessionId, planVersion, preference, chargeNow } = view;
  const change = `${planVersion ?? 0} ${preference?.version ?? 0} ${chargeNow.stage}`;
  useEffect(() => {
    if (!isOpen || state.of === change) return;
    let gone = false;
    trpc.charging.timeline.query({ sessionId }).then(
      (entries) => {
        if (!gone) setState({ entries, of: change, wrong: null });
      },
      (error: unknown) => {
        if (!gone) setState((before) => ({ ...before, wrong: sentenceOf(error) }));
      },
    );
    return () => {
      gone = true;
    };
  }, [isOpen, sessionId, state.of, change]);
  const wrong = state.wrong ?? (hasFailed ? clientWords.offline : null);
  return (
    <details
      className="card"
      onToggle={(event) => {
        setIsOpen(event.currentTarget.open);
        void ask();
      }}
    >
      <summary className="cursor-pointer py-2 text-lg font-semibold">
        {driverWords.storyTitle}
      </summary>
      <FormNotice state={{ done: false, wrong }} />
      {state.entries === null || part === null ? (
        wrong === null && <Skeleton className="h-32" />
      ) : (
        <part.StayStory entries={state.entries} zone={view.timeZone} now={now} />
      )}
    </details>
  );
}
