import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { visitor } from '../../../_client/api.ts';
import { nullIfAbsent } from '../../../_client/absent.ts';
import { dateTime } from '../../../_client/format.ts';
import { StayChart } from '../../../_ui/charts/stay-chart.tsx';
import { words } from '../../../_ui/words.ts';
import { historyWords } from '../../history/history-words.ts';
import { driverWords } from '../../driver-words.ts';
import { StayStory } from '../../stay-story.tsx';
import { Receipt } from './receipt.tsx';
import { ReceiptWaiting } from './receipt-waiting.tsx';

export const metadata: Metadata = { title: historyWords.receipt.title };

type PageProps = { params: Promise<{ id: string }> };

/** One stay that is over: its receipt, number by number, and its chart. */
export default async function StayPage({ params }: PageProps) {
  const { id } = await params;
  const { caller } = await visitor('receipt:read');
  const view = await caller.charging.session({ sessionId: id }).catch(nullIfAbsent);
  if (view === null) notFound();
  const [receipt, story] = await Promise.all([
    caller.settlement.receipt({ sessionId: id }),
    caller.charging.timeline({ sessionId: id }),
  ]);
  return (
    // On paper two columns, so that a receipt is one page.
    <main
      data-session-id={id}
      className="mx-auto flex max-w-4xl flex-col gap-4 px-4 print:block print:columns-2 print:gap-x-8"
    >
      <Link
        className="no-print underline inline-flex min-h-11 items-center self-start"
        href="/driver/history"
      >
        {historyWords.receipt.back}
      </Link>
      <header className="print:pb-2 print:[column-span:all]">
        <h1 className="text-2xl font-semibold">{historyWords.receipt.title}</h1>
        <p className="text-soft">
          {historyWords.receipt.of(
            dateTime(view.plugInAt, view.timeZone),
            words.stay.at(view.locationName, view.stationId),
          )}
        </p>
      </header>
      {receipt === null || view.state === 'OPEN' ? (
        <ReceiptWaiting view={view} />
      ) : (
        <Receipt receipt={receipt} view={view} />
      )}
      <StayChart view={view} now={view.nowAt} />
      <details className="card">
        <summary className="cursor-pointer py-2 text-lg font-semibold">
          {driverWords.storyTitle}
        </summary>
        <StayStory entries={story} zone={view.timeZone} now={view.nowAt} />
      </details>
    </main>
  );
}
