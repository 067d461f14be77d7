import type { PriorityBy, WishSource } from '#domain/charging/wish.ts';
import type { PlanReason } from '#domain/planning/plan.ts';

/** Sentences of the story of a stay; loaded once somebody asks for it. */
export const storyWords = {
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
} as const;
