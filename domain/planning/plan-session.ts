import type { PriceInterval } from '../market/price.ts';
import { costExact } from '../money/money.ts';
import type { InstantS } from '../time/instant.ts';
import { secondsForEnergy, type MilliWh } from '../units/energy.ts';
import { cheapestSlots, firstEnergy } from './cheapest-slots.ts';
import { riskOffers, type ExpectedStay } from './departure/expected-stay.ts';
import { periodsFromSlots, secondsFree } from './periods.ts';
import type { FreeCar, Plan, PlanMode, PlanReason, PlanSlot, UnservedReason } from './plan.ts';
import { slotsBetween, type PowerCap, type Slot } from './slots.ts';

/** What a plan is made from: facts as of `now`, all measured values metered by the station. */
export type PlanningFacts = {
  now: InstantS;
  plugInAt: InstantS;
  /** Metered since plug-in at `measuredAt`, and the power then. */
  deliveredMilliWh: MilliWh;
  measuredAt: InstantS | null;
  drawingW: number;
  /** Whether ≥ 300 W was ever metered in this stay: the probe's answer. */
  hasDrawn: boolean;
  /** The car was drawing when it last could. */
  wantsMore: boolean;
  /** The car takes nothing although it may, after it has drawn. */
  isFull: boolean;
  /** The car did not draw again after a pause: it is never paused again. */
  didNotWake: boolean;
  /** Since when the car has been free without a break; null or absent: it is held, or nobody knows. */
  free?: FreeCar | null;
  /** The station obeys nothing: plans only say what will happen. */
  isObserved: boolean;
  wish: { readyByAt: InstantS | null; energyMilliWh: MilliWh | null; minEnergyMilliWh: MilliWh | null; priority: boolean };
  /** What is expected where the driver says nothing. */
  assumed: ExpectedStay;
  ratedPowerW: number;
  /** Power the car was seen to draw when free; null before it was. */
  carPowerW: number | null;
  phases: 1 | 3;
  /** The session's share of every limit above it. */
  caps: PowerCap[];
  /** Sorted; published, and expected beyond. */
  prices: PriceInterval[];
  previous: Plan | null;
};

/** More than 32 A on one phase carry, and what meters err. */
export const ONE_PHASE_MOST_W = 7_600;
/** What a car is thought to take that was never seen free: more is found out when there is room. */
export const LIKELY_W = { 1: 7_360, 3: 11_040 } as const;
/** Five minutes at most for the car to show that it draws (settlement rule 9). */
export const PROBE_S = 300;
/** Finish this much before the wish where there is slack: plans are made of minutes, cars are not. */
const READY_MARGIN_S = 300;
/** Readings older than this say nothing about the energy since. */
const EXTRAPOLATE_S = 900;

/**
 * planSession makes the plan of one session: minimum energy first, then the cheapest slots until the
 * deadline, then a tail at full power. It never fails: what cannot be served is in `unservedMilliWh`.
 */
export function planSession(facts: PlanningFacts, reason: PlanReason): Plan {
  const outline = outlineOf(facts);
  const { mode, deadlineAt, target, delivered, need, powerW, horizonAt } = outline;
  const slots = slotsBetween({ fromAt: facts.now, toAt: horizonAt, powerW, caps: facts.caps, prices: facts.prices });
  const energies = allocate({ facts, slots, outline });
  const planSlots = place(slots, energies);
  const plannedMilliWh = energies.reduce((sum, energy) => sum + energy, 0);
  const unservedMilliWh = Math.max(0, need - plannedMilliWh);
  return {
    madeAt: facts.now, mode, reason,
    readyByAt: facts.wish.readyByAt, deadlineAt, deliveredMilliWh: delivered, targetMilliWh: target,
    targetKnown: facts.wish.energyMilliWh !== null, leastMilliWh: leastOf(facts), powerW, phases: facts.phases, ...carKnown(facts),
    slots: planSlots,
    periods: periodsFromSlots({
      slots: planSlots, fromAt: facts.now, tailAt: horizonAt, ratedPowerW: facts.ratedPowerW, caps: facts.caps,
      isFree: mode !== 'SMART' && mode !== 'PROBE' || facts.isFull,
      freeUntilAt: mode === 'PROBE' ? facts.plugInAt + PROBE_S : facts.now,
    }),
    readyAt: readyAtOf(planSlots, need, facts.now),
    plannedMilliWh, unservedMilliWh,
    unservedReason: unservedMilliWh > 0 ? whyUnserved(slots, powerW) : null,
    plannedExact: costOf(slots, energies),
    atOnceExact: costOf(slots, firstEnergy(slots, need)),
    expectedCashbackMicro: null,
  };
}

/** carKnown is what a plan remembers of the car: the reason of a later version may be another one. */
export function carKnown(facts: PlanningFacts): Pick<Plan, 'carIs' | 'free' | 'seenW' | 'isThreePhase'> {
  const { didNotWake, isFull, free, carPowerW, drawingW, previous } = facts;
  // What is only likely of a car that was never seen free proves no phases.
  const isMeasured = drawingW > ONE_PHASE_MOST_W || carPowerW !== LIKELY_W[3];
  const isThreePhase = previous?.isThreePhase === true || (isMeasured && (carPowerW ?? 0) > ONE_PHASE_MOST_W);
  return {
    ...(didNotWake ? { carIs: 'NOT_WAKING' as const } : isFull ? { carIs: 'FULL' as const } : {}),
    ...(free === null || free === undefined ? {} : { free }),
    ...(carPowerW === null ? {} : { seenW: carPowerW }),
    ...(isThreePhase ? { isThreePhase } : {}),
  };
}

/** What the facts ask of a plan before any slot is chosen. */
export type PlanOutline = {
  mode: PlanMode;
  deadlineAt: InstantS;
  /** Energy may be planned until here: a little before the deadline where there is time. */
  horizonAt: InstantS;
  target: MilliWh;
  delivered: MilliWh;
  need: MilliWh;
  /** Part of the need that comes before any look at the price. */
  minimum: MilliWh;
  powerW: number;
};

export function outlineOf(facts: PlanningFacts): PlanOutline {
  const deadlineAt = facts.wish.readyByAt ?? facts.assumed.departureAt;
  const mode = modeOf(facts, deadlineAt);
  const target = targetOf(facts, deliveredBy(facts));
  // What is estimated since the last reading ends where the wish does: the car is held there.
  const delivered = Math.min(deliveredBy(facts), Math.max(facts.deliveredMilliWh, target));
  const need = Math.max(0, target - delivered);
  const powerW = Math.min(facts.ratedPowerW, facts.carPowerW ?? facts.ratedPowerW);
  const horizonAt = horizonOf({ facts, mode, deadlineAt, need, powerW });
  const minimum = Math.max(0, Math.min(need, leastOf(facts) - delivered));
  return { mode, deadlineAt, horizonAt, target, delivered, need, minimum, powerW };
}

/** leastOf is what comes before any look at the price, since plug-in. */
export function leastOf({ wish, assumed }: PlanningFacts): MilliWh {
  return wish.minEnergyMilliWh ?? (wish.energyMilliWh === null ? assumed.minEnergyMilliWh : 0);
}

function modeOf(facts: PlanningFacts, deadlineAt: InstantS): PlanMode {
  if (facts.isObserved) return 'OBSERVE';
  if (facts.wish.priority) return 'PRIORITY';
  if (deadlineAt <= facts.now || facts.didNotWake) return 'TAIL';
  if (!facts.hasDrawn && facts.now < facts.plugInAt + PROBE_S) return 'PROBE';
  return 'SMART';
}

/**
 * deliveredBy extends the last reading to now by the power it showed, over the time in which the plan
 * in force lets the car draw.
 */
export function deliveredBy(facts: PlanningFacts): MilliWh {
  if (facts.measuredAt === null || facts.drawingW === 0) return facts.deliveredMilliWh;
  const toAt = Math.min(facts.now, facts.measuredAt + EXTRAPOLATE_S);
  const seconds = facts.previous === null ? Math.max(0, toAt - facts.measuredAt)
    : secondsFree(facts.previous.periods, facts.measuredAt, toAt);
  return facts.deliveredMilliWh + Math.floor((facts.drawingW * seconds * 10) / 36);
}

/** Closer to a target than this the car has taken it: meters and slots are not finer. */
const NEAR_MILLI_WH = 10_000;

/** A car that takes more than was assumed is given more; a wish is kept to. */
function targetOf(facts: PlanningFacts, delivered: MilliWh): MilliWh {
  if (facts.isFull) return delivered;
  if (facts.wish.energyMilliWh !== null) return Math.max(facts.wish.energyMilliWh, 0);
  const { targetsMilliWh } = facts.assumed;
  const next = targetsMilliWh.find((target) => target > delivered + NEAR_MILLI_WH);
  if (next !== undefined) return next;
  const last = Math.max(1, targetsMilliWh.at(-1) ?? 1);
  return Math.ceil((delivered + NEAR_MILLI_WH + 1) / last) * last;
}

function horizonOf(args: {
  facts: PlanningFacts; mode: PlanMode; deadlineAt: InstantS; need: MilliWh; powerW: number;
}): InstantS {
  const { facts, mode, deadlineAt, need, powerW } = args;
  const needS = powerW > 0 ? secondsForEnergy(need, powerW) : 0;
  // A day is enough to show when a car that charges at once will be ready, whatever the caps.
  if (mode !== 'SMART' && mode !== 'PROBE') return facts.now + Math.max(needS * 2, Math.min(86_400, needS * 4)) + 900;
  const slack = deadlineAt - facts.now - needS;
  return slack > READY_MARGIN_S * 4 ? deadlineAt - READY_MARGIN_S : deadlineAt;
}

function allocate(args: { facts: PlanningFacts; slots: readonly Slot[]; outline: PlanOutline }): MilliWh[] {
  const { facts, slots, outline: { mode, need, minimum } } = args;
  if (mode !== 'SMART' && mode !== 'PROBE') return firstEnergy(slots, need);
  const probe = mode === 'PROBE' ? energyWithin(slots, facts.plugInAt + PROBE_S) : 0;
  const first = firstEnergy(slots, Math.min(need, Math.max(probe, minimum)));
  const rest = need - first.reduce((sum, energy) => sum + energy, 0);
  const open = riskOffers(slots, facts)
    .map((slot, index) => ({ ...slot, capacityMilliWh: slot.capacityMilliWh - (first[index] ?? 0) }));
  const cheapest = cheapestSlots(open, rest, previousSlots(slots, facts.previous));
  return first.map((energy, index) => energy + (cheapest[index] ?? 0));
}

function energyWithin(slots: readonly Slot[], untilAt: InstantS): MilliWh {
  return slots.reduce((sum, slot) => {
    const seconds = Math.max(0, Math.min(slot.seconds, untilAt - slot.startAt));
    return sum + Math.floor((slot.powerW * seconds * 10) / 36);
  }, 0);
}

function previousSlots(slots: readonly Slot[], previous: Plan | null): Set<number> {
  const used = previous?.slots.filter((slot) => slot.energyMilliWh > 0) ?? [];
  return new Set(slots.flatMap((slot, index) =>
    used.some((old) => old.startAt < slot.startAt + slot.seconds && slot.startAt < old.startAt + old.seconds) ? [index] : []));
}

/** place puts a partly used slot's energy beside its neighbour's, at full power for part of the slot. */
function place(slots: readonly Slot[], energies: readonly MilliWh[]): PlanSlot[] {
  return slots.map((slot, index) => {
    const energyMilliWh = energies[index] ?? 0;
    const chargeSeconds = energyMilliWh === 0 ? 0 : Math.min(slot.seconds, secondsForEnergy(energyMilliWh, slot.powerW));
    const follows = index === 0 || (energies[index - 1] ?? 0) > 0;
    const leads = (energies[index + 1] ?? 0) > 0;
    const chargeFromAt = !follows && leads ? slot.startAt + slot.seconds - chargeSeconds : slot.startAt;
    return {
      startAt: slot.startAt, seconds: slot.seconds, energyMilliWh, powerW: slot.powerW,
      chargeFromAt, chargeSeconds, priceTicks: slot.priceTicks, priceKind: slot.priceKind,
    };
  });
}

function readyAtOf(slots: readonly PlanSlot[], need: MilliWh, now: InstantS): InstantS | null {
  if (need === 0) return now;
  const last = slots.findLast((slot) => slot.energyMilliWh > 0);
  return last === undefined ? null : last.chargeFromAt + last.chargeSeconds;
}

function whyUnserved(slots: readonly Slot[], powerW: number): UnservedReason {
  return slots.some((slot) => slot.powerW < powerW) ? 'LIMIT_TOO_LOW' : 'WINDOW_TOO_SHORT';
}

/** costOf is null as soon as one priced energy has no known price. */
export function costOf(slots: readonly { priceTicks: number | null }[], energies: readonly MilliWh[]): string | null {
  let sum = 0n;
  for (const [index, slot] of slots.entries()) {
    const energy = energies[index] ?? 0;
    if (energy > 0 && slot.priceTicks === null) return null;
    if (energy > 0 && slot.priceTicks !== null) sum += costExact(energy, slot.priceTicks);
  }
  return sum.toString();
}
