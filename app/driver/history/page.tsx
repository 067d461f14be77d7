import type { Metadata } from 'next';
import { visitor } from '../../_client/api.ts';
import { historyWords } from './history-words.ts';
import { StayList } from './stay-list.tsx';
import { Wallet } from './wallet.tsx';

export const metadata: Metadata = { title: historyWords.history.title };

export default async function HistoryPage() {
  const { caller } = await visitor('session:read');
  const [first, balance] = await Promise.all([
    caller.charging.history({}),
    caller.settlement.balance(),
  ]);
  return (
    <main className="mx-auto flex max-w-2xl flex-col gap-4 px-4">
      <h1 className="text-2xl font-semibold">{historyWords.history.title}</h1>
      <Wallet balance={balance} />
      <StayList first={first} />
    </main>
  );
}
