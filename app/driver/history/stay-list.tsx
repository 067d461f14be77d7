'use client';

import type { inferRouterOutputs } from '@trpc/server';
import Link from 'next/link';
import { useState } from 'react';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime, duration, eur, kwh } from '../../_client/format.ts';
import { sentenceOf } from '../../_client/plain-error.ts';
import { trpc } from '../../_client/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { FormNotice } from '../../_ui/notice.tsx';
import { historyWords } from './history-words.ts';

type Page = inferRouterOutputs<AppRouter>['charging']['history'];
type Stay = Page['stays'][number];

/** The driver's stays, newest first, a page at a time. */
export function StayList({ first }: { first: Page }) {
  const [stays, setStays] = useState(first.stays);
  const [cursor, setCursor] = useState(first.nextCursor);
  const [state, setState] = useState<{ loading: boolean; wrong: string | null }>({
    loading: false,
    wrong: null,
  });
  const more = async () => {
    if (state.loading) return;
    setState({ loading: true, wrong: null });
    try {
      const page = await trpc.charging.history.query({ cursor });
      setStays([...stays, ...page.stays]);
      setCursor(page.nextCursor);
      setState({ loading: false, wrong: null });
    } catch (error) {
      setState({ loading: false, wrong: sentenceOf(error) });
    }
  };
  if (stays.length === 0) {
    return <EmptyState title={historyWords.history.empty} hint={historyWords.history.emptyHint} />;
  }
  return (
    <>
      <ul className="card flex flex-col p-0!">
        {stays.map((stay) => (
          <StayItem key={stay.sessionId} stay={stay} />
        ))}
      </ul>
      <FormNotice state={{ done: false, wrong: state.wrong }} />
      {cursor !== null && (
        <Button
          className="self-center"
          busy={state.loading}
          onClick={() => {
            void more();
          }}
        >
          {historyWords.history.more}
        </Button>
      )}
    </>
  );
}

function StayItem({ stay }: { stay: Stay }) {
  const { plugInAt, plugOutAt, timeZone } = stay;
  const open = stay.state === 'OPEN';
  const lasted = plugOutAt === null ? null : (plugOutAt.getTime() - plugInAt.getTime()) / 1000;
  return (
    <li className="border-t border-line first:border-t-0">
      <Link
        className="flex min-h-16 items-center justify-between gap-4 px-4 py-3"
        href={open ? '/driver' : `/driver/sessions/${stay.sessionId}`}
      >
        <span>
          <span className="block font-semibold">
            {dateTime(secondsFromDate(plugInAt), timeZone)}
          </span>
          <span className="hint flex flex-wrap gap-x-3">
            <span>{stay.locationName}</span>
            {stay.energyMilliWh !== null && (
              <span className="whitespace-nowrap">{kwh(stay.energyMilliWh)}</span>
            )}
            {lasted !== null && <span className="whitespace-nowrap">{duration(lasted)}</span>}
          </span>
        </span>
        <span className="text-right font-semibold tabular-nums">{outcome(stay)}</span>
      </Link>
    </li>
  );
}

function outcome(stay: Stay) {
  if (stay.state === 'OPEN') return historyWords.history.open;
  if (stay.cashbackMicro !== null) {
    return <span className="text-gain">{eur(stay.cashbackMicro)}</span>;
  }
  if (stay.settleState === 'WAITING_PRICES') return historyWords.history.waiting;
  return stay.settleState === 'REVIEW' ? historyWords.history.review : historyWords.history.settling;
}
