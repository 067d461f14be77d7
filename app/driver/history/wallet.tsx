import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#server/trpc/root.ts';
import { eur } from '../../_client/format.ts';
import { SectionCard } from '../../_ui/section-card.tsx';
import { historyWords } from './history-words.ts';
import { StatementButton } from './statement-button.tsx';
import { walletRows } from './wallet-rows.ts';

type Balance = inferRouterOutputs<AppRouter>['settlement']['balance'];
const w = historyWords.wallet;

/** What the driver has, how much of it waits for the smallest payout, and how it is paid. */
export function Wallet({ balance }: { balance: Balance }) {
  const { balanceMicro, smallestPayoutMicro } = balance;
  return (
    <SectionCard title={w.balance}>
      <p className="text-3xl font-semibold text-gain tabular-nums" data-testid="balance">
        {eur(balanceMicro)}
      </p>
      <dl className="flex flex-col">
        {walletRows(balance).map(([label, micro]) => (
          <div key={label} className="flex justify-between gap-4 border-t border-line py-1">
            <dt>{label}</dt>
            <dd className="tabular-nums">{eur(micro)}</dd>
          </div>
        ))}
      </dl>
      {smallestPayoutMicro !== null && (
        <p className="hint">{w.heldHint(eur(smallestPayoutMicro))}</p>
      )}
      <p className="hint">{w.how}</p>
      <StatementButton />
    </SectionCard>
  );
}
