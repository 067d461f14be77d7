import type { MilliWh } from '../../units/energy.ts';
import { cheapestSlots, firstEnergy, type SlotOffer } from '../cheapest-slots.ts';
import { riskPrices } from './risk-price.ts';

export type UnsureWish = {
  /** What the car should still get. */
  needMilliWh: MilliWh;
  /** The part of it that comes first, at any price. */
  minimumMilliWh: MilliWh;
  /** π: what energy not delivered is worth, in ticks; 1 EUR per kWh is 100,000. */
  missTicks: number;
  /**
   * Slots before this one must hold the need if they can; the number of slots where nobody set a
   * time.
   */
  deadlineSlot: number;
};

export type UnsurePlan = {
  /** Energy per slot if the car stays; past the deadline at full power from its start. */
  energies: MilliWh[];
  /** What each slot costs once the risk is in it, in ticks, not whole; null: price unknown. */
  riskTicks: (number | null)[];
  /** Expected energy not delivered, of the need. */
  expectedMissedMilliWh: number;
  /** The slots before the deadline hold no more than the need: charge now. */
  isMustRun: boolean;
};

/**
 * planUnsure plans a stay whose end nobody knows: minimum energy first; then, before the deadline,
 * the slots that are cheapest once the risk of an early departure is priced in; what does not fit
 * before the deadline goes on after it at full power. Made anew at each look: while the car stays,
 * the same history and prices give the rest of the same plan.
 * @param survival see slotSurvival; one value per slot.
 * @param previous slots of the plan in force, for ties.
 */
export function planUnsure(args: {
  slots: readonly SlotOffer[];
  survival: readonly number[];
  wish: UnsureWish;
  previous?: ReadonlySet<number>;
}): UnsurePlan {
  const { slots, survival, wish } = args;
  // Not rounded: the order of these prices survives time passing, the order of rounded ones does
  // not.
  const riskTicks = riskPrices(slots, survival, wish.missTicks);
  const need = Math.max(0, wish.needMilliWh);
  const first = firstEnergy(slots, Math.min(need, Math.max(0, wish.minimumMilliWh)));
  const left = slots.map((slot, index) => slot.capacityMilliWh - (first[index] ?? 0));
  const rest = need - total(first);
  const before = left.map((capacity, index) => ({
    capacityMilliWh: index < wish.deadlineSlot ? capacity : 0,
    priceTicks: riskTicks[index] ?? null,
  }));
  const chosen = cheapestSlots(before, rest, args.previous);
  const after = left.map((capacity, index) => ({
    capacityMilliWh: index < wish.deadlineSlot ? 0 : capacity,
  }));
  const late = firstEnergy(after, rest - total(chosen));
  const energies = first.map((energy, index) => energy + (chosen[index] ?? 0) + (late[index] ?? 0));
  return {
    energies,
    riskTicks,
    expectedMissedMilliWh:
      need - energies.reduce((sum, energy, k) => sum + energy * (survival[k] ?? 0), 0),
    isMustRun: rest > 0 && rest >= total(before.map((slot) => slot.capacityMilliWh)),
  };
}

function total(energies: readonly MilliWh[]): MilliWh {
  return energies.reduce((sum, energy) => sum + energy, 0);
}
