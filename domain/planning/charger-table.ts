/*
 * Typed arrays are read with `as number`: every index below is bounded by the sizes they are made
 * with, and a check per read would triple the time of the innermost loop.
 */

/** One session on a grid of energy steps; see charger-dp.ts for what the parts mean. */
export type ChargerGrid = {
  /** Fewest and most steps per slot while on; most 0: the slot cannot be used. */
  least: Int32Array;
  most: Int32Array;
  /** Cost of one step per slot. */
  price: Float64Array;
  need: number;
  /**
   * Per slot: most steps the car takes while `left` steps are missing; grows by at most 1 per
   * step.
   */
  taper: readonly Int32Array[];
  starts: number;
  startCost: number;
  leastOn: number;
  isOn: boolean;
  /** From this slot on the car must charge, to the end; the number of slots where it need not. */
  mustFrom: number;
  /** Cost of holding from a slot on once the target is reached. */
  holdFrom: Float64Array;
  /** Value of ending with so many steps missing; +∞ where that is not allowed. */
  atEnd: Float64Array;
};

type Rows = { values: Float64Array; rows: number; width: number };

/** value[slot][starts left][0 off, 1…M slots on][steps left]: least cost from the slot on. */
export type ChargerTable = Rows & { grid: ChargerGrid };

const rowAt = (table: Rows, slot: number, row: number): number =>
  (slot * table.rows + row) * table.width;
const stateRow = (grid: ChargerGrid, startsLeft: number, on: number): number =>
  startsLeft * (grid.leastOn + 1) + on;

/**
 * chargerTable fills the dynamic program backwards. O(T·K·M·E): the best energy of a slot is a
 * minimum over a sliding window of the next slot's row, kept by a monotone deque.
 */
export function chargerTable(grid: ChargerGrid): ChargerTable {
  const slots = grid.most.length;
  const rows = (grid.starts + 1) * (grid.leastOn + 1);
  const width = grid.need + 1;
  const table = { values: new Float64Array((slots + 1) * rows * width), rows, width, grid };
  for (let row = 0; row < rows; row += 1) table.values.set(grid.atEnd, rowAt(table, slots, row));
  const work = {
    on: new Float64Array(width),
    queue: new Int32Array(width),
    keys: new Float64Array(width),
  };
  for (let slot = slots - 1; slot >= 0; slot -= 1) fillSlot(table, slot, work);
  return table;
}

type Work = { on: Float64Array; queue: Int32Array; keys: Float64Array };

function fillSlot(table: ChargerTable, slot: number, work: Work): void {
  const { grid, values, width } = table;
  const { leastOn } = grid;
  const isForced = slot >= grid.mustFrom;
  for (let k = grid.starts; k >= 0; k -= 1) {
    const off = rowAt(table, slot, stateRow(grid, k, 0));
    const offNext = rowAt(table, slot + 1, stateRow(grid, k, 0));
    if (isForced) values.fill(Number.POSITIVE_INFINITY, off, off + width);
    else values.copyWithin(off, offNext, offNext + width);
    // Nobody can be charging with all starts left, unless he was when the plan begins.
    if (k === grid.starts && !grid.isOn) continue;
    for (let on = leastOn; on >= 1; on -= 1) {
      const to = rowAt(table, slot, stateRow(grid, k, on));
      const next = Math.min(on + 1, leastOn);
      // The last two ages go on to the same row, which is still in `work.on`.
      if (on === leastOn || next < leastOn)
        chargeRow(table, { slot, row: stateRow(grid, k, next) }, work);
      values.set(work.on, to);
      if (on === leastOn && !isForced) takeLess(values, { to, from: offNext, width });
      values[to] = doneValue(grid, slot);
    }
    if (leastOn > 1) chargeRow(table, { slot, row: stateRow(grid, k, 1) }, work);
    if (k < grid.starts) startFrom(table, rowAt(table, slot, stateRow(grid, k + 1, 0)), work);
  }
  for (let k = 0; k <= grid.starts; k += 1) {
    values[rowAt(table, slot, stateRow(grid, k, 0))] = doneValue(grid, slot);
  }
}

/** Before its last slot a car that must finish late may not be done. */
function doneValue(grid: ChargerGrid, slot: number): number {
  const isEarly = grid.mustFrom < grid.most.length;
  if (isEarly) return Number.POSITIVE_INFINITY;
  return (grid.atEnd[0] as number) + (grid.holdFrom[slot] as number);
}

function startFrom(table: ChargerTable, off: number, work: Work): void {
  const { grid, values, width } = table;
  for (let left = 1; left < width; left += 1) {
    const cost = (work.on[left] as number) + grid.startCost;
    if (cost < (values[off + left] as number)) values[off + left] = cost;
  }
}

function takeLess(values: Float64Array, at: { to: number; from: number; width: number }): void {
  for (let left = 1; left < at.width; left += 1) {
    const stop = values[at.from + left] as number;
    if (stop < (values[at.to + left] as number)) values[at.to + left] = stop;
  }
}

/**
 * work.on[left] = least cost of charging in the slot with `left` steps missing and going on from
 * `row` of the next slot: min over x of x·price + next[left − x], x between least and most.
 */
function chargeRow(table: ChargerTable, from: { slot: number; row: number }, work: Work): void {
  const { grid, values, width } = table;
  const { on, queue, keys } = work;
  const most = grid.most[from.slot] as number;
  const least = grid.least[from.slot] as number;
  on.fill(Number.POSITIVE_INFINITY);
  if (most < 1 || least > most) return;
  const next = rowAt(table, from.slot + 1, from.row);
  const price = grid.price[from.slot] as number;
  const taper = grid.taper[from.slot] as Int32Array;
  let head = 0;
  let tail = 0;
  let pushed = 0;
  for (let left = 1; left < width; left += 1) {
    const cap = Math.min(taper[left] as number, left);
    const top = left - Math.min(least, cap);
    for (; pushed <= top; pushed += 1) {
      const key = (values[next + pushed] as number) - price * pushed;
      if (key === Number.POSITIVE_INFINITY) continue;
      while (tail > head && (keys[tail - 1] as number) >= key) tail -= 1;
      queue[tail] = pushed;
      keys[tail] = key;
      tail += 1;
    }
    const low = left - Math.min(most, cap);
    while (head < tail && (queue[head] as number) < low) head += 1;
    if (head < tail) on[left] = price * left + (keys[head] as number);
  }
}

/** The least cost and the fewest starts that reach it. */
export function bestOf(table: ChargerTable): { cost: number; starts: number } {
  const { grid } = table;
  const on = grid.isOn ? grid.leastOn : 0;
  const cost = table.values[rowAt(table, 0, stateRow(grid, grid.starts, on)) + grid.need] as number;
  if (grid.isOn) return { cost, starts: grid.starts };
  for (let starts = 0; starts < grid.starts; starts += 1) {
    const same = table.values[rowAt(table, 0, stateRow(grid, starts, 0)) + grid.need];
    if (same === cost) return { cost, starts };
  }
  return { cost, starts: grid.starts };
}

/**
 * traceCharger reads the steps per slot off the table: on where the previous plan is on or there is
 * none, with the most energy early; only among plans of the same least cost.
 */
export function traceCharger(
  table: ChargerTable,
  starts: number,
  previous: ReadonlySet<number> | null,
): Int32Array {
  const { grid, values } = table;
  const steps = new Int32Array(grid.most.length);
  let [k, on, left] = [starts, grid.isOn ? grid.leastOn : 0, grid.need];
  for (let slot = 0; slot < steps.length && left > 0; slot += 1) {
    const value = values[rowAt(table, slot, stateRow(grid, k, on)) + left] as number;
    const mayStop = (on === 0 || on === grid.leastOn) && slot < grid.mustFrom;
    const rests = mayStop && values[rowAt(table, slot + 1, stateRow(grid, k, 0)) + left] === value;
    const wantsOn = previous === null || previous.has(slot);
    const taken = rests && !wantsOn ? 0 : energyAt(table, { slot, k, on, left, value });
    if (taken > 0) {
      if (on === 0) k -= 1;
      on = Math.min(on + 1, grid.leastOn);
      left -= taken;
      steps[slot] = taken;
    } else {
      on = 0;
    }
  }
  return steps;
}

function energyAt(
  table: ChargerTable,
  at: { slot: number; k: number; on: number; left: number; value: number },
): number {
  const { grid, values } = table;
  const k = at.on === 0 ? at.k - 1 : at.k;
  const most = grid.most[at.slot] as number;
  const least = grid.least[at.slot] as number;
  if (k < 0 || most < 1 || least > most) return 0;
  const cap = Math.min((grid.taper[at.slot] as Int32Array)[at.left] as number, at.left);
  const start = at.on === 0 ? grid.startCost : 0;
  const next = rowAt(table, at.slot + 1, stateRow(grid, k, Math.min(at.on + 1, grid.leastOn)));
  for (let taken = Math.min(most, cap); taken >= Math.min(least, cap); taken -= 1) {
    const value =
      start + taken * (grid.price[at.slot] as number) + (values[next + at.left - taken] as number);
    if (value === at.value) return taken;
  }
  return 0;
}
