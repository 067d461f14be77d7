import type { FleetProblem } from './fleet.ts';

/**
 * Working memory of one solve. Slots are renumbered as bits in the order in which stays fill them;
 * a set of slots is `words` 32-bit words. `x` holds Wh per (stay, slot of its window):
 * `x[offset[i] + slot - from[i]]`, and at most `most` there. `has` marks slots with energy, `room` open slots with room.
 */
export interface FleetState {
  problem: FleetProblem;
  sessions: number;
  slots: number;
  words: number;
  bitOfSlot: Int32Array;
  slotOfBit: Int32Array;
  priceOfBit: Int32Array;
  /** Bits by price, then slot. */
  stages: Int32Array;
  from: Int32Array;
  until: Int32Array;
  offset: Int32Array;
  x: Int32Array;
  most: Int32Array;
  has: Int32Array;
  room: Int32Array;
  /** The need as far as the stay's own window holds it. */
  wish: Int32Array;
  /** What of the wish has no slot yet. */
  unplaced: Int32Array;
  /** Order in which stays fill: least free choice first. */
  order: Int32Array;
  prefix: Int32Array;
}

/** An empty workspace; it grows with the problems it is used for. */
export function createState(problem: FleetProblem): FleetState {
  const none = new Int32Array(0);
  return {
    problem, sessions: 0, slots: 0, words: 0, bitOfSlot: none, slotOfBit: none, priceOfBit: none, stages: none,
    from: none, until: none, offset: none, x: none, most: none, has: none, room: none, wish: none, unplaced: none,
    order: none, prefix: none,
  };
}

/** grown gives `array` where it has `length` entries, otherwise a new, larger one (contents are lost). */
export function grown(array: Int32Array, length: number): Int32Array {
  return array.length >= length ? array : new Int32Array(Math.ceil(length * 1.25));
}

/** Wh that slot `slot` of stay `i` can hold; the slot must lie in the window. */
export function capOf({ most, offset, from }: FleetState, i: number, slot: number): number {
  return most[(offset[i] as number) + slot - (from[i] as number)] as number;
}

/** Writes out what each slot of each window holds at most. */
function spellPower({ sessions: n, most, offset, problem: { power } }: FleetState): void {
  for (let i = 0; i < n; i++) {
    const at = offset[i] as number;
    const end = offset[i + 1] as number;
    if (end === at) continue;
    if (power.kind === 'constant') {
      const whole = Math.max(0, power.wholeWh[i] as number);
      for (let k = at; k < end; k++) most[k] = whole;
      if (end - at > 1) most[end - 1] = Math.max(0, power.lastWh[i] as number);
      most[at] = Math.max(0, power.firstWh[i] as number);
    } else {
      const source = (power.offset[i] as number) - at;
      for (let k = at; k < end; k++) most[k] = Math.max(0, power.capWh[source + k] as number);
    }
  }
}

function checkShape(problem: FleetProblem): void {
  const { sessions, slots, limits, power } = problem;
  if (slots > 1024) throw new RangeError(`${slots} slots: at most 1,024 can be planned at once`);
  const lengths = [problem.from, problem.until, problem.needWh, limits.nodeOf, problem.minWh, problem.receivedWh];
  const isShort = lengths.some((array) => array !== undefined && array.length < sessions)
    || problem.priceTicks.length < slots || limits.capWh.length !== limits.parent.length
    || limits.capWh.some((caps) => caps !== null && caps.length < slots)
    || (power.kind === 'perSlot' ? power.offset.length < sessions : power.wholeWh.length < sessions);
  if (isShort) throw new RangeError('the fleet problem has arrays shorter than its sessions or slots');
}

/**
 * Wh per slot that stays would like if each spread its need evenly over its window: where it is
 * high, others have little choice.
 */
function crowding({ sessions: n, slots, from, until, problem: { needWh } }: FleetState): Float64Array {
  const wanted = new Float64Array(slots + 1);
  for (let i = 0; i < n; i++) {
    const [a, d] = [from[i] as number, until[i] as number];
    if (d <= a) continue;
    const share = (needWh[i] as number) / (d - a);
    wanted[a] = (wanted[a] as number) + share;
    wanted[d] = (wanted[d] as number) - share;
  }
  for (let slot = 1; slot < slots; slot++) wanted[slot] = (wanted[slot] as number) + (wanted[slot - 1] as number);
  return wanted;
}

/** Slots by an integer key below 2^43, then by number: whole keys sort several times faster than a comparison does. */
function sortedSlots(slots: number, keyOf: (slot: number) => number): Int32Array {
  const keys = Float64Array.from({ length: slots }, (_, slot) => keyOf(slot) * 1024 + slot).sort();
  return Int32Array.from(keys, (key) => key - Math.floor(key / 1024) * 1024);
}

/**
 * Numbers the slots: bit b is the b-th slot in which stays fill. Without a guide that is by price.
 * With a guessed price per slot (limits included) it is by guess; among equals the slot that gives
 * the group its price comes last, and the crowded ones late, so that who has no other slot finds room.
 */
export function orderSlots(state: FleetState, guide: Float64Array | null): void {
  const { slots, problem: { priceTicks } } = state;
  const byPrice = sortedSlots(slots, (slot) => priceTicks[slot] as number);
  let byFill = byPrice;
  if (guide !== null) {
    const crowd = crowding(state);
    const rank = new Int32Array(slots);
    sortedSlots(slots, (slot) => Math.min(2 ** 31, Math.floor(crowd[slot] as number))).forEach((slot, at) => { rank[slot] = at; });
    byFill = sortedSlots(slots, (slot) => {
      const guess = Math.min(guide[slot] as number, 2 ** 31);
      const isLast = (priceTicks[slot] as number) >= guess;
      return (guess * 2 + (isLast ? 1 : 0)) * 1024 + (rank[slot] as number);
    });
  }
  state.slotOfBit = byFill;
  state.bitOfSlot = new Int32Array(slots);
  state.priceOfBit = new Int32Array(slots);
  for (let bit = 0; bit < slots; bit++) {
    const slot = byFill[bit] as number;
    state.bitOfSlot[slot] = bit;
    state.priceOfBit[bit] = priceTicks[slot] as number;
  }
  state.stages = byPrice.map((slot) => state.bitOfSlot[slot] as number);
  const { words } = state;
  state.prefix = new Int32Array((slots + 1) * words);
  for (let slot = 0; slot < slots; slot++) {
    const bit = state.bitOfSlot[slot] as number;
    const at = slot * words;
    state.prefix.copyWithin(at + words, at, at + words);
    state.prefix[at + words + (bit >> 5)] = (state.prefix[at + words + (bit >> 5)] as number) | (1 << (bit & 31));
  }
}

/** Takes the problem's windows into `state`, with nothing placed. */
export function loadProblem(state: FleetState, problem: FleetProblem): void {
  checkShape(problem);
  const { sessions: n, slots } = problem;
  state.problem = problem;
  state.sessions = n;
  state.slots = slots;
  state.words = Math.max(1, (slots + 31) >> 5);
  state.from = grown(state.from, n);
  state.until = grown(state.until, n);
  state.offset = grown(state.offset, n + 1);
  state.wish = grown(state.wish, n);
  state.unplaced = grown(state.unplaced, n);
  state.order = grown(state.order, n);
  let cells = 0;
  for (let i = 0; i < n; i++) {
    const from = Math.min(slots, Math.max(0, problem.from[i] as number));
    const until = Math.max(from, Math.min(slots, problem.until[i] as number));
    if (from !== problem.from[i] && until > from) throw new RangeError(`stay ${i} opens before the first slot`);
    state.from[i] = from;
    state.until[i] = until;
    state.offset[i] = cells;
    cells += until - from;
  }
  state.offset[n] = cells;
  state.x = grown(state.x, cells);
  state.x.fill(0, 0, cells);
  state.most = grown(state.most, cells);
  spellPower(state);
  state.has = grown(state.has, n * state.words);
  state.has.fill(0, 0, n * state.words);
  state.room = grown(state.room, n * state.words);
}

/** Opens every window: `room` is all its slots that hold anything, `wish` the need as far as they do. */
export function openWindows(state: FleetState): void {
  const { sessions: n, words, prefix, room, from, until, wish, most, offset, problem: { needWh } } = state;
  for (let i = 0; i < n; i++) {
    const [a, d] = [from[i] as number, until[i] as number];
    for (let w = 0; w < words; w++) {
      room[i * words + w] = (prefix[d * words + w] as number) ^ (prefix[a * words + w] as number);
    }
    const [first, end] = [offset[i] as number, offset[i + 1] as number];
    let own = 0;
    let closed = 0;
    for (let k = first; k < end; k++) {
      own += most[k] as number;
      // Its sign bit is set by a slot that holds nothing.
      closed |= (most[k] as number) - 1;
    }
    if (closed < 0) closeEmpty(state, i);
    wish[i] = Math.max(0, Math.min(needWh[i] as number, own));
    state.unplaced[i] = wish[i] as number;
  }
  orderByFreedom(state);
}

function closeEmpty({ words, room, most, offset, from, until, bitOfSlot }: FleetState, i: number): void {
  const base = (offset[i] as number) - (from[i] as number);
  for (let slot = from[i] as number; slot < (until[i] as number); slot++) {
    if ((most[base + slot] as number) > 0) continue;
    const bit = bitOfSlot[slot] as number;
    const at = i * words + (bit >> 5);
    room[at] = (room[at] as number) & ~(1 << (bit & 31));
  }
}

// The one with the shortest window chooses first: whoever comes later finds another slot more easily.
function orderByFreedom(state: FleetState): void {
  const { sessions: n, slots, from, until, order } = state;
  const start = new Int32Array(slots + 2);
  for (let i = 0; i < n; i++) {
    const width = (until[i] as number) - (from[i] as number);
    start[width + 1] = (start[width + 1] as number) + 1;
  }
  for (let width = 1; width <= slots; width++) start[width] = (start[width] as number) + (start[width - 1] as number);
  for (let i = 0; i < n; i++) {
    const width = (until[i] as number) - (from[i] as number);
    const at = start[width] as number;
    order[at] = i;
    start[width] = at + 1;
  }
}

/** Whether any stay wants energy that has no slot. */
export function isShort({ sessions: n, unplaced }: FleetState): boolean {
  for (let i = 0; i < n; i++) if ((unplaced[i] as number) > 0) return true;
  return false;
}
