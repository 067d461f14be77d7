'use client';

import { useState } from 'react';
import { download } from '../_client/download.ts';
import { trpc } from '../_client/trpc.ts';
import { useSubmit } from '../_client/use-submit.ts';
import { Button } from '../_ui/button.tsx';
import { mspWords as w } from './msp-words.ts';
import { mspCsv, type MspStay } from './stay-csv.ts';
import type { StayCursor } from './stay-cursor.ts';

const PAGE = 1_000;
const FILE = 'valley-msp-stays.csv';

/** Every settled stay as a file, fetched page by page. */
export function CsvButton() {
  const { submit, busy, wrong } = useSubmit();
  const [count, setCount] = useState(0);
  const take = async () => {
    const stays: MspStay[] = [];
    let cursor: StayCursor | null = null;
    do {
      const page: Awaited<ReturnType<typeof trpc.msp.stays.query>> = await trpc.msp.stays.query({ cursor, limit: PAGE });
      stays.push(...page.stays);
      cursor = page.next;
      setCount(stays.length);
    } while (cursor !== null);
    download(FILE, mspCsv(stays));
  };
  return (
    <span className="flex flex-col items-start gap-1">
      <Button
        busy={busy}
        onClick={() => {
          void submit(take);
        }}
      >
        {w.csv}
      </Button>
      <span role="status" className="hint empty:sr-only">
        {busy && count > 0 ? w.csvRunning(String(count)) : ''}
      </span>
      <span role="alert" className="wrong empty:sr-only">
        {wrong}
      </span>
    </span>
  );
}
