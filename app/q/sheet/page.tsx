import type { Metadata } from 'next';
import { visitor } from '../../_client/api.ts';
import { Brand } from '../../_ui/brand.tsx';
import { ButtonLink } from '../../_ui/button.tsx';
import { kerbWords } from '../kerb-words.ts';
import { PrintButton } from './print-button.tsx';
import { QrCode } from './qr-code.tsx';

export const metadata: Metadata = { title: kerbWords.sheet.title };

const w = kerbWords.sheet;
/** The portal's public address as the web server told next-auth (`VALLEY_URL` where it is set). */
function portalUrl(): string {
  return (process.env['NEXTAUTH_URL'] ?? 'http://localhost:3000').replace(/\/$/, '');
}

type PageProps = { searchParams: Promise<{ station?: string | string[] }> };

/** Labels for the operator's charging points (`?station=` for one station's), to print and cut. */
export default async function SheetPage({ searchParams }: PageProps) {
  const { station } = await searchParams;
  const { caller } = await visitor('fleet:read');
  const siteUrl = portalUrl();
  const only = typeof station === 'string' ? station : null;
  const ask = (page: number) =>
    caller.fleet.stations({ page, search: only?.slice(0, 60) ?? '', limit: 500 });
  const first = await ask(1);
  const stations = [...first.stations];
  for (let page = 2; page <= first.pages; page += 1) stations.push(...(await ask(page)).stations);
  const labels = stations
    .filter(({ id }) => only === null || id === only)
    .flatMap(({ id, locationName, evses }) =>
      evses.map(({ evseId }) => ({
        locationName,
        place: kerbWords.place(id, String(evseId)),
        url: `${siteUrl}/q/${encodeURIComponent(id)}/${evseId}`,
      })),
    );
  const isLocal = ['localhost', '127.0.0.1'].includes(new URL(siteUrl).hostname);
  return (
    <main className="mx-auto flex max-w-4xl flex-col gap-4 px-4 py-6">
      <div className="no-print flex flex-col gap-3">
        <Brand />
        <h1 className="text-2xl font-semibold">{w.title}</h1>
        <p className="text-soft">{labels.length === 0 ? w.empty : w.intro}</p>
        {isLocal && labels.length > 0 && <p className="wrong">{w.local}</p>}
        <div className="flex flex-wrap gap-3">
          {labels.length > 0 && <PrintButton />}
          <ButtonLink href="/admin">{w.back}</ButtonLink>
        </div>
      </div>
      <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 md:grid-cols-3 print:grid-cols-2">
        {labels.map(({ url, place, locationName }) => (
          <li
            key={url}
            className="flex break-inside-avoid flex-col items-center gap-1 rounded-xl border border-edge bg-white p-4 text-center text-black"
          >
            <p className="font-semibold">{locationName}</p>
            <QrCode text={url} label={url} />
            <p className="text-sm">{place}</p>
            <p className="text-sm font-semibold">{w.scan}</p>
            <p className="break-all text-xs">{url}</p>
          </li>
        ))}
      </ul>
    </main>
  );
}
