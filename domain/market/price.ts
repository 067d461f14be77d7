import type { InstantS } from '../time/instant.ts';

/** One market time unit and its price. `priceTicks`: ticks of EUR 0.01/MWh, may be negative. */
export type PriceInterval = {
  startAt: InstantS;
  /** 900 or 3600. */
  seconds: number;
  priceTicks: number;
  /** `expected`: our guess beyond the published prices; never settled on. */
  kind: 'published' | 'expected';
};
