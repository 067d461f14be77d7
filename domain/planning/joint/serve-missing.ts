import type { MilliWh } from '../../units/energy.ts';
import { fillForward, give, plannedOf, type Member, type Work } from './work.ts';

/** What a member had at some moment, to go back to. */
type State = { given: Float64Array; received: MilliWh; partSlot: number };

/** `base`: before the cheapest slots were given; `fairMilliWh`: its part of what can be served of `restMilliWh`. */
type Served = { member: Member; restMilliWh: MilliWh; fairMilliWh: MilliWh; base: State };

/** Cars that are all on and off together leave this much unplaced at times; more is worth another way to share. */
const MUCH_MILLI_WH = 500_000;

export function stateOf({ given, received, partSlot }: Member): State {
  return { given: given.slice(), received, partSlot };
}

/**
 * serveMissing puts energy before price: what the real chargers' plan could not place of the fair shares
 * is served as early as it can be; where that leaves much, all of it is shared slot by slot, if that
 * serves more.
 * @returns what is missing of the fair shares in the end.
 */
export function serveMissing(work: Work, served: readonly Served[]): MilliWh {
  fillForward(work, { outstanding: lacking(work, served) });
  const missing = total(lacking(work, served));
  if (missing <= MUCH_MILLI_WH) return missing;
  const first = served.map(({ member }) => stateOf(member));
  for (const { member, base } of served) goBack(work, member, base);
  fillForward(work, { outstanding: lacking(work, served) });
  const shared = total(lacking(work, served));
  if (shared < missing) return shared;
  for (const [index, { member, base }] of served.entries()) goBack(work, member, first[index] ?? base);
  return missing;
}

function lacking(work: Work, served: readonly Served[]): Map<Member, MilliWh> {
  return new Map(served.map(({ member, restMilliWh, fairMilliWh }) =>
    [member, Math.max(0, member.outline.need - restMilliWh + fairMilliWh - plannedOf(work, member))]));
}

function total(energies: ReadonlyMap<Member, MilliWh>): MilliWh {
  return [...energies.values()].reduce((sum, energy) => sum + energy, 0);
}

function goBack(work: Work, member: Member, state: State): void {
  for (const [slot, watt] of state.given.entries()) {
    const change = watt - (member.given[slot] ?? 0);
    if (change !== 0) give(work, { member, slot, watt: change });
  }
  member.received = state.received;
  member.partSlot = state.partSlot;
}
