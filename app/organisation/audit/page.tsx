import type { Metadata } from 'next';
import Link from 'next/link';
import { visitor } from '../../_client/api.ts';
import { AccessHeader } from '../../account/access-header.tsx';
import { accessWords } from '../../account/access-words.ts';
import { LocalTime } from '../../account/local-time.tsx';
import { StopWhenEnded } from '../../account/stop-when-ended.tsx';
import { actionSentence, changeSentence } from './audit-sentences.ts';
import { CsvButton } from './csv-button.tsx';

const w = accessWords.audit;

export const metadata: Metadata = { title: w.title };

type PageProps = { searchParams: Promise<{ before?: string | string[] }> };

/** Who changed what: newest first, a page at a time, by the server. */
export default async function AuditPage({ searchParams }: PageProps) {
  const { before } = await searchParams;
  const { caller, principal, may } = await visitor('audit:read');
  const from = typeof before === 'string' && /^\d{1,18}$/.test(before) ? before : null;
  const { entries, next } = await caller.organisation.audit({ before: from });
  return (
    <div className="mx-auto max-w-6xl">
      <AccessHeader name={principal.name} may={may} />
      <StopWhenEnded />
      <main className="flex flex-col gap-4 px-4 pb-12">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div>
            <h1 className="text-2xl font-semibold">{w.title}</h1>
            <p className="hint">{w.intro}</p>
          </div>
          <CsvButton />
        </div>
        {entries.length === 0 ? (
          <p className="card">{w.empty}</p>
        ) : (
          <div className="card overflow-x-auto" tabIndex={0} role="region" aria-label={w.table}>
            <table className="w-full text-sm">
              <thead>
                <tr>
                  {w.columns.map((column) => (
                    <th key={column} scope="col" className="px-2 py-2 text-left">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {entries.map(({ id, happenedAt, actor, action, changes, address }) => (
                  <tr key={id} className="border-t border-line align-top">
                    <td className="px-2 py-2 whitespace-nowrap">
                      <LocalTime at={happenedAt} />
                    </td>
                    <td className="px-2 py-2">{actor ?? w.nobody}</td>
                    <td className="px-2 py-2">{actionSentence(action)}</td>
                    <td className="px-2 py-2">
                      <ul className="hint break-all">
                        {changes.map((change) => {
                          const sentence = changeSentence(change);
                          return <li key={sentence}>{sentence}</li>;
                        })}
                      </ul>
                    </td>
                    <td className="px-2 py-2">{address}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        <nav className="flex flex-wrap gap-3" aria-label={w.title}>
          {from !== null && (
            <Link className="button" href="/organisation/audit">
              {w.newest}
            </Link>
          )}
          {next !== null && (
            <Link className="button" href={`/organisation/audit?before=${next}`}>
              {w.older}
            </Link>
          )}
        </nav>
      </main>
    </div>
  );
}
