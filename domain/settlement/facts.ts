import type { ReadingFault, RegisterReading } from '../charging/readings.ts';
import type { PriceInterval } from '../market/price.ts';
import type { ExactEur, Micro } from '../money/money.ts';
import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';

export type { RegisterReading } from '../charging/readings.ts';

/** A limit of Valley's that a station accepted, in force over [fromAt, toAt). 0 W is a hold. */
export type LimitInForce = { fromAt: InstantS; toAt: InstantS; limitW: number };

/** A station's transaction; its readings include the register at start and at stop. */
export type TransactionFacts = {
  id: number;
  startedAt: InstantS;
  stoppedAt: InstantS;
  readings: RegisterReading[];
};

/** The programme's terms as they stood at plug-in. Basis points of the pot sum to 10,000. */
export type ProgrammeTerms = {
  versionId: string;
  /** Share of the saving that is paid out, at most 9,000. */
  shareBp: number;
  driverBp: number;
  mspBp: number;
  cpoBp: number;
  platformBp: number;
  driverCapMicro: string;
  minPayoutMicro: string;
};

/** Everything a stay's settlement depends on, as plain JSON: a browser recomputes from it. */
export type SettlementFacts = {
  sessionId: string;
  plugInAt: InstantS;
  plugOutAt: InstantS;
  transactions: TransactionFacts[];
  /** Sorted, not overlapping; a gap is no limit. */
  limits: LimitInForce[];
  /** Rated power of the EVSE. */
  ratedPowerW: number;
  /** The contract's curve; intervals do not overlap, a gap is an unknown price. */
  prices: PriceInterval[];
  programme: ProgrammeTerms;
  /** The operator buys at one price whatever the hour; left out where the price moves. */
  contract?: 'FIXED';
  salePriceMicroPerKwh: string;
  /** How long a car may take to draw after plug-in before it counts as not wanting to. */
  probeSeconds: number;
  /** Device times proved right by other messages of the station (a reconnect after the stop). */
  clockAnchorsAt?: InstantS[];
  /** 60 unless arrival times run on an accelerated clock, where one second of latency is many. */
  clockToleranceS?: number;
};

export type CreditEndReason =
  | 'NO_DRAW_AT_PLUG_IN'
  | 'NO_DRAW_AFTER_RELEASE'
  | 'OWN_WAITING'
  | 'LONG_READING'
  | 'DAY_PASSED'
  | 'OVERLAPPING_TRANSACTIONS';

export type CreditEnd = { at: InstantS; reason: CreditEndReason };

export type Span = { fromAt: InstantS; toAt: InstantS };

/** Metered and baseline energy of one UTC quarter of an hour and its price. */
export type SettledQuarter = {
  startAt: InstantS;
  energyMilliWh: MilliWh;
  baselineEnergyMilliWh: MilliWh;
  /** null only where the stay was settled without prices. */
  priceTicks: number | null;
};

/** Why no price can make this stay earn anything, so that it is settled without. */
export type NeutralReason = 'FIXED_CONTRACT' | 'NO_SHARE';

export type Parts = {
  driverMicro: Micro;
  mspMicro: Micro;
  cpoMicro: Micro;
  platformMicro: Micro;
};

export type ReadingFlag = { transactionId: number; at: InstantS; kind: ReadingFault };

export type Settled = {
  kind: 'settled';
  energyMilliWh: MilliWh;
  /** What the energy would have cost without Valley's pauses, what it cost, and the difference. */
  baselineExact: ExactEur;
  actualExact: ExactEur;
  savingExact: ExactEur;
  potMicro: Micro;
  parts: Parts;
  /** What the driver's caps cut; it stays with the CPO. parts + capped = pot. */
  cappedMicro: Micro;
  /** The driver's part alone is below the smallest payout and waits in the driver's account. */
  belowMinimum: boolean;
  /** Held time that put off energy drawn later. */
  pauses: Span[];
  steeredSeconds: number;
  /** Quarters with metered or baseline energy, by time; both columns sum to `energyMilliWh`. */
  quarters: SettledQuarter[];
  /** Null also where no energy came after the end of credit. */
  creditEndedAt: InstantS | null;
  creditEndReason: CreditEndReason | null;
  flags: ReadingFlag[];
  /** Set where the stay was settled without prices; baseline, actual and saving are then 0. */
  neutral?: NeutralReason;
};

export type Waiting = {
  kind: 'waiting';
  reason: 'PRICE_UNKNOWN';
  /** Starts of the quarters whose price is missing. */
  missingAt: InstantS[];
};

export type SettlementResult = Settled | Waiting;
