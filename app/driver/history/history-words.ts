import type { ReceiptKey } from '#domain/settlement/receipt.ts';

/** Sentences of what was: the list of stays, the wallet, and the receipt with where the money goes. */
export const historyWords = {
  history: {
    title: 'History',
    empty: 'No stays yet.',
    emptyHint: 'After your first stay at a Valley station it stands here with its receipt.',
    more: 'Show older stays',
    open: 'Charging',
    settling: 'Being settled',
    waiting: 'Waiting for prices',
    review: 'Being looked at',
  },

  receipt: {
    title: 'Receipt',
    back: 'Back to history',
    of: (at: string, place: string) => `Plugged in ${at} at ${place}.`,
    story: (baseline: string, actual: string, saving: string) =>
      `Without our pauses your energy would have cost ${baseline} on the power market. It cost ${actual}: ${saving} less, and that is shared.`,
    storyNothing:
      'Our pauses saved nothing this time, so there is nothing to share. You pay nothing for that.',
    lines: 'How it was computed',
    split: 'Who gets what',
    parts: { driver: 'You', cpo: 'Charging station operator', platform: 'Valley' },
    pauses: 'Pauses',
    pausesHint: (steered: string) => `Valley held the charging for ${steered} in all.`,
    quarters: 'Quarter by quarter',
    columns: ['From', 'Price', 'Metered', 'Without Valley'],
    versions: (programme: string, revision: string, settled: string) =>
      `Programme version ${programme}, revision ${revision}, settled ${settled}.`,
    earlier: (revision: string, settled: string, amount: string) =>
      `Revision ${revision} of ${settled} said ${amount}; it was taken back.`,
    check: {
      checking: 'Recomputing on this device…',
      same: 'Recomputed on this device: matches to the micro-euro.',
      differs: (list: string) =>
        `Recomputed on this device: it differs (${list}). Tell the operator.`,
      waiting: 'A price is missing on this device, so it cannot be recomputed. Reload the page.',
    },
    keys: {
      PROGRAMME_VERSION: 'Programme version',
      PLUG_IN: 'Plugged in',
      PLUG_OUT: 'Unplugged',
      ENERGY: 'Energy',
      STEERED: 'Held by Valley',
      CREDIT_ENDED: 'Credit ended',
      BASELINE: 'Cost without our pauses',
      ACTUAL: 'Cost as charged',
      SAVING: 'Saving',
      SHARE: 'Share paid out',
      POT: 'Pot',
      MSP_PART: 'Mobility provider',
      CPO_PART: 'Charging station operator',
      PLATFORM_PART: 'Valley',
      DRIVER_BEFORE_CAPS: 'Your part before caps',
      CAP_AMOUNT: 'Cap per stay',
      CAP_BILL: 'Cap by the bill',
      CAPPED: 'Cut by the caps',
      DRIVER_PART: 'Your cashback',
    } satisfies Record<ReceiptKey, string>,
  },

  wallet: {
    balance: 'Balance',
    payable: 'Could be paid out',
    held: 'Held back',
    heldHint: (smallest: string) =>
      `Less than ${smallest} in all stays here until your cashback passes it. Nothing is lost.`,
    paid: 'Paid out so far',
    owed: 'To be recovered',
    how: 'Valley cannot pay out yet. Your cashback is booked to you, to the micro-euro, and waits here; payouts to a bank account, in whole cents, are being built.',
    csv: 'Download all stays as CSV',
    reading: (stays: string) => `Reading… ${stays} stays so far.`,
  },

  flow: {
    title: 'Where the sale price goes',
    intro: (bill: string, energy: string, price: string) =>
      `${energy} at ${price} is ${bill}. Fees of your card’s provider, if any, are not part of it and not known to Valley.`,
    market: 'Energy, on the power market',
    you: 'Back to you, as cashback',
    valley: 'Valley',
    operator: 'Charging station operator: grid, taxes, station, margin',
    total: 'You pay at the station',
  },
} as const;
