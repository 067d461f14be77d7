import { z } from 'zod';
import type { ChargingProfile } from '../charging/commands.ts';
import { DAY_S, type InstantS } from '../time/instant.ts';
import { limitAt } from './periods.ts';
import type { LimitPeriod } from './plan.ts';
import { limitsOfProfile } from './profile.ts';

/** A station's composite schedule in the words of Valley's own profiles, as the gateway stores it. */
export const compositeScheduleSchema = z.object({
  /** null: from the answer on. */
  startAt: z.iso.datetime({ offset: true }).nullable(),
  durationS: z.int().min(0).nullable(),
  rateUnit: z.enum(['A', 'W']),
  periods: z.array(z.object({ startOffsetS: z.int().min(0), limit: z.number() })),
});
export type CompositeSchedule = z.infer<typeof compositeScheduleSchema>;

/** Over [fromAt, toAt) Valley said `toldW` and the station will apply `compositeW`; null: no limit at all. */
export type CompositeDifference = { fromAt: InstantS; toAt: InstantS; toldW: number; compositeW: number | null };

/** Stations count in whole amperes and real voltages. */
const TOLERANCE = 0.05;
/** A minute is what clocks and switching may differ by. */
const SHORTEST_S = 60;

/**
 * compositeDifferences holds what a station says it will apply against what it accepted. Less power
 * than allowed is the station's own limit and no difference; power in a pause, a pause while power
 * is allowed, and more power than allowed are.
 * @param args.answeredAt when the station said so: what was before does not count.
 */
export function compositeDifferences(args: {
  told: ChargingProfile; composite: CompositeSchedule; phases: 1 | 3; answeredAt: InstantS;
}): CompositeDifference[] {
  const { composite, answeredAt } = args;
  const told = limitsOfProfile(args.told, args.phases);
  const startAt = composite.startAt === null ? answeredAt : Math.floor(Date.parse(composite.startAt) / 1000);
  const applied = appliedLimits(composite, startAt, args.phases);
  const fromAt = Math.max(startAt, answeredAt);
  const toAt = startAt + (composite.durationS ?? DAY_S);
  const edges = [...told, ...applied].map((period) => period.fromAt).filter((at) => at > fromAt && at < toAt);
  const starts = [...new Set([fromAt, ...edges])].sort((a, b) => a - b);
  const pieces = starts.flatMap((at, index) => {
    const toldW = limitAt(told, at);
    const endAt = starts[index + 1] ?? toAt;
    return toldW === null || endAt <= at ? [] : [{ fromAt: at, toAt: endAt, toldW, compositeW: limitAt(applied, at) }];
  });
  return joined(pieces.filter((piece) => differs(piece.toldW, piece.compositeW)))
    .filter((piece) => piece.toAt - piece.fromAt > SHORTEST_S);
}

function appliedLimits(composite: CompositeSchedule, startAt: InstantS, phases: 1 | 3): LimitPeriod[] {
  const factor = composite.rateUnit === 'A' ? 230 * phases : 1;
  return composite.periods.toSorted((a, b) => a.startOffsetS - b.startOffsetS)
    .map((period) => ({ fromAt: startAt + period.startOffsetS, limitW: Math.round(period.limit * factor) }));
}

function differs(toldW: number, compositeW: number | null): boolean {
  if (compositeW === null) return true;
  if (toldW === 0 || compositeW <= 0) return (toldW === 0) !== (compositeW <= 0);
  return compositeW > toldW * (1 + TOLERANCE);
}

function joined(pieces: readonly CompositeDifference[]): CompositeDifference[] {
  const out: CompositeDifference[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last !== undefined && last.toAt === piece.fromAt && last.toldW === piece.toldW && last.compositeW === piece.compositeW) {
      last.toAt = piece.toAt;
    } else {
      out.push({ ...piece });
    }
  }
  return out;
}
