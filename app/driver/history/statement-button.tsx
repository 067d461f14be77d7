'use client';

import { allPages } from '../../_client/all-pages.ts';
import { trpc } from '../../_client/trpc.ts';
import { FileButton } from '../../_ui/file-button.tsx';
import { historyWords } from './history-words.ts';
import { statementCsv } from './statement-csv.ts';

const w = historyWords.wallet;

async function pageAt(cursor: string | null) {
  const { stays, nextCursor } = await trpc.charging.statement.query({ cursor });
  return { items: stays, next: nextCursor };
}

/** Every stay with what was settled, as a file. */
export function StatementButton() {
  return (
    <FileButton
      className="self-start text-sm"
      label={w.csv}
      file="valley-stays.csv"
      read={async (reading) => statementCsv(await allPages(pageAt, reading))}
      progress={w.reading}
    />
  );
}
