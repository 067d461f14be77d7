import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { nullIfAbsent } from '../../../_client/absent.ts';
import { api } from '../../../_client/api.ts';
import { cents, clockTime, kw, whenTime } from '../../../_client/format.ts';
import { Brand } from '../../../_ui/brand.tsx';
import { SectionCard } from '../../../_ui/section-card.tsx';
import { kerbWords } from '../../kerb-words.ts';
import { KerbStayCard } from './kerb-stay.tsx';

export const metadata: Metadata = { title: kerbWords.plan.title, robots: { index: false } };

type PageProps = { params: Promise<{ stationId: string; evseId: string }> };
type Evse = Awaited<ReturnType<typeof evseOf>>;

async function evseOf(params: PageProps['params']) {
  const { stationId, evseId } = await params;
  const { caller } = await api();
  const number = Number(evseId);
  const at = { stationId: decodeURIComponent(stationId), evseId: number };
  return await caller.kerb.evse(at).catch(nullIfAbsent);
}

/** Behind the code on a charging point, without an account: price, plan, and charge now by card. */
export default async function KerbPage({ params }: PageProps) {
  const evse = await evseOf(params);
  if (evse === null) notFound();
  const { locationName, stationId, evseId, maxPowerW } = evse;
  return (
    <main className="mx-auto flex max-w-md flex-col gap-4 px-4 py-6">
      <Brand />
      <header>
        <h1 className="text-2xl font-semibold leading-tight">{kerbWords.title(locationName)}</h1>
        <p className="text-soft">
          {kerbWords.placeAndPower(stationId, String(evseId), kw(maxPowerW))}
        </p>
      </header>
      <Price evse={evse} />
      <KerbStayCard stationId={stationId} evseId={evseId} />
      <Outlook evse={evse} />
    </main>
  );
}

/** Energy first, then time, as drivers are shown prices; what nobody told us is unknown, not 0. */
function Price({ evse }: { evse: NonNullable<Evse> }) {
  const w = kerbWords.price;
  return (
    <SectionCard title={w.title}>
      <dl>
        <div className="flex items-baseline justify-between gap-4 pb-2">
          <dt className="font-semibold">{w.energy}</dt>
          <dd className="text-2xl font-semibold tabular-nums" data-testid="kerb-price">
            {evse.salePriceMicro === '0'
              ? w.free
              : w.perKwh(cents(evse.salePriceMicro))}
          </dd>
        </div>
        {w.others.map((component) => (
          <div key={component} className="flex justify-between gap-4 border-t border-line py-1">
            <dt>{component}</dt>
            <dd className="text-soft">{w.unknown}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{w.note}</p>
    </SectionCard>
  );
}

function Outlook({ evse }: { evse: NonNullable<Evse> }) {
  const { outlook, nowAt, timeZone } = evse;
  const w = kerbWords.plan;
  const spans =
    outlook.key === 'UNKNOWN'
      ? ''
      : outlook.spans
          .map(({ fromAt, toAt }) =>
            w.span(clockTime(fromAt, timeZone), clockTime(toAt, timeZone)),
          )
          .join(', ');
  return (
    <SectionCard title={w.title}>
      <p>
        {outlook.key === 'UNKNOWN'
          ? w.unknown
          : w.cheapest(whenTime(outlook.untilAt, nowAt, timeZone), spans)}
      </p>
      <p className="hint">{w.now}</p>
    </SectionCard>
  );
}
