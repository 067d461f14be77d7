/** What real stations do differently; each one is switched on per station. */
export type Quirks = {
  /** Accepts schedules in this unit only; both by default. */
  rateUnit?: 'A' | 'W';
  /** Most periods in one schedule; 24 by default. */
  maxPeriods?: number;
  /** Rejects every stack level above 0. */
  stackLevel0Only?: boolean;
  refusesTxProfile?: boolean;
  /** Answers Accepted and does nothing. */
  ignoresProfiles?: boolean;
  /** Never answers SetChargingProfile. */
  silent?: boolean;
  /** Answers GetCompositeSchedule with NotSupported. */
  noComposite?: boolean;
  /** Its clock is this much ahead of the truth, seconds. */
  clockSkewS?: number;
  /** Forgets every charging profile when its socket is re-made. */
  dropsProfilesOnReconnect?: boolean;
  /** Phases of its sockets; 3 by default. */
  phases?: 1 | 3;
  /** Rating per phase, A; 32 by default. */
  maxCurrentA?: number;
  /** Cars at this station do not wake from pauses longer than this, minutes. */
  wakeFailsAfterMin?: number;
  /** Sends meter values only after the transaction's stop. */
  lateMeterValues?: boolean;
  /** Sends kWh and labels them Wh. */
  kwhLabelledWh?: boolean;
  /** Message ids 1, 2, 3, … that begin again at each boot. */
  countingMessageIds?: boolean;
  /** OCPP 2.0.1: `EVConnected` begins the transaction at plug-in, before the card. */
  txStartPoint?: 'EVConnected' | 'Authorized';
};

export const QUIRK_DEFAULTS = { maxPeriods: 24, phases: 3, maxCurrentA: 32 } as const;
export const MAX_STACK_LEVEL = 9;
export const MAX_PROFILES = 20;
