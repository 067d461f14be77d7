import type { PlanReason } from '#domain/planning/plan.ts';
import type { PriorityBy, WishSource } from '#domain/charging/wish.ts';

/** Sentences of the driver's pages beyond the stay itself, whole as in `_ui/words.ts`. */
export const driverWords = {
  steered: {
    hint: (time: string) =>
      `Valley held the charging for ${time} so far. That time never counts for an idle fee.`,
    final: 'This time never counts for an idle fee. Show this page if somebody charges you for it.',
  },

  timeline: {
    title: 'Why did it do that?',
    empty: 'Nothing happened yet.',
    PLUG_IN: 'Plugged in.',
    PLUG_OUT: 'Unplugged.',
    PRIORITY_ON: {
      DRIVER: 'You asked to charge now.',
      QR: 'Charge now was asked for at the charging point, with the end of your card.',
    } satisfies Record<PriorityBy, string>,
    PRIORITY_OFF: {
      DRIVER: 'You went back to the cheap hours.',
      QR: 'Charge now was undone at the charging point, with the end of your card.',
    } satisfies Record<PriorityBy, string>,
    wishes: {
      DRIVER: 'You said what you want.',
      STATION: 'The car said what it wants.',
      MSP: 'Your provider’s app said what you want.',
      REPEATING: 'Your weekly wish for that day was taken.',
      HISTORY: 'Your earlier stays were taken as a guide.',
    } satisfies Record<WishSource, string>,
    noWish: 'The wish was taken back.',
    readyBy: (when: string) => `Ready by ${when}.`,
    usually: (when: string) => `You usually stay until ${when} or longer.`,
    noTime: 'No time was asked for.',
    energy: (energy: string) => `${energy} in all.`,
    reasons: {
      PLUG_IN: 'First plan.',
      PROBE_DONE: 'The car showed what it takes; the plan follows it.',
      WISH_CHANGED: 'New plan for the new wish.',
      CHARGE_NOW: 'New plan: charge now.',
      BACK_TO_SMART: 'New plan: back to the cheap hours.',
      PRICES_PUBLISHED: 'New prices were published.',
      LIMIT_CHANGED: 'The power limit of the site changed.',
      MEASURED_DIFFERS: 'The meter differed from the plan.',
      RECONNECTED: 'The station came back.',
      STEERING_CHANGED: 'The station is told in another way.',
      ROLLED_FORWARD: 'The next part of the plan was sent.',
      CAR_DID_NOT_WAKE: 'The car did not wake from a pause, so it is not paused again.',
      CAR_FULL: 'The car takes no more.',
      READY_BY_PASSED: 'The planned time has passed; charging goes on at full power.',
    } satisfies Record<PlanReason, string>,
    version: (version: string) => `Plan ${version}`,
    changes: {
      readyFirst: (at: string) => `Ready ${at}.`,
      readyMoved: (at: string, before: string) => `Ready ${at} instead of ${before}.`,
      readyGone: 'When it will be ready is open.',
      next: (at: string) => `Charging starts again ${at}.`,
      target: (energy: string, before: string) => `${energy} instead of ${before}.`,
      missing: (energy: string) => `${energy} will be missing.`,
      cashback: (amount: string, before: string) =>
        `Expected cashback ${amount} instead of ${before}.`,
      nothing: 'Nothing changes for you.',
    },
    answers: {
      REQUESTED: 'The station has not answered yet.',
      ACCEPTED: 'The station accepted it.',
      REJECTED: 'The station refused it.',
      TIMED_OUT: 'The station did not answer.',
    },
  },

  weekly: {
    title: 'Every week',
    intro:
      'Say once when you leave. A stay for which you say nothing takes the wish of the day you leave; you can change it for each stay.',
    days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    shortDays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    readyBy: (day: string) => `${day}, ready by`,
    energy: (day: string) => `${day}, kWh`,
    heads: { day: 'Day', readyBy: 'Ready by', energy: 'kWh' },
    hint: 'Times are local to the station. Leave a time empty to say nothing for that day.',
    copy: 'Copy Monday to working days',
    wrong: 'Type kWh as numbers from 0 to 400, and a time for each day that has kWh.',
    save: 'Save weekly wishes',
    saved: 'Saved. An open stay that follows them has the new one.',
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

  offline: {
    lost: 'The live link is lost; trying again. Whether a car is plugged in is not known until then.',
    kept: (at: string, age: string) =>
      `The live link is lost. This is the last state we know, of ${at}, ${age} ago; trying again.`,
  },
} as const;
