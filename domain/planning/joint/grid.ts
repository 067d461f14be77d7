import { QUARTER_S, quarterStart, type InstantS } from '../../time/instant.ts';

/** A slot in which every session's power is constant; `parts` are its pieces of one quarter each. */
export type JointSlot = { startAt: InstantS; seconds: number; parts: { startAt: InstantS; seconds: number }[] };

/** A shorter slot holds too few steps of the energy grid, and would break a car's run in two. */
const LEAST_SLOT_S = 300;

/**
 * jointSlots cuts [now, endAt) at quarters, at the `edges` of limits and at the `ends` of sessions; ends
 * come first, and a cut within five minutes of one made before is left out.
 */
export function jointSlots(args: {
  now: InstantS; endAt: InstantS; ends: readonly InstantS[]; edges: readonly InstantS[];
}): JointSlot[] {
  const { now, endAt } = args;
  const quarters: InstantS[] = [];
  for (let at = quarterStart(now) + QUARTER_S; at < endAt; at += QUARTER_S) quarters.push(at);
  const cuts = [now, endAt];
  for (const at of [...sorted(args.ends), ...sorted(args.edges), ...quarters]) {
    if (at > now && at < endAt && cuts.every((cut) => Math.abs(cut - at) >= LEAST_SLOT_S)) cuts.push(at);
  }
  const bounds = sorted(cuts);
  return bounds.slice(1).map((at, index) => slotOf(bounds[index] ?? now, at));
}

const sorted = (instants: readonly InstantS[]): InstantS[] => [...new Set(instants)].sort((a, b) => a - b);

/** slotOf is a single slot; one longer than a day (the time after all plans) is left whole. */
export function slotOf(startAt: InstantS, endAt: InstantS): JointSlot {
  const parts: JointSlot['parts'] = [];
  for (let at = startAt; at < endAt && parts.length < 100;) {
    const nextAt = Math.min(endAt, quarterStart(at) + QUARTER_S);
    parts.push({ startAt: at, seconds: nextAt - at });
    at = nextAt;
  }
  return { startAt, seconds: endAt - startAt, parts };
}
