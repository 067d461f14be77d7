import type { SlotOffer } from '../cheapest-slots.ts';

/** One EUR per kWh in ticks of EUR 0.01/MWh. */
export const TICKS_PER_EUR_KWH = 100_000;

/**
 * riskPrices solves V_k(e) = min_x [p_k x + h_k π (e−x) + (1−h_k) V_{k+1}(e−x)], V_T(e) = π e,
 * for all
 * needs at once: a plan's expected cost is π·need − Σ S_k (π − p_k) x_k, so the dynamic program's
 * answer is the cheapest slots at the prices q_k = π − S_k (π − p_k). Proof: departure.md.
 * O(T), exact for every need.
 * @param survival chance per slot that the car is connected in it.
 * @param missTicks π, what a unit not delivered is worth, in ticks; raised to the dearest known
 * price, since energy served stands above cost.
 * @returns prices in ticks (not whole); null where the price is unknown.
 */
export function riskPrices(
  slots: readonly Pick<SlotOffer, 'priceTicks'>[],
  survival: readonly number[],
  missTicks: number,
): (number | null)[] {
  const pi = slots.reduce((most, slot) => Math.max(most, slot.priceTicks ?? most), missTicks);
  return slots.map(({ priceTicks }, index) => {
    const stays = survival[index] ?? 0;
    // Written so that a sure slot keeps its very price, bit for bit.
    return priceTicks === null ? null : priceTicks + (1 - stays) * (pi - priceTicks);
  });
}
