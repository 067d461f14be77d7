'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { dateTime } from '../_client/format.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { FormNotice } from '../_ui/notice.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { adviceFor, noticeWords as w } from './notice-words.ts';

type Page = inferRouterOutputs<AppRouter>['fleet']['notices'];
type Notice = Page['notices'][number];

/** Hidden until the server tells anew: a stay that fails to settle once more comes back. */
type Resolved = { of: Page; keys: ReadonlySet<string> };
const NOTHING: ReadonlySet<string> = new Set();

const keyOf = ({ source, id }: Notice) => `${source} ${id}`;

/** What on the stations needs a person, newest first; older ones come page by page. */
export function NoticeSection({ first, canWrite }: { first: Page; canWrite: boolean }) {
  const [older, setOlder] = useState<Page | null>(null);
  const [resolved, setResolved] = useState<Resolved>({ of: first, keys: new Set() });
  const { submit, ...state } = useSubmit();
  const router = useRouter();
  const [acting, setActing] = useState<string | null>(null);
  const hidden = resolved.of === first ? resolved.keys : NOTHING;
  const nextCursor = older === null ? first.nextCursor : older.nextCursor;
  const shown = merged(first.notices, older?.notices ?? []).filter(
    (notice) => !hidden.has(keyOf(notice)),
  );
  const showOlder = () => {
    void submit(async () => {
      const page = await trpc.fleet.notices.query({ cursor: nextCursor });
      setOlder({ ...page, notices: [...(older?.notices ?? first.notices), ...page.notices] });
    });
  };
  const resolve = (notice: Notice) => {
    if (state.busy) return;
    setActing(keyOf(notice));
    void submit(async () => {
      const { source, id } = notice;
      if (source === 'STAY') await trpc.fleet.settleAgain.mutate({ sessionId: id });
      else await trpc.fleet.resolveNotice.mutate({ source, id });
      const key = keyOf(notice);
      setResolved({ of: first, keys: new Set([...hidden, key]) });
      setOlder(older && { ...older, notices: older.notices.filter((it) => keyOf(it) !== key) });
      router.refresh();
    }).then(() => {
      setActing(null);
    });
  };
  return (
    <SectionCard id="notices" title={w.title}>
      {shown.length === 0 && <EmptyState title={w.empty} hint={w.emptyHint} />}
      <ul className="flex flex-col gap-2">
        {shown.map((notice) => (
          <NoticeLine
            key={keyOf(notice)}
            notice={notice}
            busy={acting === keyOf(notice)}
            off={state.busy}
            resolve={canWrite ? resolve : null}
          />
        ))}
      </ul>
      {nextCursor !== null && (
        <Button className="self-start" busy={state.busy && acting === null} off={state.busy} onClick={showOlder}>
          {w.older}
        </Button>
      )}
      <FormNotice state={state} />
    </SectionCard>
  );
}

/** The first page is fetched anew every few seconds; what was loaded after it stays below. */
function merged(first: readonly Notice[], older: readonly Notice[]): Notice[] {
  const seen = new Set(first.map(keyOf));
  const oldest = first.at(-1)?.receivedAt ?? null;
  const rest = older.filter(
    (notice) => !seen.has(keyOf(notice)) && oldest !== null && notice.receivedAt <= oldest,
  );
  return [...first, ...rest];
}

type LineProps = {
  notice: Notice;
  busy: boolean;
  /** Another one is under way. */
  off: boolean;
  resolve: ((notice: Notice) => void) | null;
};

function NoticeLine({ notice, busy, off, resolve }: LineProps) {
  const { what, todo } = adviceFor(notice);
  const { stationId, evseId, severity } = notice;
  const isStay = notice.source === 'STAY';
  const place = evseId === null ? stationId : w.place(stationId, String(evseId));
  const at = dateTime(secondsFromDate(notice.happenedAt), notice.timeZone);
  return (
    <li className="flex flex-wrap items-start gap-3 rounded-xl border border-line bg-alert-page px-3 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <p className="text-sm">
          <strong className="text-alert">{w.severity[severity]}</strong> <span>{place}</span>{' '}
          <span className="hint">
            {notice.times > 1 && <>{w.times(String(notice.times))} </>}
            <time dateTime={notice.happenedAt.toISOString()}>{at}</time>
          </span>
        </p>
        <p className="font-semibold break-words">{what}</p>
        {notice.detail !== null && notice.source === 'EVENT' && (
          <p className="hint break-words">{w.detail(notice.detail)}</p>
        )}
        <p>{todo}</p>
      </div>
      {resolve !== null && (
        <Button
          busy={busy || undefined}
          off={off}
          aria-label={isStay ? w.settleAgainHint(place) : w.resolveHint(what, place)}
          onClick={() => {
            resolve(notice);
          }}
        >
          {isStay ? w.settleAgain : w.resolve}
        </Button>
      )}
    </li>
  );
}
