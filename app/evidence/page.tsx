import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import type { EvidenceTable } from '#domain/planning/backtest/evidence-table.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import { api, site } from '../_client/api.ts';
import { dayName } from '../_client/format.ts';
import { Brand } from '../_ui/brand.tsx';
import { evidenceWords, explanationOf } from './evidence-words.ts';

export const metadata: Metadata = { title: evidenceWords.title };

/** What the installation's own stays show. Open to anybody in the demo, else to who is signed in. */
export default async function EvidencePage() {
  const { principal, caller, may } = await api();
  const { mode } = await site();
  if (mode !== 'demo' && principal === null) redirect('/sign-in');
  const found = await caller.evidence.table();
  return (
    <div className="mx-auto max-w-5xl px-4 pb-12">
      <header className="flex flex-wrap items-center justify-between gap-3 py-3">
        <Brand />
        <nav className="flex flex-wrap gap-4 text-sm">
          <Link className="inline-flex min-h-11 items-center underline" href="/what-if">
            {evidenceWords.whatIf}
          </Link>
          <Link className="inline-flex min-h-11 items-center underline" href="/">
            {evidenceWords.back}
          </Link>
        </nav>
      </header>
      <main className="flex flex-col gap-4">
        <h1 className="text-2xl font-semibold">{evidenceWords.title}</h1>
        <p className="max-w-3xl text-soft">{evidenceWords.intro}</p>
        {found === null ? (
          <Empty hasAccess={mode === 'demo' || may('fleet:read')} />
        ) : (
          <>
            <p>
              {evidenceWords.of(
                String(found.sessions),
                evidenceWords.span(
                  dayName(secondsFromDate(found.from), found.timeZone),
                  dayName(secondsFromDate(found.to), found.timeZone),
                ),
                found.biddingZone,
              )}{' '}
              <strong data-testid="source">
                {found.isSynthetic ? evidenceWords.synthetic : evidenceWords.recorded}
              </strong>
            </p>
            <Figures table={found.table} />
            <Explanations table={found.table} />
          </>
        )}
        <Lines id="method" title={evidenceWords.method} lines={evidenceWords.methodLines} />
        <OwnData />
      </main>
    </div>
  );
}

function Empty({ hasAccess }: { hasAccess: boolean }) {
  return (
    <section className="card" aria-labelledby="empty">
      <h2 id="empty" className="font-semibold">
        {evidenceWords.empty}
      </h2>
      <p className="mt-1 text-soft">
        {hasAccess ? evidenceWords.emptyHint : evidenceWords.emptyElse}
      </p>
    </section>
  );
}

function Figures({ table: { columns, rows } }: { table: EvidenceTable }) {
  return (
    <section className="card" aria-labelledby="figures">
      <h2 id="figures" className="font-semibold">
        {evidenceWords.table}
      </h2>
      <div
        className="mt-2 overflow-x-auto"
        tabIndex={0}
        role="region"
        aria-label={evidenceWords.tableRegion}
      >
        <table className="w-full min-w-2xl text-sm">
          <thead>
            <tr>
              <th scope="col" className="w-[34%] py-2 pr-3 text-left font-semibold">
                {evidenceWords.figure}
              </th>
              {columns.map(({ group, label }) => (
                <th key={group} scope="col" className="py-2 pr-3 text-left font-semibold">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ label, cells, note }) => (
              <tr key={label} className="border-t border-line align-top">
                <th scope="row" className="py-2 pr-3 text-left font-semibold">
                  {label}
                  <span className="hint block font-normal">{note}</span>
                </th>
                {columns.map(({ group }) => (
                  <td key={group} className="py-2 pr-3">
                    {cells[group]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Explanations({ table: { rows } }: { table: EvidenceTable }) {
  const explained = rows.flatMap(({ label }) => {
    const explanation = explanationOf(label);
    return explanation === null ? [] : [{ label, ...explanation }];
  });
  return (
    <section className="card" aria-labelledby="explained">
      <h2 id="explained" className="font-semibold">
        {evidenceWords.explained}
      </h2>
      <dl className="mt-2 grid gap-x-6 gap-y-3 text-sm md:grid-cols-2">
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
    </section>
  );
}

function Lines({ id, title, lines }: { id: string; title: string; lines: readonly string[] }) {
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      <ul className="mt-2 flex max-w-4xl list-disc flex-col gap-1 pl-5 text-sm text-soft">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function OwnData() {
  return (
    <section className="card" aria-labelledby="own">
      <h2 id="own" className="font-semibold">
        {evidenceWords.own}
      </h2>
      <p className="mt-1 text-sm text-soft">{evidenceWords.ownHint}</p>
      <pre
        className="mt-2 overflow-x-auto rounded-lg bg-sunken px-3 py-2 text-sm"
        tabIndex={0}
        role="region"
        aria-label={evidenceWords.commandRegion}
      >
        <code>{evidenceWords.command}</code>
      </pre>
      <p className="mt-2 text-sm text-soft">{evidenceWords.columns}</p>
    </section>
  );
}
