import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { secondsFromDate } from '#domain/time/instant.ts';
import { AccessHeader } from '../account/access-header.tsx';
import { StopWhenEnded } from '../account/stop-when-ended.tsx';
import { visitor } from '../_client/api.ts';
import { dateTime } from '../_client/format.ts';
import { InsightLinks } from '../_ui/what-if/insight-links.tsx';
import { words } from '../_ui/words.ts';
import { adminWords } from './admin-words.ts';
import { CardSection } from './card-section.tsx';
import { LimitSection } from './limit-section.tsx';
import { NoticeSection } from './notice-section.tsx';
import { ProgrammeSection } from './programme-section.tsx';
import { RefreshOften } from './refresh-often.tsx';
import { SiteSection } from './site-section.tsx';
import { StationSection } from './station-section.tsx';
import { stationBase } from './station-url.ts';
import { StaySection } from './stay-section.tsx';
import { Steps } from './steps.tsx';

export const metadata: Metadata = { title: words.nav.admin };

/** One plain page: site, station, programme, card, and what happens on them. */
export default async function AdminPage() {
  const { caller, principal, may } = await visitor('fleet:read');
  const { fleet, market } = caller;
  const [zones, sites, stations, address, notices, programme, cards, stays, freshness] = await Promise.all([
    fleet.zones(),
    fleet.locations(),
    fleet.stations(),
    fleet.stationAddress(),
    fleet.notices({}),
    fleet.programme(),
    fleet.cards(),
    fleet.stays(),
    market.freshness(),
  ]);
  const canWrite = may('fleet:write');
  return (
    <div className="mx-auto max-w-6xl">
      <AccessHeader name={principal.name} may={may} />
      <StopWhenEnded />
      <main className="flex flex-col gap-4 px-4 pb-12">
        <h1 className="text-2xl font-semibold">{adminWords.title}</h1>
        <InsightLinks />
        <RefreshOften />
        <Steps
          done={{
            site: sites.length > 0,
            station: stations.length > 0,
            programme: programme.acceptedVersion !== null,
            card: cards.some(({ email }) => email !== null),
          }}
        />
        <NoticeSection first={notices} canWrite={canWrite} />
        <StationSection
          stations={stations}
          sites={sites}
          canWrite={canWrite}
          base={stationBase(address, (await headers()).get('host'))}
          proxyUrl={proxyUrlOf(address)}
        />
        <LimitSection />
        <StaySection stays={stays} />
        <SiteSection sites={sites} zones={zones} canWrite={canWrite} />
        <ProgrammeSection programme={programme} canAccept={may('programme:accept')} />
        <CardSection cards={cards} canWrite={canWrite} canInvite={may('person:invite')} />
        <section className="card" aria-labelledby="prices">
          <h2 id="prices" className="text-lg font-semibold">
            {adminWords.prices.title}
          </h2>
          {freshness.length === 0 && <p className="text-soft">{adminWords.prices.empty}</p>}
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
        </section>
      </main>
    </div>
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
