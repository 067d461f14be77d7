import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { readSettings, settingsQuery, type ReadSettings } from '#domain/planning/what-if/settings.ts';
import { api, site } from '../_client/api.ts';
import { dayName } from '../_client/format.ts';
import { Notice } from '../_ui/notice.tsx';
import { MethodCard, OpenPage } from '../_ui/open-page.tsx';
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
    <OpenPage
      width="max-w-7xl"
      title={whatIfWords.title}
      intro={whatIfWords.intro}
      links={[
        { href: '/evidence', label: whatIfWords.evidence },
        { href: '/', label: whatIfWords.back },
      ]}
    >
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
      <MethodCard title={whatIfWords.method.title} lines={whatIfWords.method.lines} />
    </OpenPage>
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
    <div role="note">
      <Notice kind="warn" isStill>
        {names.length > 0 && <p>{whatIfWords.refused(names.join(', '))}</p>}
        {isDayMissing && <p>{whatIfWords.noDay}</p>}
      </Notice>
    </div>
  );
}
