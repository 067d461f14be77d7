import type { ReceiptHow, ReceiptKey } from '#domain/settlement/receipt.ts';

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
    hows: {
      TERMS: 'The terms in force at plug-in.',
      REPORTED: 'As the station reported it.',
      REGISTER: 'Differences of the meter register.',
      PAUSED: 'Time in which the station had accepted our pause and the meter showed less than 300 W.',
      BASELINE:
        'Per quarter of an hour: the energy as it would have been drawn without our pauses × price.',
      ACTUAL: 'Per quarter of an hour: the metered energy × price.',
      SAVING: 'Baseline − actual.',
      SHARE: 'The part of a saving that the programme pays out.',
      POT: 'Share × saving, nothing where that is negative; rounded once, ties to even.',
      NOTHING_SHARED: 'Nothing is shared.',
      PART: (share: string) => `${share} of the pot, rounded down.`,
      UNCAPPED: 'The pot without the other parts.',
      CAP_AMOUNT: 'The most the programme pays for one stay.',
      CAP_BILL: 'Half of the stay’s energy bill.',
      CAPPED: 'What the caps cut; it stays with the operator.',
      DRIVER: 'Your cashback: your part of the pot within the caps.',
      DRIVER_WAITS:
        'Your cashback: your part of the pot within the caps. It waits in your account until that reaches the smallest payout.',
      FIXED_CONTRACT:
        'Fixed contract: nothing to share. The operator pays one price at every hour, so no pause saves any.',
      NO_SHARE: 'The programme in force at plug-in shares nothing, so no price was waited for.',
      NO_DRAW_AT_PLUG_IN:
        'The car did not draw after plug-in: it was not our pauses that delayed it. From here on nothing is saved or lost.',
      NO_DRAW_AFTER_RELEASE:
        'The car did not draw within 5 min after a pause of ours ended. From here on nothing is saved or lost.',
      OWN_WAITING:
        'The car waited 15 min in all without a pause of ours. From here on nothing is saved or lost.',
      LONG_READING:
        'The meter sent one value for more than 15 min of charging. From here on nothing is saved or lost.',
      DAY_PASSED: 'Pauses count for 24 h after plug-in. From here on nothing is saved or lost.',
      OVERLAPPING_TRANSACTIONS:
        'The station reported two transactions at the same time. From here on nothing is saved or lost.',
    } satisfies Record<Exclude<ReceiptHow, 'PART'>, string> & { PART: (share: string) => string },
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
