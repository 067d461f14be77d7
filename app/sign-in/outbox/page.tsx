import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Fragment } from 'react';
import { accessWords } from '../../account/access-words.ts';
import { site } from '../../_client/api.ts';
import { Brand } from '../../_ui/brand.tsx';
import { EmptyState } from '../../_ui/empty-state.tsx';

export const metadata: Metadata = { title: accessWords.outbox.title };

const w = accessWords.outbox;
const LINK = /(https?:\/\/\S+)/;
const format = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'UTC' });

/** What the demo would have mailed; exists in the demo only. */
export default async function OutboxPage() {
  const { mode, outbox } = await site();
  if (mode !== 'demo') notFound();
  const mails = outbox();
  return (
    <main className="mx-auto flex max-w-xl flex-col gap-6 px-4 py-12">
      <Brand />
      <h1 className="text-2xl font-semibold">{w.title}</h1>
      <p className="text-soft">{w.intro}</p>
      {mails.length === 0 && <EmptyState title={w.empty} />}
      {mails.map(({ id, to, subject, text, sentAt }) => (
        <article key={id} className="card flex flex-col gap-2">
          <h2 className="font-semibold">{subject}</h2>
          <p className="hint">{w.to(to, `${format.format(sentAt)} UTC`)}</p>
          <p className="whitespace-pre-wrap break-words">
            {text.split(LINK).map((part, index) => (
              // Text in its order: nothing else tells the parts apart.
              // oxlint-disable-next-line react/no-array-index-key
              <Fragment key={index}>
                {LINK.test(part) ? (
                  <a className="break-all underline" href={part}>
                    {part}
                  </a>
                ) : (
                  part
                )}
              </Fragment>
            ))}
          </p>
        </article>
      ))}
    </main>
  );
}
