import type { StayView } from '#domain/charging/stay-view.ts';
import Link from 'next/link';
import { eur } from '../_client/format.ts';
import { moneyHint, moneyLabel, sharesSentence } from './stay-sentences.ts';
import { words } from './words.ts';

/** What the driver gets: expected is outlined and marked with ≈, final is filled and plain. */
export function MoneyCard({ view }: { view: StayView }) {
  const { money } = view;
  const final = money.kind === 'FINAL';
  const shares = final ? null : sharesSentence(view);
  return (
    <div
      className={`rounded-xl border px-4 py-3 ${final ? 'border-gain bg-sunken' : 'border-dashed border-edge'}`}
    >
      <h2 className="hint">{words.money.title}</h2>
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-semibold" data-testid="money-kind">
          {moneyLabel(money)}
        </span>
        {money.cashbackMicro !== null && (
          <span className="whitespace-nowrap text-2xl font-semibold text-gain tabular-nums" data-testid="cashback">
            {final ? '' : '≈ '}
            {eur(money.cashbackMicro)}
          </span>
        )}
      </p>
      <p className="hint">{moneyHint(money)}</p>
      {shares !== null && <p className="hint mt-1">{shares}</p>}
      {view.synthetic && <p className="hint">{words.synthetic}</p>}
      {view.state === 'CLOSED' && (
        <Link
          className="underline inline-flex min-h-11 items-center"
          href={`/driver/sessions/${view.sessionId}`}
        >
          {words.money.receipt}
        </Link>
      )}
    </div>
  );
}
