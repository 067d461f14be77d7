import { energyFromPower, secondsForEnergy, type MilliWh } from '../../units/energy.ts';
import { firstEnergy } from '../cheapest-slots.ts';
import { mergePeriods } from '../periods.ts';
import type { LimitPeriod, Plan, PlanReason, PlanSlot, UnservedReason } from '../plan.ts';
import { carKnown, costOf, leastOf } from '../plan-session.ts';
import { priceLookup, slotsBetween } from '../slots.ts';
import { drawnAt, energyAt } from './car.ts';
import { give, isInProbe, type Member, type Work } from './work.ts';

/** endCharging takes back what a member has in slots that its need does not ask for; its tail begins where its plan ends. */
export function endCharging(work: Work, member: Member): void {
  const energies = energiesOf(work, member);
  let end = 0;
  for (const [slot, parts] of energies.entries()) {
    const has = member.given[slot] ?? 0;
    const isUsed = parts.some((energy) => energy > 0);
    if (isUsed) end = slot + 1;
    if (has > 0 && !isUsed && !isProbed(work, member, slot)) give(work, { member, slot, watt: -has });
  }
  const isLate = member.outline.mode === 'PRIORITY' || member.outline.mode === 'TAIL';
  const planned = energies.flat().reduce((sum, energy) => sum + energy, 0);
  if (isLate && planned === member.outline.need) member.until = end;
}

function isProbed(work: Work, member: Member, index: number): boolean {
  const slot = work.slots[index];
  return slot !== undefined && isInProbe(member, slot);
}

/** energiesOf is the energy per slot and part: in order of time until the need is met, the slot that is charged for a part only last. */
export function energiesOf(work: Work, member: Member): MilliWh[][] {
  const { car, given, partSlot } = member;
  const slots = work.slots.slice(0, member.until);
  const energies = slots.map((slot) => slot.parts.map(() => 0));
  let left: MilliWh = member.outline.need;
  const fill = (index: number) => {
    const [slot, into] = [slots[index], energies[index]];
    if (slot === undefined || into === undefined) return;
    const powerW = drawnAt(car, given[index] ?? 0);
    const parts = isEndAligned(member, index) ? [...slot.parts.keys()].toReversed() : [...slot.parts.keys()];
    for (const part of parts) {
      const energy = Math.max(0, Math.min(left, energyFromPower(powerW, slot.parts[part]?.seconds ?? 0)));
      into[part] = energy;
      left -= energy;
    }
  };
  for (const index of slots.keys()) if (index !== partSlot) fill(index);
  fill(partSlot);
  return energies;
}

/** Charging for a part of a slot lies beside that of the next slot, else at the slot's beginning. */
function isEndAligned({ given }: Member, index: number): boolean {
  return (given[index - 1] ?? 0) === 0 && (given[index + 1] ?? 0) > 0;
}

/** emitPlan writes out what a member was given as a plan: slots, and the limits its station is told. */
export function emitPlan(work: Work, member: Member, reason: PlanReason): Plan {
  const { facts, outline } = member;
  const slots = slotsOf(work, member);
  const energies = slots.map((slot) => slot.energyMilliWh);
  const plannedMilliWh = energies.reduce((sum, energy) => sum + energy, 0);
  const unservedMilliWh = outline.need - plannedMilliWh;
  const last = slots.findLast((slot) => slot.energyMilliWh > 0);
  const alone = slotsBetween({
    fromAt: facts.now, toAt: outline.horizonAt, powerW: outline.powerW, caps: facts.caps, prices: facts.prices,
  });
  return {
    madeAt: facts.now, mode: outline.mode, reason,
    readyByAt: facts.wish.readyByAt, deadlineAt: outline.deadlineAt,
    deliveredMilliWh: outline.delivered, targetMilliWh: outline.target, targetKnown: facts.wish.energyMilliWh !== null,
    leastMilliWh: leastOf(facts), powerW: outline.powerW, phases: facts.phases, isShared: true, ...carKnown(facts),
    slots, periods: periodsOf(work, member, slots),
    readyAt: outline.need === 0 ? facts.now : last === undefined ? null : last.chargeFromAt + last.chargeSeconds,
    plannedMilliWh, unservedMilliWh,
    unservedReason: unservedMilliWh > 0 ? whyUnserved(work, member) : null,
    plannedExact: costOf(slots, energies),
    atOnceExact: costOf(alone, firstEnergy(alone, outline.need)),
    expectedCashbackMicro: null,
  };
}

function slotsOf(work: Work, member: Member): PlanSlot[] {
  const { car, facts, outline, given, until } = member;
  const priceAt = priceLookup(facts.prices);
  const energies = energiesOf(work, member);
  return work.slots.slice(0, until).flatMap((slot, index) => slot.parts.map((part, at): PlanSlot => {
    const powerW = drawnAt(car, given[index] ?? 0);
    const energyMilliWh = energies[index]?.[at] ?? 0;
    const chargeSeconds = energyMilliWh === 0 ? 0 : Math.min(part.seconds, secondsForEnergy(energyMilliWh, powerW));
    const price = priceAt(part.startAt);
    return {
      startAt: part.startAt, seconds: part.seconds, energyMilliWh, powerW: powerW > 0 ? powerW : outline.powerW,
      chargeFromAt: isEndAligned(member, index) ? part.startAt + part.seconds - chargeSeconds : part.startAt, chargeSeconds,
      priceTicks: price?.priceTicks ?? null, priceKind: price?.kind ?? 'unknown',
    };
  }));
}

function periodsOf(work: Work, member: Member, slots: readonly PlanSlot[]): LimitPeriod[] {
  const { car, given, until, outline } = member;
  const isHeldBeside = outline.mode === 'SMART' || outline.mode === 'PROBE';
  const periods = work.slots.flatMap((slot, index): LimitPeriod[] => {
    const told = { fromAt: slot.startAt, limitW: Math.floor((given[index] ?? 0) * car.toldShare) };
    if (told.limitW === 0 || !isHeldBeside || index >= until || isProbed(work, member, index)) return [told];
    const endAt = slot.startAt + slot.seconds;
    const charging = slots.filter((one) => one.chargeSeconds > 0 && one.startAt >= slot.startAt && one.startAt < endAt);
    const fromAt = charging[0]?.chargeFromAt ?? endAt;
    const toAt = charging.reduce((latest, one) => Math.max(latest, one.chargeFromAt + one.chargeSeconds), slot.startAt);
    return [
      ...(fromAt > slot.startAt ? [{ fromAt: slot.startAt, limitW: 0 }] : []), { ...told, fromAt },
      ...(toAt < endAt ? [{ fromAt: toAt, limitW: 0 }] : []),
    ];
  });
  return mergePeriods(periods);
}

/** Whether its own window could not hold the need either. */
function whyUnserved(work: Work, { car, usefulW, until, outline }: Member): UnservedReason {
  const own = work.slots.slice(0, until).reduce((sum, slot, at) => sum + energyAt(car, usefulW[at] ?? 0, slot.seconds), 0);
  const free = work.slots.slice(0, until).reduce((sum, slot) => sum + energyAt(car, car.mostW, slot.seconds), 0);
  return own < outline.need && own === free ? 'WINDOW_TOO_SHORT' : 'LIMIT_TOO_LOW';
}
