import type { FleetProblem } from './fleet.ts';

/**
 * Working memory of one solve. Slots are numbered as bits (`orderSlots`, `keepSlotOrder`);
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
  /** Wh that a slot inside the stay's window holds at most; at least 1. */
  rate: Int32Array;
  has: Int32Array;
  room: Int32Array;
  /** The need as far as the stay's own window holds it. */
  wish: Int32Array;
  /** What of the wish has no slot yet. */
  unplaced: Int32Array;
  /** Whether some window has a slot that holds nothing. */
  hasEmptySlots: boolean;
  prefix: Int32Array;
  /** Where the plan is written before its length is known. */
  slotOut: Int32Array;
  energyOut: Int32Array;
  /** What the proof adds up per price level. */
  sums: Float64Array;
  readonly scratch: Scratch;
}

/**
 * Arrays of slots that a solve needs for itself, by name; the next solve has them again. New ones cost
 * a single stay twice as much as all that is written into them.
 */
interface Scratch {
  readonly ints: Map<string, Int32Array>;
  readonly floats: Map<string, Float64Array>;
}

/** An empty workspace; it grows with the problems it is used for. */
export function createState(problem: FleetProblem): FleetState {
  const none = new Int32Array(0);
  return {
    problem, sessions: 0, slots: 0, words: 0, bitOfSlot: none, slotOfBit: none, priceOfBit: none, stages: none,
    from: none, until: none, offset: none, x: none, most: none, rate: none, has: none, room: none, wish: none,
    unplaced: none, hasEmptySlots: false, prefix: none, slotOut: none, energyOut: none,
    sums: new Float64Array(0), scratch: { ints: new Map(), floats: new Map() },
  };
}

/** The state's array of that name, all 0; it is the last one of that name, if there was one. */
export function ints({ scratch }: FleetState, name: string, length: number): Int32Array {
  const kept = scratch.ints.get(name);
  if (kept?.length === length) return kept.fill(0);
  const made = new Int32Array(length);
  scratch.ints.set(name, made);
  return made;
}

/** As `ints`, for numbers that are no 32-bit integers. */
export function floats({ scratch }: FleetState, name: string, length: number): Float64Array {
  const kept = scratch.floats.get(name);
  if (kept?.length === length) return kept.fill(0);
  const made = new Float64Array(length);
  scratch.floats.set(name, made);
  return made;
}

/** grown gives `array` where it has `length` entries, otherwise a new, larger one (contents are lost). */
export function grown(array: Int32Array, length: number): Int32Array {
  return array.length >= length ? array : new Int32Array(Math.ceil(length * 1.25));
}

/** Wh that slot `slot` of stay `i` can hold; the slot must lie in the window. */
export function capOf({ most, offset, from }: FleetState, i: number, slot: number): number {
  return most[(offset[i] as number) + slot - (from[i] as number)] as number;
}

/**
 * Writes out what each slot of stay `i` holds at most, and what follows from it: the most of any
 * slot, the wish, and whether a slot holds nothing.
 */
function spellPower(state: FleetState, i: number): void {
  const { most, problem: { power, needWh } } = state;
  const at = state.offset[i] as number;
  const end = at + (state.until[i] as number) - (state.from[i] as number);
  let [own, rate, closed] = [0, 1, 0];
  if (power.kind === 'constant' && end > at) {
    const whole = Math.max(0, power.wholeWh[i] as number);
    const first = Math.max(0, power.firstWh[i] as number);
    const last = end - at > 1 ? Math.max(0, power.lastWh[i] as number) : 0;
    // A loop: `fill` is a call out of compiled code, which costs more than a window's few slots do.
    for (let k = at; k < end; k++) most[k] = whole;
    if (end - at > 1) most[end - 1] = last;
    most[at] = first;
    own = first + last + whole * Math.max(0, end - at - 2);
    rate = Math.max(1, end - at > 2 ? whole : Math.max(first, last));
    closed = (first - 1) | (end - at > 1 ? last - 1 : 0) | (end - at > 2 ? whole - 1 : 0);
  } else if (power.kind === 'perSlot') {
    const source = (power.offset[i] as number) - at;
    for (let k = at; k < end; k++) {
      const wh = Math.max(0, power.capWh[source + k] as number);
      most[k] = wh;
      own += wh;
      rate = Math.max(rate, wh);
      closed |= wh - 1;
    }
  }
  state.rate[i] = rate;
  state.wish[i] = Math.max(0, Math.min(needWh[i] as number, own));
  // Its sign bit is set by a slot that holds nothing.
  if (closed < 0) state.hasEmptySlots = true;
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

/**
 * Slots by a whole key below 2^43, then by number, in the scratch array `name`: whole keys sort several
 * times faster than a comparison does.
 */
export function sortedSlots(state: FleetState, name: string, keyOf: (slot: number) => number): Int32Array {
  const { slots } = state;
  const keys = floats(state, 'keys', slots);
  for (let slot = 0; slot < slots; slot++) keys[slot] = keyOf(slot) * 1024 + slot;
  keys.sort();
  const sorted = ints(state, name, slots);
  for (let k = 0; k < slots; k++) sorted[k] = (keys[k] as number) - Math.floor((keys[k] as number) / 1024) * 1024;
  return sorted;
}

/**
 * Numbers the slots: bit b is the b-th slot in which stays fill. Without a guide that is by price.
 * With a guessed price per slot (limits included) it is by guess; among equals the slot that gives
 * the group its price comes last, and the crowded ones late, so that who has no other slot finds room.
 */
export function orderSlots(state: FleetState, guide: Float64Array | null): void {
  const { slots, problem: { priceTicks } } = state;
  const byPrice = sortedSlots(state, 'byPrice', (slot) => priceTicks[slot] as number);
  if (guide === null) {
    numberSlots(state, byPrice, byPrice);
    return;
  }
  const crowd = crowding(state);
  const rank = new Int32Array(slots);
  sortedSlots(state, 'byCrowd', (slot) => Math.min(2 ** 31, Math.floor(crowd[slot] as number))).forEach((slot, at) => { rank[slot] = at; });
  numberSlots(state, byPrice, sortedSlots(state, 'byFill', (slot) => {
    const guess = Math.min(guide[slot] as number, 2 ** 31);
    const isLast = (priceTicks[slot] as number) >= guess;
    return (guess * 2 + (isLast ? 1 : 0)) * 1024 + (rank[slot] as number);
  }));
}

/** Numbers the slots as they are: bit b is slot b. */
export function keepSlotOrder(state: FleetState): void {
  const { slots, problem: { priceTicks } } = state;
  const inTime = ints(state, 'inTime', slots);
  for (let slot = 0; slot < slots; slot++) inTime[slot] = slot;
  numberSlots(state, sortedSlots(state, 'byPrice', (slot) => priceTicks[slot] as number), inTime);
}

function numberSlots(state: FleetState, byPrice: Int32Array, byFill: Int32Array): void {
  const { slots, words, problem: { priceTicks } } = state;
  state.slotOfBit = byFill;
  state.bitOfSlot = ints(state, 'bitOfSlot', slots);
  state.priceOfBit = ints(state, 'priceOfBit', slots);
  for (let bit = 0; bit < slots; bit++) {
    const slot = byFill[bit] as number;
    state.bitOfSlot[slot] = bit;
    state.priceOfBit[bit] = priceTicks[slot] as number;
  }
  state.stages = ints(state, 'stages', slots);
  for (let k = 0; k < slots; k++) state.stages[k] = state.bitOfSlot[byPrice[k] as number] as number;
  const prefix = ints(state, 'prefix', (slots + 1) * words);
  state.prefix = prefix;
  for (let slot = 0, at = 0; slot < slots; slot++, at += words) {
    const bit = state.bitOfSlot[slot] as number;
    for (let w = 0; w < words; w++) prefix[at + words + w] = prefix[at + w] as number;
    prefix[at + words + (bit >> 5)] = (prefix[at + words + (bit >> 5)] as number) | (1 << (bit & 31));
  }
}

/** Takes the problem's windows, powers and wishes into `state`, with nothing placed. */
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
  state.rate = grown(state.rate, n);
  state.hasEmptySlots = false;
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
  for (let i = 0; i < n; i++) {
    spellPower(state, i);
    state.unplaced[i] = state.wish[i] as number;
  }
  state.has = grown(state.has, n * state.words);
  state.has.fill(0, 0, n * state.words);
  state.room = grown(state.room, n * state.words);
}

/** Opens every window: `room` is all its slots that hold anything. */
export function openWindows(state: FleetState): void {
  const { sessions: n, words, prefix, room, from, until } = state;
  for (let i = 0, at = 0; i < n; i++) {
    const [a, d] = [(from[i] as number) * words, (until[i] as number) * words];
    for (let w = 0; w < words; w++, at++) room[at] = (prefix[d + w] as number) ^ (prefix[a + w] as number);
  }
  for (let i = 0; state.hasEmptySlots && i < n; i++) closeEmpty(state, i);
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

/** Whether any stay wants energy that has no slot. */
export function isShort({ sessions: n, unplaced }: FleetState): boolean {
  for (let i = 0; i < n; i++) if ((unplaced[i] as number) > 0) return true;
  return false;
}
