import type { SlotCosts } from './level-fill.ts';
import type { SlotGraph } from './slot-graph.ts';

/** Bisections of a stay's level: more are no gain, the others level what this one misses. */
const HALVINGS = 6;

type Rows = { readonly height: Float64Array; readonly room: Float64Array; readonly dry: Float64Array };

/**
 * waterFill lets one stay after the other spread its energy over its window where the load costs
 * least, given what those before it draw. Whole Wh, within powers and the limit; near to the best
 * loads but a guess: only speed depends on it. Writes `x`, `load` and `unplaced`.
 */
export function waterFill(graph: SlotGraph, costs: SlotCosts): void {
  const { sessions: n, slots, unplaced, wish } = graph.state;
  // Without a weight the price alone decides: a tick then is more than any load.
  const perLoad = Math.max(1, costs.perLoad);
  const dry = costs.constant.map((constant, slot) => constant / perLoad + (costs.load[slot] as number));
  const rows = { height: new Float64Array(slots), room: new Float64Array(slots), dry };
  for (let i = 0; i < n; i++) if ((wish[i] as number) > 0) unplaced[i] = spread(graph, i, rows);
}

/** Spreads the wish of a stay that has nothing; gives what finds no room. */
function spread({ load, cap, state }: SlotGraph, i: number, { height, room, dry }: Rows): number {
  const { x, most, offset, from, until, wish } = state;
  const a = from[i] as number;
  const count = (until[i] as number) - a;
  const cell = offset[i] as number;
  const wishWh = wish[i] as number;
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < count; k++) {
    const loadWh = load[a + k] as number;
    const first = (dry[a + k] as number) + loadWh;
    const roomWh = Math.max(0, Math.min(most[cell + k] as number, (cap[a + k] as number) - loadWh));
    height[k] = first;
    room[k] = roomWh;
    if (first < low) low = first;
    if (first + roomWh > high) high = first + roomWh;
  }
  for (let turn = 0; turn < HALVINGS && high - low > 1; turn++) {
    const level = (low + high) / 2;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const over = level - (height[k] as number);
      if (over > 0) sum += over < (room[k] as number) ? over : room[k] as number;
    }
    if (sum > wishWh) high = level;
    else low = level;
  }
  let left = wishWh;
  for (let k = 0; k < count && left > 0; k++) {
    const wh = Math.max(0, Math.min(left, room[k] as number, Math.floor(low - (height[k] as number))));
    x[cell + k] = wh;
    left -= wh;
  }
  for (let k = 0; k < count && left > 0; k++) {
    const over = Math.min(room[k] as number, Math.ceil(high - (height[k] as number)));
    const more = Math.max(0, Math.min(left, over - (x[cell + k] as number)));
    x[cell + k] = (x[cell + k] as number) + more;
    left -= more;
  }
  for (let k = 0; k < count; k++) load[a + k] = (load[a + k] as number) + (x[cell + k] as number);
  return left;
}
