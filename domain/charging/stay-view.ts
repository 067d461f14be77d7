import type { Plan } from '../planning/plan.ts';
import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import type { WishSource } from './wish.ts';

/** What a person sees of one stay, as plain JSON: built by the server, read by pages and charts. */
export type StayView = {
  sessionId: string;
  state: 'OPEN' | 'CLOSED';
  /** Domain time when the view was made, and how many domain seconds pass per real second. */
  nowAt: InstantS;
  speed: number;
  /** IANA zone of the site; every local time on a page is in it. */
  timeZone: string;
  locationName: string;
  stationId: string;
  evseId: number;
  plugInAt: InstantS;
  plugOutAt: InstantS | null;
  steering: 'TX_PROFILE' | 'TX_DEFAULT_PROFILE' | 'STATION_MAX_PROFILE' | 'OBSERVE';
  station: { connected: boolean; lastSeenAt: InstantS | null };
  preference: PreferenceView | null;
  planVersion: number | null;
  plan: PlanView | null;
  meter: MeterView;
  chargeNow: ChargeNowView;
  money: MoneyView;
  shares: SharesView;
  /** Time in which Valley held a car that still wanted energy, so far; never to count for an idle fee. */
  steeredSeconds: number;
  /** Prices come from the demo's generator. */
  synthetic: boolean;
  curve: StayCurve;
};

/** The plan in force; its slots are in the curve. */
export type PlanView = Omit<Plan, 'slots'>;

export type PreferenceView = {
  version: number;
  readyByAt: InstantS | null;
  energyMilliWh: MilliWh | null;
  priority: boolean;
  /** Who said when and how much; null: nobody did. A tap on charge now says neither. */
  source: WishSource | null;
  madeAt: InstantS;
};

/** What the meter says; null where it has said nothing. */
export type MeterView = {
  deliveredMilliWh: MilliWh;
  powerW: number | null;
  measuredAt: InstantS | null;
  socPermille: number | null;
  charging: boolean;
};

/**
 * How far "charge now" (or its undoing) has come, from stored rows only: ASKED (the wish is stored),
 * SENT (to the station), ACCEPTED (by the station), MEASURED (the meter shows power);
 * REFUSED and SILENT are the station's other answers.
 */
export type ChargeNowStage =
  'OFF' | 'ASKED' | 'SENT' | 'ACCEPTED' | 'MEASURED' | 'REFUSED' | 'SILENT';

export type ChargeNowView = {
  stage: ChargeNowStage;
  /** Real milliseconds since the wish was stored when the view was made. */
  askedMsAgo: number;
  /** What charging at once would take from the driver's cashback; null where nobody knows. */
  costMicro: string | null;
};

export type MoneyView = {
  kind: 'EXPECTED' | 'SETTLING' | 'WAITING_PRICES' | 'REVIEW' | 'FINAL';
  /** Expected or final cashback; null where nobody knows. */
  cashbackMicro: string | null;
  /** 0 for the first settlement, more for corrections. */
  revision: number | null;
};

/** Who shares what the pauses save, in basis points, by the programme in force at plug-in. */
export type SharesView = {
  /** Of the saving; the others are of what is paid out. */
  shareBp: number;
  driverBp: number;
  mspBp: number;
  cpoBp: number;
  platformBp: number;
};

export type PricePoint = {
  startAt: InstantS;
  seconds: number;
  priceTicks: number;
  kind: 'published' | 'expected';
};
/** Constant power over [fromAt, toAt). */
export type PowerSpan = { fromAt: InstantS; toAt: InstantS; powerW: number };

/** The stay as lines over time; gaps in prices are unknown prices. */
export type StayCurve = {
  fromAt: InstantS;
  toAt: InstantS;
  prices: PricePoint[];
  planned: PowerSpan[];
  measured: PowerSpan[];
  /** The stay without Valley: as settled, or assumed (at once, at full power) before. */
  without: PowerSpan[];
  withoutKind: 'SETTLED' | 'ASSUMED';
};
