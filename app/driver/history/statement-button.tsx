'use client';

import { useRef, useState } from 'react';
import { allPages } from '../../_client/all-pages.ts';
import { download } from '../../_client/download.ts';
import { sentenceOf, trpc } from '../../_client/trpc.ts';
import { Button } from '../../_ui/button.tsx';
import { FormNotice } from '../../_ui/notice.tsx';
import { Progress } from '../../_ui/progress.tsx';
import { historyWords } from './history-words.ts';
import { statementCsv } from './statement-csv.ts';

const w = historyWords.wallet;
type State = { read: number | null; wrong: string | null };
const QUIET: State = { read: null, wrong: null };

/** Every stay with what was settled, as a file, however many pages that takes. */
export function StatementButton() {
  const [{ read, wrong }, setState] = useState(QUIET);
  const running = useRef<AbortController | null>(null);
  const take = async () => {
    if (running.current !== null) return;
    const cancel = new AbortController();
    running.current = cancel;
    setState({ read: 0, wrong: null });
    try {
      const stays = await allPages({
        ask: (cursor) => trpc.charging.statement.query({ cursor }),
        onPage: (count) => {
          setState({ read: count, wrong: null });
        },
        signal: cancel.signal,
      });
      download('valley-stays.csv', statementCsv(stays));
      setState(QUIET);
    } catch (error) {
      setState({ read: null, wrong: cancel.signal.aborted ? null : sentenceOf(error) });
    }
    running.current = null;
  };
  return (
    <>
      <Button
        className="self-start text-sm"
        busy={read !== null}
        onClick={() => {
          void take();
        }}
      >
        {w.csv}
      </Button>
      {read !== null && (
        <Progress label={w.reading(String(read))} onCancel={() => running.current?.abort()} />
      )}
      <FormNotice state={{ done: false, wrong }} />
    </>
  );
}
