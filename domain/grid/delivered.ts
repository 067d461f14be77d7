import { QUARTER_S, type InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';

/** A limit in force from `fromAt` until `toAt`; null: until further notice. */
export type LimitSpan = { limitW: number; fromAt: InstantS; toAt: InstantS | null };

/** What was delivered against what was allowed; mean power of quarter-hours. */
export type Delivered = {
  /** The highest quarter that may be told; null: there is none. */
  highest: { startAt: InstantS; powerW: number } | null;
  /** Something was delivered in quarters that may not be told. */
  isWithheld: boolean;
  /** Quarters above the limit that held for all of the quarter. */
  over: number;
};

/** Meters of a 60 s sample land in the next quarter now and then: so much more is no breach. */
const TOLERANCE = 1.02;

/** limitAt is the lowest limit that holds at an instant; null where none does. */
export function limitAt(limits: readonly LimitSpan[], at: InstantS): number | null {
  const held = limits.filter(({ fromAt, toAt }) => fromAt <= at && (toAt === null || at < toAt));
  return held.length === 0 ? null : Math.min(...held.map(({ limitW }) => limitW));
}

/**
 * deliveredAgainst compares metered quarters with the limits that held.
 * @param args.energy milli-Wh by the instant its quarter begins, whole quarters only.
 * @param args.told the quarters in which enough cars were there; the others only count as above their limit or not.
 */
export function deliveredAgainst(args: {
  energy: ReadonlyMap<InstantS, MilliWh>;
  told: ReadonlySet<InstantS>;
  limits: readonly LimitSpan[];
}): Delivered {
  let highest: Delivered['highest'] = null;
  let over = 0;
  for (const [startAt, energy] of [...args.energy].toSorted(([a], [b]) => a - b)) {
    const powerW = Math.round((energy * 36) / (QUARTER_S * 10));
    if (args.told.has(startAt) && powerW > (highest?.powerW ?? 0)) highest = { startAt, powerW };
    const allowedW = allowedThrough(args.limits, startAt);
    if (allowedW !== null && powerW > allowedW * TOLERANCE) over += 1;
  }
  return { highest, isWithheld: args.energy.keys().some((startAt) => !args.told.has(startAt)), over };
}

/** The highest limit of a quarter counts: what began in its middle held for a part of it only. */
function allowedThrough(limits: readonly LimitSpan[], startAt: InstantS): number | null {
  const edges = limits.flatMap(({ fromAt, toAt }) => [fromAt, toAt ?? fromAt]);
  const inside = edges.filter((at) => at > startAt && at < startAt + QUARTER_S);
  const held = [startAt, ...inside].map((at) => limitAt(limits, at));
  return held.includes(null) ? null : Math.max(...held.map((limitW) => limitW ?? 0));
}
