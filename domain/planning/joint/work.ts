import type { InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { outlineOf, PROBE_S, type PlanningFacts, type PlanOutline } from '../plan-session.ts';
import { limitAt } from '../periods.ts';
import { NEVER_AT } from '../slots.ts';
import { carOf, energyAt, loadFor, type Car } from './car.ts';
import { jointSlots, slotOf, type JointSlot } from './grid.ts';
import { sharePower, type Demand } from './share-power.ts';
import { AMPERE_W, LEAST_W, leastWithin, loadOfTold, mostWithin, type LimitNode, type LoadPeriod } from './tree.ts';

/** A session as the layers of a joint plan see it; `given` is what they reserve for it, in load watts per slot. */
export type Member = {
  index: number;
  facts: PlanningFacts;
  outline: PlanOutline;
  car: Car;
  path: readonly number[];
  /** Slots before this one may hold planned energy; what comes after them is its tail. */
  until: number;
  /** Highest load per slot that its EVSE allows, and that is of use to the car. */
  capW: Float64Array;
  usefulW: Float64Array;
  given: Float64Array;
  /** The slot that is charged for a part only where more is reserved than needed; -1: the last. */
  partSlot: number;
  /** Delivered since plug-in and planned so far: a shortage is shared on it. */
  received: MilliWh;
  isOn: boolean;
};

export type Work = {
  now: InstantS;
  nodes: readonly LimitNode[];
  members: Member[];
  /** Slots in which energy is planned, then those of the time after all plans; the last has no end. */
  slots: JointSlot[];
  planned: number;
  /** [node × slots + slot] watts: what the limits leave beside what is reserved; `base` before any layer. */
  room: Float64Array;
  base: Float64Array;
};

/** Nothing is planned further ahead. */
const MOST_AHEAD_S = 172_800;
/** Turns after the last plan where a limit is too low for all at once. */
const TURNS = 6;
const TURN_S = 3_600;
/** A session that charges keeps its place until others have this much less: turns, not flicker. */
const TURN_MILLI_WH = 2_000_000;

export type Reserved = { path: readonly number[]; periods: readonly LoadPeriod[] };

/** startWork lays out slots and room for sessions that are planned anew beside what is `reserved`. */
export function startWork(args: {
  nodes: readonly LimitNode[]; reserved: readonly Reserved[];
  members: readonly { index: number; facts: PlanningFacts; path: readonly number[] }[];
}): Work {
  const { nodes, reserved } = args;
  const now = args.members[0]?.facts.now ?? 0;
  const outlines = args.members.map(({ facts }) => outlineOf(facts));
  const { slots, planned } = slotsFor({ ...args, now, outlines });
  const base = new Float64Array(nodes.length * slots.length);
  for (const [node, { caps }] of nodes.entries()) {
    const held = reserved.filter(({ path }) => path.includes(node));
    for (const [at, slot] of slots.entries()) {
      const span = { fromAt: slot.startAt, toAt: slot.startAt + slot.seconds };
      const heldW = held.reduce((sum, { periods }) => sum + mostWithin(periods, span.fromAt, span.toAt), 0);
      base[node * slots.length + at] = Math.max(0, leastWithin(caps, span, Number.MAX_SAFE_INTEGER) - heldW);
    }
  }
  const members = args.members.map((one, at) => memberOf({ ...one, outline: outlines[at] ?? outlineOf(one.facts), slots, planned }));
  return { now, nodes, members, slots, planned, base, room: base.slice() };
}

function slotsFor(args: {
  now: InstantS; nodes: readonly LimitNode[]; outlines: readonly PlanOutline[];
  members: readonly { facts: PlanningFacts }[];
}): { slots: JointSlot[]; planned: number } {
  const { now, nodes, outlines, members } = args;
  const endAt = Math.min(now + MOST_AHEAD_S, Math.max(now + 300, ...outlines.map((outline) => outline.horizonAt)));
  const capEdges = [...nodes.flatMap((node) => node.caps), ...members.flatMap(({ facts }) => facts.caps)]
    .flatMap((cap) => [cap.fromAt, cap.toAt]);
  const slots = jointSlots({ now, endAt, ends: outlines.map((outline) => outline.horizonAt), edges: capEdges });
  const planned = slots.length;
  const least = members.reduce((sum, { facts }) => sum + Math.min(LEAST_W, loadOfTold(facts, facts.ratedPowerW)), 0);
  const turns = nodes.some((node) => leastWithin(node.caps, { fromAt: endAt, toAt: NEVER_AT }, least) < least) ? TURNS : 0;
  const edges = Array.from({ length: turns }, (_, turn) => endAt + (turn + 1) * TURN_S);
  const later = [...new Set([...edges, ...capEdges.filter((at) => at > endAt && at < NEVER_AT)])].sort((a, b) => a - b);
  for (const [index, at] of [endAt, ...later].entries()) slots.push(slotOf(at, later[index] ?? NEVER_AT));
  return { slots, planned };
}

function memberOf(args: {
  index: number; facts: PlanningFacts; path: readonly number[]; outline: PlanOutline; slots: readonly JointSlot[]; planned: number;
}): Member {
  const { index, facts, path, outline, slots, planned } = args;
  const car = carOf(facts);
  const capW = Float64Array.from(slots, (slot) =>
    Math.min(car.ratedW, loadOfTold(facts, leastWithin(facts.caps, { fromAt: slot.startAt, toAt: slot.startAt + slot.seconds }, facts.ratedPowerW))));
  const isSteered = facts.previous !== null && (limitAt(facts.previous.periods, facts.now) ?? 0) > 0;
  return {
    index, facts, outline, car, path, capW,
    usefulW: capW.map((watt) => Math.min(watt, car.mostW)),
    until: untilOf({ facts, outline, slots, planned }),
    given: new Float64Array(slots.length), partSlot: -1, received: outline.delivered,
    isOn: facts.drawingW > 0 && isSteered,
  };
}

function untilOf(args: { facts: PlanningFacts; outline: PlanOutline; slots: readonly JointSlot[]; planned: number }): number {
  const { facts, outline, slots, planned } = args;
  if (facts.isFull) return 0;
  if (outline.mode === 'PRIORITY' || outline.mode === 'TAIL') return planned;
  let until = 0;
  for (; until < planned; until += 1) {
    const slot = slots[until];
    if (slot === undefined) break;
    const endAt = slot.startAt + slot.seconds;
    if (endAt > outline.horizonAt && (slot.startAt >= outline.horizonAt || endAt > outline.deadlineAt)) break;
  }
  return Math.max(1, until);
}

/** isInProbe: the car has to be free in this slot, to show that it draws. */
export function isInProbe(member: Member, slot: JointSlot): boolean {
  return member.outline.mode === 'PROBE' && slot.startAt < member.facts.plugInAt + PROBE_S;
}

/** give reserves load for a member in a slot, or takes it back; returns the energy that it changes. */
export function give(work: Work, at: { member: Member; slot: number; watt: number }): MilliWh {
  const { member, slot, watt } = at;
  const before = member.given[slot] ?? 0;
  const seconds = work.slots[slot]?.seconds ?? 0;
  member.given[slot] = before + watt;
  for (const node of member.path) {
    const point = node * work.slots.length + slot;
    work.room[point] = (work.room[point] ?? 0) - watt;
  }
  return slot >= work.planned ? 0 : energyAt(member.car, before + watt, seconds) - energyAt(member.car, before, seconds);
}

/** roomAt is what is left in a slot, per limit. */
export function roomAt(work: Work, from: Float64Array, slot: number): Float64Array {
  return Float64Array.from(work.nodes, (_, node) => from[node * work.slots.length + slot] ?? 0);
}

/** rankOf orders those who ask for a place: who has least first, but who is on stays on for a turn. */
export function rankOf(member: Member, slot: number): number {
  const isOn = slot === 0 ? member.isOn : (member.given[slot - 1] ?? 0) > 0;
  return member.received - (isOn ? TURN_MILLI_WH : 0);
}

/**
 * fillForward serves what is outstanding as early as it can be, slot by slot, shared max-min fair.
 * @param args.outstanding energy per member; reduced in place.
 * @param args.ceilingW the most a member may have in a slot by this layer.
 */
export function fillForward(work: Work, args: {
  outstanding: Map<Member, MilliWh>; ceilingW?: (slot: number) => ReadonlyMap<Member, number>;
}): void {
  const { outstanding } = args;
  for (let slot = 0; slot < work.planned; slot += 1) {
    const asking = [...outstanding.keys()].filter((member) => (outstanding.get(member) ?? 0) > 0 && slot < member.until);
    if (asking.length === 0) continue;
    const ceiling = args.ceilingW?.(slot);
    const demands = asking.map((member) => demandOf(work, {
      member, slot, left: outstanding.get(member) ?? 0, ceilingW: ceiling?.get(member) ?? Number.MAX_SAFE_INTEGER,
    }));
    const given = sharePower(demands, roomAt(work, work.room, slot));
    for (const [index, member] of asking.entries()) {
      const gained = give(work, { member, slot, watt: given[index] ?? 0 });
      member.received += gained;
      outstanding.set(member, (outstanding.get(member) ?? 0) - gained);
    }
  }
}

function demandOf(work: Work, at: { member: Member; slot: number; left: MilliWh; ceilingW: number }): Demand {
  const { member, slot, left } = at;
  const has = member.given[slot] ?? 0;
  const seconds = work.slots[slot]?.seconds ?? 0;
  const wantedW = Math.max(LEAST_W, loadFor(member.car, energyAt(member.car, has, seconds) + left, seconds));
  return {
    session: member.index, path: member.path, rank: rankOf(member, slot),
    leastW: has > 0 ? AMPERE_W : LEAST_W,
    mostW: Math.min(member.usefulW[slot] ?? 0, at.ceilingW, wantedW) - has,
  };
}

/** plannedOf is what a member draws in its slots as they are given. */
export function plannedOf(work: Work, member: Member): MilliWh {
  return work.slots.slice(0, work.planned).reduce((sum, slot, at) => sum + energyAt(member.car, member.given[at] ?? 0, slot.seconds), 0);
}
