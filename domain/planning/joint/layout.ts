import type { MilliWh } from '../../units/energy.ts';
import { energyAt } from './car.ts';
import { emitPlan, endCharging, energiesOf } from './emit-plan.ts';
import { giveCheapest, type FleetLayer, type JointBudget } from './fleet-layer.ts';
import { sharePower } from './share-power.ts';
import { giveTails, tailShare } from './tails.ts';
import { AMPERE_W } from './tree.ts';
import { fillForward, give, isInProbe, plannedOf, rankOf, roomAt, type Member, type Work } from './work.ts';
import type { Plan } from '../plan.ts';

/** What a way to plan some sessions together comes to. */
export type Layout = {
  work: Work; plans: Map<number, Plan>; fleet: FleetLayer | null;
  /** How much less other plans could cost at most, EUR 1e-11; null where a limit leaves somebody short. */
  gapExact: bigint | null;
};

/**
 * layOut plans the members of `work` in the room that it leaves, by precedence: minimum energy and
 * probe, charge now, what is late (up to its part of a shared tail), the cheapest slots for the rest,
 * then tails with what is left.
 * @param asked those who have a reason of their own to be planned anew.
 */
export function layOut(work: Work, budget: JointBudget, asked: ReadonlySet<number>): Layout {
  fillForward(work, { outstanding: new Map(work.members.map((member) => [member, firstNeed(work, member)])) });
  fillForward(work, { outstanding: restOf(work, (member) => member.outline.mode === 'PRIORITY') });
  const late = restOf(work, (member) => member.outline.mode === 'TAIL');
  if (late.size > 0) fillForward(work, { outstanding: late, ceilingW: (slot) => tailShare(work, slot) });
  const fleet = giveCheapest(work, restOf(work, (member) => !isHasty(member)), budget);
  fillForward(work, { outstanding: restOf(work, isHasty) });
  for (const member of work.members) endCharging(work, member);
  giveTails(work);
  giveHeadroom(work, asked);
  return { work, fleet, gapExact: gapOf(work, fleet), plans: new Map(work.members.map((member) => [member.index, emitPlan(work, member, 'LIMIT_CHANGED')])) };
}

function gapOf(work: Work, fleet: FleetLayer | null): bigint | null {
  if (fleet === null) return 0n;
  if (fleet.leastExact === null) return null;
  const cost = fleet.asking.reduce((sum, { member, prices }) => energiesOf(work, member).reduce((total, parts, slot) =>
    total + BigInt(prices[slot] ?? 0) * BigInt(parts.reduce((energy, part) => energy + part, 0)), sum), 0n);
  return cost > fleet.leastExact ? cost - fleet.leastExact : 0n;
}

/** Charges as soon as it can, whatever the price. */
function isHasty({ outline }: Member): boolean {
  return outline.mode === 'PRIORITY' || outline.mode === 'TAIL';
}

/** Minimum energy, and in its first slots what shows that the car draws. */
function firstNeed(work: Work, member: Member): MilliWh {
  const probe = work.slots.slice(0, work.planned).reduce((sum, slot, at) =>
    (isInProbe(member, slot) ? sum + energyAt(member.car, member.usefulW[at] ?? 0, slot.seconds) : sum), 0);
  return Math.max(member.outline.minimum, Math.min(probe, member.outline.need));
}

function restOf(work: Work, isMeant: (member: Member) => boolean): Map<Member, MilliWh> {
  return new Map(work.members.filter((member) => isMeant(member) && member.until > 0)
    .map((member) => [member, Math.max(0, member.outline.need - plannedOf(work, member))]));
}

/**
 * A car that charges with all it was seen to take may take more by now: what nobody uses in the first
 * slot is offered to it, so that it can show it. Only to those who are planned anew for their own sake.
 */
function giveHeadroom(work: Work, asked: ReadonlySet<number>): void {
  const full = work.members.filter((member) => asked.has(member.index) && (member.given[0] ?? 0) > 0 && (member.given[0] ?? 0) >= (member.usefulW[0] ?? 0));
  const given = sharePower(full.map((member) => ({
    session: member.index, path: member.path, leastW: AMPERE_W, mostW: (member.capW[0] ?? 0) - (member.given[0] ?? 0),
    rank: rankOf(member, 0),
  })), roomAt(work, work.room, 0));
  for (const [index, member] of full.entries()) give(work, { member, slot: 0, watt: given[index] ?? 0 });
}
