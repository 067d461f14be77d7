import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { readSettings, settingsQuery, type ReadSettings } from '#domain/planning/what-if/settings.ts';
import { api, site } from '../_client/api.ts';
import { dayName } from '../_client/format.ts';
import { Brand } from '../_ui/brand.tsx';
import { WhatIfView } from '../_ui/what-if/what-if-view.tsx';
import { whatIfWords } from '../_ui/what-if/what-if-words.ts';
import { firstAnswer } from './first-answer.ts';

export const metadata: Metadata = { title: whatIfWords.title };

type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Open to anybody in the demo, else to whoever is signed in. */
export default async function WhatIfPage({ searchParams }: PageProps) {
  const { principal, caller } = await api();
  const { mode } = await site();
  if (mode !== 'demo' && principal === null) redirect('/sign-in');
  const read = readSettings(await searchParams);
  const { days, fleet } = await caller.evidence.street({ day: read.day });
  const day = fleet === null ? null : read.day;
  return (
    <div className="mx-auto max-w-7xl px-4 pb-12">
      <header className="flex flex-wrap items-center justify-between gap-3 py-3">
        <Brand />
        <nav className="flex gap-4 text-sm">
          <Link className="inline-flex min-h-11 items-center underline" href="/evidence">
            {whatIfWords.evidence}
          </Link>
          <Link className="inline-flex min-h-11 items-center underline" href="/">
            {whatIfWords.back}
          </Link>
        </nav>
      </header>
      <main className="flex flex-col gap-4">
        <h1 className="text-2xl font-semibold">{whatIfWords.title}</h1>
        <p className="max-w-3xl text-soft">{whatIfWords.intro}</p>
        <Refused read={read} isDayMissing={read.day !== null && fleet === null} />
        <WhatIfView
          key={`${day ?? ''} ${settingsQuery(read.settings, day)}`}
          first={firstAnswer(fleet, read.settings)}
          settings={read.settings}
          day={day}
          days={days.map((each) => ({
            day: each.day,
            label: whatIfWords.day(dayLabel(each.day), String(each.stays)),
          }))}
          fleet={fleet}
        />
        <Method />
      </main>
    </div>
  );
}

function dayLabel(day: string): string {
  return dayName(Date.parse(`${day}T12:00:00Z`) / 1000, 'UTC');
}

function Refused({ read, isDayMissing }: { read: ReadSettings; isDayMissing: boolean }) {
  const names = read.refused.map((field) =>
    field === 'day' ? whatIfWords.dayName : whatIfWords.fields[field].label,
  );
  if (names.length === 0 && !isDayMissing) return null;
  return (
    <div role="note" className="rounded-xl border border-edge bg-alert-page px-4 py-3">
      {names.length > 0 && <p>{whatIfWords.refused(names.join(', '))}</p>}
      {isDayMissing && <p>{whatIfWords.noDay}</p>}
    </div>
  );
}

function Method() {
  const { title, lines } = whatIfWords.method;
  return (
    <section className="card" aria-labelledby="method">
      <h2 id="method" className="font-semibold">
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
