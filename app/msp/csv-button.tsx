'use client';

import { allPages } from '../_client/all-pages.ts';
import { trpc } from '../_client/trpc.ts';
import { FileButton } from '../_ui/file-button.tsx';
import { mspWords as w } from './msp-words.ts';
import { mspCsv } from './stay-csv.ts';
import type { StayCursor } from './stay-cursor.ts';

const PAGE = 1_000;

async function pageAt(cursor: StayCursor | null) {
  const { stays, next } = await trpc.msp.stays.query({ cursor, limit: PAGE });
  return { items: stays, next };
}

/** Every settled stay as a file. */
export function CsvButton() {
  return (
    <div className="flex flex-col items-start gap-1">
      <FileButton
        label={w.csv}
        file="valley-msp-stays.csv"
        read={async (reading) => mspCsv(await allPages(pageAt, reading))}
        progress={w.csvRunning}
      />
    </div>
  );
}
