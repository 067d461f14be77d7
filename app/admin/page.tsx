import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { Suspense } from 'react';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { AppRouter } from '#server/trpc/root.ts';
import { visitor } from '../_client/api.ts';
import { dateTime } from '../_client/format.ts';
import { limitWords } from '../_ui/charts/limit-words.ts';
import { EmptyState } from '../_ui/empty-state.tsx';
import { SectionCard } from '../_ui/section-card.tsx';
import { InsightLinks } from '../_ui/what-if/insight-links.tsx';
import { words } from '../_ui/words.ts';
import { placeFrom } from './admin-place.ts';
import { adminWords } from './admin-words.ts';
import { CardSection } from './card-section.tsx';
import { LimitSection } from './limit-section.tsx';
import { NoticeSection } from './notice-section.tsx';
import { noticeWords } from './notice-words.ts';
import { ProgrammeSection } from './programme-section.tsx';
import { RefreshOften } from './refresh-often.tsx';
import { SiteSection } from './site-section.tsx';
import { StationSection } from './station-section.tsx';
import { stationBase } from './station-url.ts';
import { StaySection } from './stay-section.tsx';
import { Steps } from './steps.tsx';

export const metadata: Metadata = { title: words.nav.admin };

/** Of each list: together they are one page, also on a phone. */
const ROWS = 10;

type Outputs = inferRouterOutputs<AppRouter>;
type PageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** One page: what needs a person, then stations, limits, stays, sites, programme, cards, prices. */
export default async function AdminPage({ searchParams }: PageProps) {
  const place = placeFrom(await searchParams);
  const { caller, may } = await visitor('fleet:read');
  const { fleet, market } = caller;
  const [zones, sites, ties, stations, address, notices, programme, cards, stays, freshness] =
    await Promise.all([
      fleet.zones(),
      fleet.locations(),
      caller.tie.sites(),
      fleet.stations({ page: place.stations, search: place.stationSearch, limit: ROWS }),
      fleet.stationAddress(),
      fleet.notices({}),
      fleet.programme(),
      fleet.cards({ page: place.cards, search: place.cardSearch, limit: ROWS }),
      fleet.stays({ from: place.stays, limit: ROWS }),
      market.freshness(),
    ]);
  const canWrite = may('fleet:write');
  return (
    <main className="flex flex-col gap-4 px-4 pb-12">
      <h1 className="text-2xl font-semibold">{adminWords.title}</h1>
      <InsightLinks />
      <Parts />
      <RefreshOften />
      <Steps
        done={{
          site: sites.length > 0,
          station: stations.total > 0 || place.stationSearch !== '',
          programme: programme.acceptedVersion !== null,
          card: cards.linked > 0,
        }}
      />
      <NoticeSection first={notices} canWrite={canWrite} />
      <StationSection
        page={stations}
        place={place}
        sites={sites}
        canWrite={canWrite}
        base={stationBase(address, (await headers()).get('host'))}
        proxyUrl={proxyUrlOf(address)}
      />
      <Suspense fallback={<SectionCard title={limitWords.title} isLoading />}>
        <LimitSection />
      </Suspense>
      <StaySection page={stays} place={place} />
      <SiteSection sites={sites} zones={zones} ties={ties} canWrite={canWrite} />
      <ProgrammeSection programme={programme} canAccept={may('programme:accept')} />
      <CardSection page={cards} place={place} canWrite={canWrite} canInvite={may('person:invite')} />
      <PriceSection freshness={freshness} zones={zones} />
    </main>
  );
}

const parts = [
  { anchor: 'notices', label: noticeWords.title },
  { anchor: 'stations', label: adminWords.stations.title },
  { anchor: 'limits', label: limitWords.title },
  { anchor: 'stays', label: adminWords.stays.title },
  { anchor: 'sites', label: adminWords.sites.title },
  { anchor: 'programme', label: adminWords.programme.title },
  { anchor: 'cards', label: adminWords.cards.title },
  { anchor: 'prices', label: adminWords.prices.title },
];

/** The way down a long page. */
function Parts() {
  return (
    <nav aria-label={adminWords.parts} className="no-print flex flex-wrap gap-x-4">
      {parts.map(({ anchor, label }) => (
        <a key={anchor} href={`#${anchor}`} className="inline-flex min-h-11 items-center underline">
          {label}
        </a>
      ))}
    </nav>
  );
}

type PriceProps = {
  freshness: Outputs['market']['freshness'];
  zones: Outputs['fleet']['zones'];
};

function PriceSection({ freshness, zones }: PriceProps) {
  return (
    <SectionCard id="prices" title={adminWords.prices.title}>
      {freshness.length === 0 && <EmptyState title={adminWords.prices.empty} />}
      {freshness.map(({ biddingZone, untilAt, source, synthetic }) => (
        <p key={biddingZone} className="text-soft">
          {adminWords.prices.line(
            biddingZone,
            dateTime(secondsFromDate(untilAt), zoneOf(zones, biddingZone)),
            source,
          )}
          {synthetic && <strong> {words.synthetic}</strong>}
        </p>
      ))}
    </SectionCard>
  );
}

function zoneOf(zones: readonly { code: string; timeZone: string }[], code: string): string {
  return zones.find((zone) => zone.code === code)?.timeZone ?? 'UTC';
}

/** Behind TLS stations may come to the portal's own name; only the operator of the proxy knows. */
function proxyUrlOf(address: { url: string | null; needsProxyUrl: boolean }): string | null {
  if (!address.needsProxyUrl || address.url === null) return null;
  return `wss://${new URL(address.url).hostname}/ocpp`;
}
