import type { Metadata } from 'next';
import { RefreshOften } from '../admin/refresh-often.tsx';
import { visitor } from '../_client/api.ts';
import { ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { cityWords as w } from './city-words.ts';
import { DaySection } from './day-section.tsx';

export const metadata: Metadata = { title: w.title };

/** Today's streets in sums, and the ways to the what-if and the evidence. */
export default async function CityPage() {
  const { caller } = await visitor('city:read');
  const view = await caller.city.day();
  const least = String(view.leastDrivers);
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <RefreshOften />
      <h1 className="text-2xl font-semibold">{w.title}</h1>
      <p className="max-w-3xl text-soft">{w.intro}</p>
      <p className="hint max-w-3xl">{w.privacy(least)}</p>
      {view.day === null ? (
        <EmptyState
          title={view.sites.length === 0 ? w.noSites : w.few(least)}
          hint={view.sites.length === 0 ? w.noSitesHint : w.fewHint}
        />
      ) : (
        <DaySection day={view.day} nowAt={view.nowAt} timeZone={view.timeZone} least={least} />
      )}
      <SectionCard title={w.whatIfTitle}>
        <nav aria-label={w.whatIfTitle} className="flex flex-wrap gap-3">
          <ButtonLink kind="main" href="/what-if">
            {w.whatIf}
          </ButtonLink>
          <ButtonLink href="/evidence">{w.evidence}</ButtonLink>
        </nav>
      </SectionCard>
      {view.sites.length > 0 && (
        <SectionCard title={w.sites}>
          <ul className="list-disc pl-5">
            {view.sites.map(({ name, operator }) => (
              <li key={name}>{w.site(name, operator)}</li>
            ))}
          </ul>
        </SectionCard>
      )}
    </main>
  );
}
