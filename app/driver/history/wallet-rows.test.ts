import { expect, test } from 'vitest';
import { historyWords } from './history-words.ts';
import { walletRows } from './wallet-rows.ts';

const w = historyWords.wallet;
const nothing = { balanceMicro: '150000', paidMicro: '0', owedMicro: '0', smallestPayoutMicro: '200000' };

test('nobody is told of payouts or debts that never were', () => {
  expect(walletRows(nothing)).toEqual([
    [w.payable, '0'],
    [w.held, '150000'],
  ]);
  expect(walletRows({ ...nothing, paidMicro: '1', owedMicro: '2' }).slice(2)).toEqual([
    [w.paid, '1'],
    [w.owed, '2'],
  ]);
});

test('a balance above the smallest payout is held no more', () => {
  expect(walletRows({ ...nothing, balanceMicro: '200000' })).toEqual([
    [w.payable, '200000'],
    [w.held, '0'],
  ]);
});
