import type { MilliWh } from '../units/energy.ts';

export type SlotOffer = {
  capacityMilliWh: MilliWh;
  /** null: unknown; such a slot is taken only when the known ones do not suffice. */
  priceTicks: number | null;
};

/**
 * cheapestSlots fills a need at the lowest cost: a fractional knapsack, exact by exchange (any energy
 * moved from a filled slot to another costs at least as much). Among equally priced slots it takes
 * those beside slots already taken (fewer starts), then those of the previous plan, then the earliest.
 * O(T log T) apart from ties. The law and a drawing: cheapest-slots.md.
 * @param previous which slots the plan in force uses, by index.
 * @returns energy per slot in milli-Wh; their sum is min(need, total capacity).
 */
export function cheapestSlots(
  slots: readonly SlotOffer[], needMilliWh: MilliWh, previous: ReadonlySet<number> = new Set(),
): MilliWh[] {
  const energies: MilliWh[] = slots.map(() => 0);
  let need = needMilliWh;
  for (const tied of byPrice(slots)) {
    if (need <= 0) break;
    need -= fillTied({ slots, energies, tied, need, previous });
  }
  return energies;
}

/** Indices grouped by price, cheapest first, unknown prices last. */
function byPrice(slots: readonly SlotOffer[]): number[][] {
  const rank = (slot: SlotOffer | undefined) => slot?.priceTicks ?? Number.POSITIVE_INFINITY;
  const order = slots.map((_, index) => index).filter((index) => (slots[index]?.capacityMilliWh ?? 0) > 0);
  order.sort((a, b) => {
    const [x, y] = [rank(slots[a]), rank(slots[b])];
    return x === y ? a - b : x - y;
  });
  const groups: number[][] = [];
  for (const index of order) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && rank(slots[group[0]]) === rank(slots[index])) group.push(index);
    else groups.push([index]);
  }
  return groups;
}

function fillTied(args: {
  slots: readonly SlotOffer[]; energies: MilliWh[]; tied: readonly number[]; need: MilliWh; previous: ReadonlySet<number>;
}): MilliWh {
  const { slots, energies, need, previous } = args;
  const capacity = (index: number) => slots[index]?.capacityMilliWh ?? 0;
  const total = args.tied.reduce((sum, index) => sum + capacity(index), 0);
  if (total <= need) {
    for (const index of args.tied) energies[index] = capacity(index);
    return total;
  }
  const open = new Set(args.tied);
  const isTaken = (index: number) => (energies[index] ?? 0) > 0;
  let left = need;
  while (left > 0) {
    let best = -1;
    let bestScore = -1;
    for (const index of open) {
      const score = (isTaken(index - 1) || isTaken(index + 1) ? 2 : 0) + (previous.has(index) ? 1 : 0);
      if (score > bestScore) [best, bestScore] = [index, score];
    }
    const energy = Math.min(left, capacity(best));
    energies[best] = energy;
    left -= energy;
    open.delete(best);
  }
  return need;
}

/**
 * firstEnergy fills the earliest slots up to a need: minimum energy, charge now and "at once".
 * @returns energy per slot in milli-Wh.
 */
export function firstEnergy(slots: readonly { capacityMilliWh: MilliWh }[], needMilliWh: MilliWh): MilliWh[] {
  let left = needMilliWh;
  return slots.map((slot) => {
    const energy = Math.max(0, Math.min(left, slot.capacityMilliWh));
    left -= energy;
    return energy;
  });
}
