'use client';

import { accessWords } from '../../account/access-words.ts';
import { allPages } from '../../_client/all-pages.ts';
import { csvOf } from '../../_client/csv.ts';
import { trpc } from '../../_client/trpc.ts';
import { FileButton } from '../../_ui/file-button.tsx';
import { auditCsvRows } from './audit-sentences.ts';

const w = accessWords.audit;
const FILE_NAME = 'valley-changes.csv';
const PAGE = 1_000;
/** A spreadsheet holds about a million lines; older changes are read on the page. */
const PAGES_MAX = 500;

async function pageAt(before: string | null) {
  const { entries, next } = await trpc.organisation.audit.query({ before, limit: PAGE });
  return { items: auditCsvRows(entries), next };
}

/** The whole record as a file. */
export function CsvButton() {
  return (
    <div className="no-print flex flex-col items-end gap-2">
      <FileButton
        label={w.csv}
        file={FILE_NAME}
        read={async (reading) => csvOf(w.csvHead, await allPages(pageAt, reading, PAGES_MAX))}
        progress={w.csvBusy}
        saved={w.csvSaved(FILE_NAME)}
      />
    </div>
  );
}
