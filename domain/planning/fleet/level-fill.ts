/**
 * Marginal cost of the next Wh in a slot: constant + perLoad × (load after it), all whole numbers.
 */
export type SlotCosts = { constant: Float64Array; perLoad: number; load: Float64Array };

type Fill = { slots: readonly number[]; most: Float64Array; total: number };

/**
 * levelFill spreads `total` Wh over slots at the least sum of convex costs, as if each Wh could go
 * anywhere: the water finds one level of marginal cost. Exact in whole Wh; the last ones go to the
 * earliest slots at that level. O(T log range).
 * @param fill.most Wh that each slot may take; the sum over the listed ones is at least `total`.
 * @returns Wh per listed slot.
 */
export function levelFill(costs: SlotCosts, fill: Fill): Float64Array {
  const { slots, total } = fill;
  let [low, high] = rangeOf(costs, fill);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sumAt(costs, fill, middle) >= total) high = middle;
    else low = middle + 1;
  }
  const filled = Float64Array.from(slots, (slot) => takes(costs, slot, { level: low - 1, most: fill.most }));
  let left = total - filled.reduce((sum, wh) => sum + wh, 0);
  for (const [index, wh] of filled.entries()) {
    const more = Math.min(left, takes(costs, slots[index] as number, { level: low, most: fill.most }) - wh);
    filled[index] = wh + more;
    left -= more;
  }
  return filled;
}

/** Wh that a slot takes before its marginal cost is above the level. */
function takes({ constant, perLoad, load }: SlotCosts, slot: number, { level, most }: { level: number; most: Float64Array }): number {
  const over = level - (constant[slot] as number);
  const room = most[slot] as number;
  if (perLoad === 0) return over >= 0 ? room : 0;
  return Math.max(0, Math.min(room, Math.floor(over / perLoad) - (load[slot] as number)));
}

function sumAt(costs: SlotCosts, { slots, most }: Fill, level: number): number {
  const at = { level, most };
  let sum = 0;
  for (const slot of slots) sum += takes(costs, slot, at);
  return sum;
}

/** Below the low level no slot takes anything, at the high one each takes all it may. */
function rangeOf({ constant, perLoad, load }: SlotCosts, { slots, most }: Fill): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const slot of slots) {
    const first = (constant[slot] as number) + perLoad * (load[slot] as number);
    low = Math.min(low, first);
    high = Math.max(high, first + perLoad * (most[slot] as number));
  }
  return [low, high];
}
