import type { SyntheticSession } from '../../market/synthetic-sessions.ts';
import { syntheticSessions } from '../../market/synthetic-sessions.ts';
import { syntheticPrices } from '../../market/synthetic.ts';
import { DAY_S, HOUR_S, QUARTER_S, type InstantS } from '../../time/instant.ts';

/** One recorded stay without a name. */
export type WhatIfStay = {
  plugInAt: InstantS;
  plugOutAt: InstantS;
  energyWh: number;
  powerW: number;
};

/** The stays of one day, noon to noon, and the prices under them. Plain data: it crosses threads. */
export type WhatIfFleet = {
  /** A local noon; slots are the quarters from here on. */
  fromAt: InstantS;
  /** Ticks of EUR 0.01/MWh per slot. */
  priceTicks: number[];
  stays: WhatIfStay[];
  timeZone: string;
  /** Prices, cars or both are made up. */
  isSynthetic: boolean;
};

/** Cars that come before the second noon may stay this much longer. */
export const LONGEST_TAIL_S = 12 * HOUR_S;
const WH_PER_MILLI = 1_000;

/**
 * fleetOf lays the stays of a day over the prices: what reaches beyond the prices or the tail is cut
 * there; a stay without time, energy or power is left out.
 * @param args.priceTicks per quarter from `fromAt` on, without a gap.
 */
export function fleetOf(args: Omit<WhatIfFleet, 'stays'> & { stays: readonly WhatIfStay[] }): WhatIfFleet {
  const { fromAt, timeZone, isSynthetic } = args;
  const pricedUntilAt = fromAt + args.priceTicks.length * QUARTER_S;
  const latestAt = Math.min(pricedUntilAt, fromAt + DAY_S + LONGEST_TAIL_S);
  const stays = args.stays
    .map((stay) => ({ ...stay, plugOutAt: Math.min(stay.plugOutAt, latestAt) }))
    .filter(
      ({ plugInAt, plugOutAt, energyWh, powerW }) =>
        plugInAt >= fromAt && plugOutAt > plugInAt && energyWh > 0 && powerW > 0,
    );
  const lastAt = stays.reduce((last, { plugOutAt }) => Math.max(last, plugOutAt), fromAt + DAY_S);
  const slots = Math.min(args.priceTicks.length, Math.ceil((lastAt - fromAt) / QUARTER_S));
  return { fromAt, timeZone, isSynthetic, stays, priceTicks: args.priceTicks.slice(0, slots) };
}

/** A winter Wednesday, and an hour ahead of UTC all through it: a link means the same for ever. */
const MADE_UP_NOON_AT: InstantS = Date.UTC(2026, 10, 18, 11) / 1000;
const MADE_UP_SEED = 20_261_122;
const MADE_UP_EVSES = 120;

/** madeUpFleet is the made-up street: some 250 stays and the prices of one winter day, always the same. */
export function madeUpFleet(): WhatIfFleet {
  const localOffsetS = () => HOUR_S;
  const toAt = MADE_UP_NOON_AT + DAY_S;
  const made = { seed: MADE_UP_SEED, fromAt: MADE_UP_NOON_AT, localOffsetS };
  const prices = syntheticPrices({ ...made, toAt: toAt + LONGEST_TAIL_S });
  return fleetOf({
    fromAt: MADE_UP_NOON_AT,
    timeZone: 'Europe/Amsterdam',
    isSynthetic: true,
    priceTicks: prices.map(({ priceTicks }) => priceTicks),
    stays: syntheticSessions({ ...made, toAt, evseCount: MADE_UP_EVSES }).map(stayOfSession),
  });
}

function stayOfSession({ plugInAt, plugOutAt, energyMilliWh, powerW }: SyntheticSession): WhatIfStay {
  return { plugInAt, plugOutAt, energyWh: Math.floor(energyMilliWh / WH_PER_MILLI), powerW };
}
