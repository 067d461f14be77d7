import type { MilliWh } from '../../units/energy.ts';

/** Load of homes and cars against the limit over the hours of the record. */
export type Against = { overloadKwh: number; hoursOver: number; peakKw: number };
/** What one limit over homes and cars saw; percentages of the overload that cars at once add. */
export type Neighbourhood = {
  limitKw: number;
  homes: number;
  hours: number;
  homesOnly: Against;
  atOnce: Against;
  priceOnly: Against;
  priceAndLimit: Against;
  overloadDownPct: { priceOnly: number | null; priceAndLimit: number | null };
};

export type NeighbourhoodLoads = {
  limitW: number;
  homes: number;
  /** Quarters [from, to) of the arrays count. */
  from: number;
  to: number;
  /** Milli-Wh per quarter. */
  base: Float64Array;
  atOnce: Float64Array;
  priceOnly: Float64Array;
  priceAndLimit: Float64Array;
};

/** limitPerQuarter is what a power limit lets through in a quarter, in milli-Wh. */
export function limitPerQuarter(limitW: number): MilliWh {
  return limitW * 250;
}

/** freeUnder is what homes leave of a limit, per quarter. */
export function freeUnder(limitW: number, base: Float64Array): Float64Array {
  const most = limitPerQuarter(limitW);
  return base.map((load) => Math.max(0, most - load));
}

/** neighbourhoodOf holds each way of charging against the limit. */
export function neighbourhoodOf(loads: NeighbourhoodLoads): Neighbourhood {
  const none = new Float64Array(loads.base.length);
  const homesOnly = against(loads, none);
  const atOnce = against(loads, loads.atOnce);
  const priceOnly = against(loads, loads.priceOnly);
  const priceAndLimit = against(loads, loads.priceAndLimit);
  const down = (one: Against) => {
    const caused = atOnce.overloadKwh - homesOnly.overloadKwh;
    if (caused <= 0) return null;
    return Number(((1 - (one.overloadKwh - homesOnly.overloadKwh) / caused) * 100).toFixed(3)) + 0;
  };
  return {
    limitKw: loads.limitW / 1_000,
    homes: loads.homes,
    hours: Math.max(0, loads.to - loads.from) / 4,
    homesOnly,
    atOnce,
    priceOnly,
    priceAndLimit,
    overloadDownPct: { priceOnly: down(priceOnly), priceAndLimit: down(priceAndLimit) },
  };
}

function against(loads: NeighbourhoodLoads, cars: Float64Array): Against {
  const most = limitPerQuarter(loads.limitW);
  let over = 0;
  let quarters = 0;
  let peak = 0;
  for (let i = loads.from; i < loads.to; i += 1) {
    const load = (loads.base[i] ?? 0) + (cars[i] ?? 0);
    peak = Math.max(peak, load);
    if (load <= most) continue;
    over += load - most;
    quarters += 1;
  }
  const kwh = (milliWh: number) => Number((milliWh / 1e6).toFixed(3));
  return { overloadKwh: kwh(over), hoursOver: quarters / 4, peakKw: kwh(peak * 4) };
}
