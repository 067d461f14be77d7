import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import type { EvidenceRow, EvidenceTable } from '#domain/planning/backtest/evidence-table.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { api, site } from '../_client/api.ts';
import { dayName } from '../_client/format.ts';
import { DataTable } from '../_ui/data-table.tsx';
import type { Column } from '../_ui/data-table.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { Notice } from '../_ui/notice.tsx';
import { MethodCard, OpenPage } from '../_ui/open-page.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { evidenceWords, explanationOf } from './evidence-words.ts';

export const metadata: Metadata = { title: evidenceWords.title };

/** What the installation's own stays show. Open to anybody in the demo, else to who is signed in. */
export default async function EvidencePage() {
  const { principal, caller, may } = await api();
  const { mode } = await site();
  if (mode !== 'demo' && principal === null) redirect('/sign-in');
  const found = await caller.evidence.table();
  return (
    <OpenPage
      width="max-w-5xl"
      title={evidenceWords.title}
      intro={evidenceWords.intro}
      links={[
        { href: '/what-if', label: evidenceWords.whatIf },
        { href: '/', label: evidenceWords.back },
      ]}
    >
      {found === null ? (
        <EmptyState
          title={evidenceWords.empty}
          hint={mode === 'demo' || may('fleet:read') ? evidenceWords.emptyHint : evidenceWords.emptyElse}
        />
      ) : (
        <>
          <Source found={found} />
          <Figures table={found.table} />
          <Explanations table={found.table} />
        </>
      )}
      <MethodCard title={evidenceWords.method} lines={evidenceWords.methodLines} />
      <OwnData />
    </OpenPage>
  );
}

type Found = NonNullable<inferRouterOutputs<AppRouter>['evidence']['table']>;

/** What the figures are made of, in numbers, and whether anybody made it up. */
function Source({ found }: { found: Found }) {
  const day = (at: Date) => dayName(secondsFromDate(at), found.timeZone);
  const span = evidenceWords.span(day(found.from), day(found.to));
  return (
    <Notice kind={found.isSynthetic ? 'warn' : 'info'} isStill>
      <p>{evidenceWords.of(String(found.sessions), span, found.biddingZone)}</p>
      <p className="font-semibold" data-testid="source">
        {found.isSynthetic ? evidenceWords.synthetic : evidenceWords.recorded}
      </p>
    </Notice>
  );
}

function FigureName({ label, note }: EvidenceRow) {
  return (
    <>
      {label}
      <span className="hint block font-normal">{note}</span>
    </>
  );
}

const FIGURE: Column<EvidenceRow> = {
  head: evidenceWords.figure,
  isRowHead: true,
  cell: FigureName,
};

function Figures({ table: { columns, rows } }: { table: EvidenceTable }) {
  const groups = columns.map(({ group, label }) => ({
    head: label,
    cell: ({ cells }: EvidenceRow) => cells[group],
  }));
  return (
    <SectionCard title={evidenceWords.table}>
      <DataTable
        caption={evidenceWords.tableRegion}
        columns={[FIGURE, ...groups]}
        rows={rows}
        keyOf={({ label }) => label}
      />
    </SectionCard>
  );
}

function Explanations({ table: { rows } }: { table: EvidenceTable }) {
  const explained = rows.flatMap(({ label }) => {
    const explanation = explanationOf(label);
    return explanation === null ? [] : [{ label, ...explanation }];
  });
  return (
    <SectionCard title={evidenceWords.explained}>
      <dl className="grid gap-x-6 gap-y-3 text-sm md:grid-cols-2">
        {explained.map(({ label, means, limits }) => (
          <div key={label}>
            <dt className="font-semibold">{label}</dt>
            <dd>{means}</dd>
            <dd className="text-soft">
              {evidenceWords.limits(limits)}
            </dd>
          </div>
        ))}
      </dl>
    </SectionCard>
  );
}

function OwnData() {
  return (
    <SectionCard title={evidenceWords.own}>
      <p className="text-sm text-soft">{evidenceWords.ownHint}</p>
      <pre
        className="overflow-x-auto rounded-lg bg-sunken px-3 py-2 text-sm"
        tabIndex={0}
        role="region"
        aria-label={evidenceWords.commandRegion}
      >
        <code>{evidenceWords.command}</code>
      </pre>
      <p className="text-sm text-soft">{evidenceWords.columns}</p>
    </SectionCard>
  );
}
