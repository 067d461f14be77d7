/**
 * Marginal cost of the next Wh in a slot: constant + perLoad × (load after it), all whole numbers.
 */
export type SlotCosts = { constant: Float64Array; perLoad: number; load: Float64Array };

/**
 * levelFill spreads `total` Wh over slots at the least sum of convex costs, as if each Wh could go
 * anywhere: the water finds one level of marginal cost. Exact in whole Wh; the last ones go to the
 * earliest slots at that level. O(T log range).
 * @param fill.most Wh that each listed slot may take; their sum is at least `total`.
 * @returns Wh per listed slot.
 */
export function levelFill(
  costs: SlotCosts,
  fill: { slots: readonly number[]; most: Float64Array; total: number },
): Float64Array {
  const { slots, most, total } = fill;
  const takes = (index: number, level: number): number => {
    const slot = slots[index] ?? 0;
    const over = level - (costs.constant[slot] ?? 0);
    const room = most[index] ?? 0;
    if (costs.perLoad === 0) return over >= 0 ? room : 0;
    return Math.max(0, Math.min(room, Math.floor(over / costs.perLoad) - (costs.load[slot] ?? 0)));
  };
  const sumAt = (level: number) => slots.reduce((sum, _, index) => sum + takes(index, level), 0);
  let [low, high] = rangeOf(costs, fill);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sumAt(middle) >= total) high = middle;
    else low = middle + 1;
  }
  const filled = Float64Array.from(slots, (_, index) => takes(index, low - 1));
  let left = total - filled.reduce((sum, wh) => sum + wh, 0);
  for (const [index, wh] of filled.entries()) {
    const more = Math.min(left, takes(index, low) - wh);
    filled[index] = wh + more;
    left -= more;
  }
  return filled;
}

/** Below the low level no slot takes anything, at the high one each takes all it may. */
function rangeOf(
  costs: SlotCosts,
  fill: { slots: readonly number[]; most: Float64Array },
): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const [index, slot] of fill.slots.entries()) {
    const [constant, load] = [costs.constant[slot] ?? 0, costs.load[slot] ?? 0];
    low = Math.min(low, constant + costs.perLoad * load);
    high = Math.max(high, constant + costs.perLoad * (load + (fill.most[index] ?? 0)));
  }
  return [low, high];
}
