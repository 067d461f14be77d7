'use client';

import { accessWords } from '../../account/access-words.ts';
import { csvOf, download } from '../../_client/csv.ts';
import { trpc } from '../../_client/trpc.ts';
import { useSubmit } from '../../_client/use-submit.ts';
import { FormNote } from '../../_ui/form-note.tsx';
import { auditCsvRows } from './audit-sentences.ts';

const w = accessWords.audit;
const FILE_NAME = 'valley-changes.csv';
const PAGE = 1_000;
/** A spreadsheet holds about a million lines; older changes are read on the page. */
const PAGES_MAX = 500;

/** The whole record as a file, fetched a page at a time. */
export function CsvButton() {
  const { submit, ...state } = useSubmit();
  const take = () => {
    void submit(async () => {
      const rows: (string | null)[][] = [];
      let before: string | null = null;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const part: Awaited<ReturnType<typeof trpc.organisation.audit.query>> =
          await trpc.organisation.audit.query({ before, limit: PAGE });
        rows.push(...auditCsvRows(part.entries));
        before = part.next;
        if (before === null) break;
      }
      download(FILE_NAME, csvOf(w.csvHead, rows));
    });
  };
  return (
    <div className="no-print">
      <button type="button" className="button" aria-disabled={state.busy} onClick={take}>
        {state.busy ? w.csvBusy : w.csv}
      </button>
      <FormNote state={state} done={FILE_NAME} />
    </div>
  );
}
