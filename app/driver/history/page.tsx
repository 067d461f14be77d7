import type { Metadata } from 'next';
import { visitor } from '../../_client/api.ts';
import { eur } from '../../_client/format.ts';
import { words } from '../../_ui/words.ts';
import { StayList } from './stay-list.tsx';

export const metadata: Metadata = { title: words.history.title };

export default async function HistoryPage() {
  const { caller } = await visitor('session:read');
  const [first, balance] = await Promise.all([
    caller.charging.history({}),
    caller.settlement.balance(),
  ]);
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-4 px-4">
      <h1 className="text-2xl font-semibold">{words.history.title}</h1>
      <section className="card" aria-labelledby="balance">
        <h2 id="balance" className="hint">
          {words.history.balance}
        </h2>
        <p className="text-3xl font-semibold text-gain tabular-nums" data-testid="balance">
          {eur(balance.balanceMicro)}
        </p>
        {balance.paidMicro !== '0' && (
          <p className="hint">
            {words.history.paidOut}: {eur(balance.paidMicro)}
          </p>
        )}
        {balance.owedMicro !== '0' && (
          <p className="hint">
            {words.history.owed}: {eur(balance.owedMicro)}
          </p>
        )}
        {balance.smallestPayoutMicro !== null && (
          <p className="hint">{words.history.payoutHint(eur(balance.smallestPayoutMicro))}</p>
        )}
      </section>
      <StayList first={first} />
    </main>
  );
}
