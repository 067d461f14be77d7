'use client';

import { useRef, useState } from 'react';
import { allPages } from '../../_client/all-pages.ts';
import { download } from '../../_client/csv.ts';
import { sentenceOf, trpc } from '../../_client/trpc.ts';
import { driverWords } from '../driver-words.ts';
import { statementCsv } from './statement-csv.ts';

const w = driverWords.wallet;
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
      <div className="flex flex-wrap items-center gap-2">
        <button
          type="button"
          className="button text-sm"
          aria-disabled={read !== null}
          onClick={() => {
            void take();
          }}
        >
          {w.csv}
        </button>
        {read !== null && (
          <button
            type="button"
            className="button text-sm"
            onClick={() => running.current?.abort()}
          >
            {w.cancel}
          </button>
        )}
      </div>
      <p role="status" className="hint empty:hidden">
        {read === null ? '' : w.reading(String(read))}
      </p>
      <p role="alert" className="wrong empty:hidden">
        {wrong}
      </p>
    </>
  );
}
