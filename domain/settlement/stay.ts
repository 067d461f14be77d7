import { plausibleReadings, type RegisterReading } from '../charging/readings.ts';
import type { InstantS } from '../time/instant.ts';
import type { ReadingFlag, SettlementFacts } from './facts.ts';
import { joinEqual } from './limits-in-force.ts';
import { LimitCursor, segmentsOf, type Segment } from './segments.ts';

/** Settlement rule 5: device time may lie this far from arrival. */
export const CLOCK_TOLERANCE_S = 60;

export type Stay = {
  /** Plug-in, or an earlier first reading where clocks differ. */
  startAt: InstantS;
  /** By rising start; they overlap only where transactions do. */
  segments: Segment[];
  flags: ReadingFlag[];
};

/** stayOf turns facts into the stay's segments; time without readings is `away`. */
export function stayOf(facts: SettlementFacts): Stay {
  const { chains, flags } = plausibleChains(facts);
  const startAt = Math.min(facts.plugInAt, chains[0]?.[0]?.at ?? facts.plugInAt);
  const cursor = new LimitCursor(joinEqual(facts.limits));
  const segments: Segment[] = [];
  let reachedAt = startAt;
  for (const chain of chains) {
    const firstAt = chain[0]?.at ?? reachedAt;
    if (reachedAt < firstAt) segments.push(awaySegment(reachedAt, firstAt));
    for (const segment of segmentsOf(chain, cursor, facts.ratedPowerW)) segments.push(segment);
    reachedAt = Math.max(reachedAt, chain.at(-1)?.at ?? reachedAt);
  }
  if (reachedAt < facts.plugOutAt) segments.push(awaySegment(reachedAt, facts.plugOutAt));
  segments.sort((a, b) => a.fromAt - b.fromAt || a.toAt - b.toAt);
  return { startAt, segments, flags };
}

function plausibleChains(facts: SettlementFacts): {
  chains: RegisterReading[][];
  flags: ReadingFlag[];
} {
  const clockToleranceS = facts.clockToleranceS ?? CLOCK_TOLERANCE_S;
  const anchorsAt = [...(facts.clockAnchorsAt ?? [])];
  // One station, one clock: a prompt reading of one transaction vouches for a queue in another.
  for (const { readings } of facts.transactions) {
    for (const { at, receivedAt } of readings) {
      if (Math.abs(receivedAt - at) <= clockToleranceS) anchorsAt.push(at);
    }
  }
  const chains: RegisterReading[][] = [];
  const flags: ReadingFlag[] = [];
  const { ratedPowerW } = facts;
  for (const { id, readings } of [...facts.transactions].sort((a, b) => a.id - b.id)) {
    const { accepted, flagged } = plausibleReadings({
      readings,
      ratedPowerW,
      clockToleranceS,
      anchorsAt,
    });
    if (accepted.length > 1) chains.push(accepted);
    for (const { reading, kind } of flagged) {
      flags.push({ transactionId: id, at: reading.at, kind });
    }
  }
  chains.sort((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0));
  return { chains, flags };
}

function awaySegment(fromAt: InstantS, toAt: InstantS): Segment {
  return {
    fromAt,
    toAt,
    kind: 'away',
    energyMilliWh: 0,
    limitW: null,
    partMilliWh: 0,
    partSeconds: toAt - fromAt,
    readingSeconds: 0,
  };
}
