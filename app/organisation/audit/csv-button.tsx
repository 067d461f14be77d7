'use client';

import { useEffect, useRef, useState } from 'react';
import { accessWords } from '../../account/access-words.ts';
import { csvOf } from '../../_client/csv.ts';
import { download } from '../../_client/download.ts';
import { trpc } from '../../_client/trpc.ts';
import { useSubmit } from '../../_client/use-submit.ts';
import { Button } from '../../_ui/button.tsx';
import { FormNotice } from '../../_ui/notice.tsx';
import { Progress } from '../../_ui/progress.tsx';
import { auditCsvRows } from './audit-sentences.ts';

const w = accessWords.audit;
const FILE_NAME = 'valley-changes.csv';
const PAGE = 1_000;
/** A spreadsheet holds about a million lines; older changes are read on the page. */
const PAGES_MAX = 500;

type Rows = (string | null)[][];

/** Every row of the record, told of as they come; null where it was cancelled. */
async function collect(signal: AbortSignal, onRows: (count: number) => void): Promise<Rows | null> {
  const rows: Rows = [];
  let before: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const part: Awaited<ReturnType<typeof trpc.organisation.audit.query>> =
      await trpc.organisation.audit.query({ before, limit: PAGE });
    if (signal.aborted) return null;
    rows.push(...auditCsvRows(part.entries));
    onRows(rows.length);
    before = part.next;
    if (before === null) break;
  }
  return rows;
}

/** The whole record as a file, fetched a page at a time; it can take a while, so it can be ended. */
export function CsvButton() {
  const { submit, ...state } = useSubmit();
  const [count, setCount] = useState(0);
  const [isSaved, setIsSaved] = useState(false);
  const work = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      work.current?.abort();
    },
    [],
  );
  const take = () => {
    const controller = new AbortController();
    work.current = controller;
    setCount(0);
    setIsSaved(false);
    void submit(async () => {
      const rows = await collect(controller.signal, setCount);
      if (rows === null) return;
      download(FILE_NAME, csvOf(w.csvHead, rows));
      setIsSaved(true);
    });
  };
  return (
    <div className="no-print flex flex-col items-end gap-2">
      <Button busy={state.busy} onClick={take}>
        {w.csv}
      </Button>
      {state.busy && (
        <Progress
          label={w.csvBusy(String(count))}
          onCancel={() => {
            work.current?.abort();
          }}
        />
      )}
      <FormNotice state={{ done: state.done && isSaved, wrong: state.wrong }} done={w.csvSaved(FILE_NAME)} />
    </div>
  );
}
