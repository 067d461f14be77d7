import { historyWords } from './history-words.ts';

const w = historyWords.wallet;

/** Micro-euros as text, as the router gives them. */
type Balance = {
  balanceMicro: string;
  paidMicro: string;
  owedMicro: string;
  smallestPayoutMicro: string | null;
};

/** walletRows says what the balance is made of; what never happened, a payout or a debt, has no row. */
export function walletRows(balance: Balance): (readonly [label: string, micro: string])[] {
  const { balanceMicro, paidMicro, owedMicro, smallestPayoutMicro } = balance;
  const isHeld =
    smallestPayoutMicro !== null && BigInt(balanceMicro) < BigInt(smallestPayoutMicro);
  const happened: (readonly [label: string, micro: string])[] = [
    [w.paid, paidMicro],
    [w.owed, owedMicro],
  ];
  return [
    [w.payable, isHeld ? '0' : balanceMicro],
    [w.held, isHeld ? balanceMicro : '0'],
    ...happened.filter(([, micro]) => micro !== '0'),
  ];
}
