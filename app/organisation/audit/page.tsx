import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import type { AppRouter } from '#server/trpc/root.ts';
import { visitor } from '../../_client/api.ts';
import { accessWords } from '../../account/access-words.ts';
import { LocalTime } from '../../account/local-time.tsx';
import { DataTable, type Column } from '../../_ui/data-table.tsx';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { Pager } from '../../_ui/pager.tsx';
import { uiWords } from '../../_ui/ui-words.ts';
import { actionSentence, changeSentence } from './audit-sentences.ts';
import { CsvButton } from './csv-button.tsx';

const w = accessWords.audit;
const PATH = '/organisation/audit';

export const metadata: Metadata = { title: w.title };

type Entry = inferRouterOutputs<AppRouter>['organisation']['audit']['entries'][number];
type PageProps = { searchParams: Promise<{ before?: string | string[] }> };

/** Who changed what: newest first, a page at a time, by the server. */
export default async function AuditPage({ searchParams }: PageProps) {
  const { before } = await searchParams;
  const { caller } = await visitor('audit:read');
  const from = typeof before === 'string' && /^\d{1,18}$/.test(before) ? before : null;
  const { entries, next } = await caller.organisation.audit({ before: from });
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-2xl font-semibold">{w.title}</h1>
          <p className="hint">{w.intro}</p>
        </div>
        <CsvButton />
      </div>
      <div className="card flex flex-col gap-4">
        <DataTable
          caption={w.table}
          columns={columns}
          rows={entries}
          keyOf={({ id }) => id}
          empty={<EmptyState title={w.empty} />}
          pager={
            <Pager
              of={w.title}
              previous={from === null ? null : { href: PATH, label: uiWords.newest }}
              next={next === null ? null : { href: `${PATH}?before=${next}`, label: uiWords.older }}
            />
          }
        />
      </div>
    </main>
  );
}

const [whenHead, whoHead, whatHead, changedHead, addressHead] = w.columns;

const columns: readonly Column<Entry>[] = [
  { head: whenHead, isRowHead: true, cell: ({ happenedAt }) => <LocalTime at={happenedAt} /> },
  { head: whoHead, cell: ({ actor }) => actor ?? w.nobody },
  { head: whatHead, cell: ({ action }) => actionSentence(action) },
  { head: changedHead, cell: ({ changes }) => <Changes changes={changes} /> },
  { head: addressHead, cell: ({ address }) => address },
];

function Changes({ changes }: { changes: Entry['changes'] }) {
  return (
    <ul className="hint break-all">
      {changes.map((change) => {
        const sentence = changeSentence(change);
        return <li key={sentence}>{sentence}</li>;
      })}
    </ul>
  );
}
