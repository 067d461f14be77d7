import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';

/** Why a plan was made anew; each has a sentence in the driver's dictionary. */
export const planReasons = [
  'PLUG_IN', 'PROBE_DONE', 'WISH_CHANGED', 'CHARGE_NOW', 'BACK_TO_SMART', 'PRICES_PUBLISHED', 'LIMIT_CHANGED',
  'MEASURED_DIFFERS', 'RECONNECTED', 'STEERING_CHANGED', 'ROLLED_FORWARD', 'CAR_DID_NOT_WAKE', 'CAR_FULL', 'READY_BY_PASSED',
] as const;
export type PlanReason = (typeof planReasons)[number];

/**
 * How the session is steered now. PROBE: free until the car draws; SMART: cheapest slots;
 * PRIORITY: driver's charge now; TAIL: past what was planned, full power; OBSERVE: the station obeys nothing.
 */
export type PlanMode = 'PROBE' | 'SMART' | 'PRIORITY' | 'TAIL' | 'OBSERVE';

/** Why a wish cannot be met whole. */
export type UnservedReason = 'WINDOW_TOO_SHORT' | 'LIMIT_TOO_LOW' | 'PRICE_UNKNOWN';

/** One slot of the plan: from a quarter's start (or now) to its end (or the deadline). */
export type PlanSlot = {
  startAt: InstantS;
  seconds: number;
  /** Energy planned in the slot; 0 where the car is held. */
  energyMilliWh: MilliWh;
  /** Power at which it is drawn, and for how long from `chargeFromAt`: a remainder is a part of the slot at full power. */
  powerW: number;
  chargeFromAt: InstantS;
  chargeSeconds: number;
  /** null: nobody knows. */
  priceTicks: number | null;
  priceKind: 'published' | 'expected' | 'unknown';
};

/** A power limit from an instant until the next period's; the last one has no end (the tail). */
export type LimitPeriod = { fromAt: InstantS; limitW: number };

export type FreeCar = { sinceAt: InstantS; afterHold: boolean };

/** A plan version as it is stored, sent to pages and turned into a charging profile. JSON-able. */
export type Plan = {
  madeAt: InstantS;
  mode: PlanMode;
  reason: PlanReason;
  /** The driver's wish, null where nothing was said. */
  readyByAt: InstantS | null;
  /** Until when energy may be planned: the wish, else the assumed departure. */
  deadlineAt: InstantS;
  /** Metered since plug-in when the plan was made. */
  deliveredMilliWh: MilliWh;
  /** What the stay should deliver in all; assumed where nobody said. */
  targetMilliWh: MilliWh;
  targetKnown: boolean;
  /** Part of it that comes first, whatever it costs; absent in plans of before it was learned. */
  leastMilliWh?: MilliWh;
  /** Highest power that car, EVSE and limits allow. */
  powerW: number;
  phases: 1 | 3;
  /** Made together with the sessions that share its limits: its powers are its part of them. */
  isShared?: true;
  /** What was known of the car, kept until it shows otherwise: FULL, or not waking from a pause. */
  carIs?: 'FULL' | 'NOT_WAKING';
  /** Power the car was taken to draw when free, as metered; absent before it was. */
  seenW?: number;
  /** It once drew what one phase cannot carry. */
  isThreePhase?: true;
  /** Since when the car had been free as the plan was made, and whether it was held before: versions come fast. */
  free?: FreeCar;
  slots: PlanSlot[];
  periods: LimitPeriod[];
  /** When the planned energy will be in the car; null where nothing is planned. */
  readyAt: InstantS | null;
  plannedMilliWh: MilliWh;
  unservedMilliWh: MilliWh;
  unservedReason: UnservedReason | null;
  /** Cost of the remaining energy as planned and charged at once from now, EUR 1e-11 as text; null while a price is unknown. */
  plannedExact: string | null;
  atOnceExact: string | null;
  /** The driver's part of the whole stay if all goes as planned, micro-euro as text; null while a price is unknown. */
  expectedCashbackMicro: string | null;
};
