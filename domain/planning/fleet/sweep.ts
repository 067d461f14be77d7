import type { Guess } from './guess.ts';
import { floats, grown, ints, sortedSlots } from './state.ts';
import type { FleetState } from './state.ts';
import type { SlotGraph } from './slot-graph.ts';

/** Slots in levels of equal guess, the cheapest level first: level k owns `[first[k], first[k + 1])` of `slots`. */
interface FillLevels {
  readonly slots: Int32Array;
  readonly first: Int32Array;
  /** The first and the last slot of each level in time. */
  readonly earliest: Int32Array;
  readonly latest: Int32Array;
  readonly count: number;
}

/**
 * What filling needs of a stay, side by side: visits come in no order, and memory is what they wait
 * for. NEXT chains lists of stays (-1 ends one; a stay is in one list at a time). WHOLE is what a
 * slot inside the window holds, -1 where slots differ. DEADLINE is the position from which on the
 * stay must fill every slot to get all, AFTER what it still wants if it has done so.
 */
const [FROM, UNTIL, BASE, REST, WHOLE, NEXT, DEADLINE, AFTER, FIELDS] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const FIELD_BITS = 3;

interface Sweep {
  readonly graph: SlotGraph;
  readonly levels: FillLevels;
  readonly stays: Int32Array;
  /** Per stay the cheapest level in which it has room and wanted more. */
  readonly leftLevel: Int32Array;
  /** Whether no stay holds energy yet in the slots that are swept. */
  isFresh: boolean;
  /** The load up to which a slot is filled at first. */
  target: Float64Array;
  /** Lists of stays by deadline and by the position at which they come, of the slots that are swept. */
  readonly byDeadline: Int32Array;
  readonly arriving: Int32Array;
  /** How many slots of the set that is swept lie before each slot. */
  readonly before: Int32Array;
  /** List of stays that wait for each level. */
  readonly members: Int32Array;
}

function levelsOf(state: FleetState, guess: Guess | null): FillLevels {
  const { slots, stages, problem: { priceTicks } } = state;
  const ticks = floats(state, 'fillTicks', slots);
  for (let slot = 0; slot < slots; slot++) ticks[slot] = guess === null ? priceTicks[slot] as number : Math.min(guess.ticks[slot] as number, 2 ** 31);
  const order = guess === null ? stages : sortedSlots(state, 'byGuess', (slot) => ticks[slot] as number);
  const first = ints(state, 'first', slots + 1);
  const [earliest, latest] = [ints(state, 'earliest', slots), ints(state, 'latest', slots)];
  let level = -1;
  for (let k = 0; k < slots; k++) {
    const slot = order[k] as number;
    if (level < 0 || ticks[slot] !== ticks[order[k - 1] as number]) {
      level += 1;
      earliest[level] = slot;
    }
    latest[level] = slot;
    first[level + 1] = k + 1;
  }
  return { slots: order, first, earliest, latest, count: level + 1 };
}

function createSweep(graph: SlotGraph, levels: FillLevels): Sweep {
  const { state } = graph;
  const { sessions: n, slots, from, until, offset, unplaced, problem } = state;
  const { power } = problem;
  graph.stays = grown(graph.stays, n * FIELDS);
  graph.leftLevel = grown(graph.leftLevel, n);
  graph.leftLevel.fill(slots, 0, n);
  const { stays, leftLevel } = graph;
  for (let i = 0, at = 0; i < n; i++, at += FIELDS) {
    stays[at + FROM] = from[i] as number;
    stays[at + UNTIL] = until[i] as number;
    stays[at + BASE] = (offset[i] as number) - (from[i] as number);
    stays[at + REST] = unplaced[i] as number;
    stays[at + WHOLE] = power.kind === 'constant' ? Math.max(0, power.wholeWh[i] as number) : -1;
  }
  return {
    graph, levels, stays, leftLevel, isFresh: problem.previous === undefined, target: graph.cap,
    byDeadline: ints(state, 'byDeadline', slots + 2).fill(-1), arriving: ints(state, 'arriving', slots + 1).fill(-1),
    before: ints(state, 'before', slots + 1), members: ints(state, 'members', slots + 1).fill(-1),
  };
}

/**
 * Fills level after level, never above the limit. Within a level time runs forward, and in each slot
 * those come first who can wait least: so that no slot stays empty for want of somebody who has time,
 * and nobody is late. With a good guess little is left to reroute. Draws the graph's edges too.
 * @param guess null: the prices themselves, and no limit to hold back for.
 */
export function sweepAll(graph: SlotGraph, guess: Guess | null): void {
  const { state } = graph;
  const { sessions: n, unplaced } = state;
  const levels = levelsOf(state, guess);
  const sweep = createSweep(graph, levels);
  const { stays, members } = sweep;
  for (let i = n - 1; i >= 0; i--) if ((unplaced[i] as number) > 0) enlist(sweep, i, 0);
  // Energy of the plan in force may be anywhere: then any edge may exist.
  if (!sweep.isFresh) graph.edges.fill(-1);
  for (let level = 0; level < levels.count; level++) {
    let list = members[level] as number;
    if (list < 0) continue;
    if (sweep.isFresh) drawLevel(sweep, level, list);
    list = pour(sweep, { list, level, guess });
    while (list >= 0) {
      const i = list;
      list = stays[i * FIELDS + NEXT] as number;
      enlist(sweep, i, level + 1);
    }
  }
  for (let i = 0; i < n; i++) unplaced[i] = stays[i * FIELDS + REST] as number;
}

/** Puts a stay into the list of the next level that has slots about its window, if there is one. */
function enlist({ levels, stays, members }: Sweep, i: number, from: number): void {
  const { earliest, latest, count } = levels;
  const at = i * FIELDS;
  const a = stays[at + FROM] as number;
  const d = stays[at + UNTIL] as number;
  for (let level = from; level < count; level++) {
    if ((earliest[level] as number) >= d || (latest[level] as number) < a) continue;
    stays[at + NEXT] = members[level] as number;
    members[level] = i;
    return;
  }
}

/**
 * Draws the edges out of a level's slots, a superset: whoever comes so far has room in this level or
 * dearer ones, and where it found too little before; all its other slots are full.
 */
function drawLevel({ graph, levels, stays, leftLevel }: Sweep, level: number, list: number): void {
  const { edges, state: { slots, words } } = graph;
  let least = level;
  for (let i = list; i >= 0; i = stays[i * FIELDS + NEXT] as number) least = Math.min(least, leftLevel[i] as number);
  const firstRow = (levels.slots[levels.first[level] as number] as number) * words;
  for (let k = levels.first[least] as number; k < slots; k++) {
    const slot = levels.slots[k] as number;
    edges[firstRow + (slot >> 5)] = (edges[firstRow + (slot >> 5)] as number) | (1 << (slot & 31));
  }
  for (let k = (levels.first[level] as number) + 1; k < (levels.first[level + 1] as number); k++) {
    edges.copyWithin((levels.slots[k] as number) * words, firstRow, firstRow + words);
  }
}

/** Fills the slots of a level from a list of stays; gives the list of those who want more. */
function pour(sweep: Sweep, { list, level, guess }: { list: number; level: number; guess: Guess | null }): number {
  const { graph, levels, stays, leftLevel, isFresh } = sweep;
  const set = levels.slots.subarray(levels.first[level], levels.first[level + 1]);
  let rest = -1;
  if (set.length === 1) {
    rest = pourOne(sweep, list, set[0] as number);
  } else {
    const without = arrive(sweep, list, set);
    // The slot that gives a level its price has room in the end. Filled like the others it would be
    // full too early, left for last it would find nobody: so it is filled as far as was guessed.
    sweep.target = guess === null ? graph.cap : guess.loadWh;
    rest = sweepSet(sweep, set);
    if (rest >= 0 && guess !== null) {
      sweep.target = graph.cap;
      sweep.isFresh = false;
      rest = sweepAgain(sweep, rest, set);
      sweep.isFresh = isFresh;
    }
    rest = joined(stays, rest, without);
  }
  for (let i = rest; i >= 0; i = stays[i * FIELDS + NEXT] as number) {
    const isLeft = (stays[i * FIELDS + REST] as number) > (stays[i * FIELDS + AFTER] as number);
    if (isLeft && (leftLevel[i] as number) > level) leftLevel[i] = level;
  }
  return rest;
}

/** Both lists as one. */
function joined(stays: Int32Array, list: number, other: number): number {
  if (list < 0) return other;
  let last = list;
  while ((stays[last * FIELDS + NEXT] as number) >= 0) last = stays[last * FIELDS + NEXT] as number;
  stays[last * FIELDS + NEXT] = other;
  return list;
}

/** Fills what a slot, its stay and the limit's `leftWh` allow; gives the Wh. */
function fill(sweep: Sweep, at: number, { slot, leftWh }: { slot: number; leftWh: number }): number {
  const { graph: { hasStays, roomStays, blocks, state: { x } }, stays, isFresh } = sweep;
  const cell = (stays[at + BASE] as number) + slot;
  const hadWh = isFresh ? 0 : x[cell] as number;
  const wantWh = stays[at + REST] as number;
  const free = mostOf(sweep, at, slot) - hadWh;
  let energyWh = wantWh < free ? wantWh : free;
  if (leftWh < energyWh) energyWh = leftWh;
  if (energyWh <= 0) return 0;
  x[cell] = hadWh + energyWh;
  stays[at + REST] = wantWh - energyWh;
  const stay = at >> FIELD_BITS;
  const turned = slot * blocks + (stay >> 5);
  hasStays[turned] = (hasStays[turned] as number) | (1 << (stay & 31));
  if (energyWh === free) roomStays[turned] = (roomStays[turned] as number) & ~(1 << (stay & 31));
  return energyWh;
}

/** Wh that a slot of the stay's window holds at most. */
function mostOf({ graph: { state: { most } }, stays }: Sweep, at: number, slot: number): number {
  const whole = stays[at + WHOLE] as number;
  const isInside = slot > (stays[at + FROM] as number) && slot + 1 < (stays[at + UNTIL] as number);
  return isInside && whole >= 0 ? whole : most[(stays[at + BASE] as number) + slot] as number;
}

/** Wh that a slot takes up to `limit`; a whole number also where there is none. */
function leftOf({ graph: { load } }: Sweep, slot: number, limit: number): number {
  return Math.max(0, Math.min(limit - (load[slot] as number), 2 ** 52));
}

function pourOne(sweep: Sweep, list: number, slot: number): number {
  const { stays } = sweep;
  for (let i = list; i >= 0; i = stays[i * FIELDS + NEXT] as number) {
    const at = i * FIELDS;
    const isOpen = slot >= (stays[at + FROM] as number) && slot < (stays[at + UNTIL] as number);
    stays[at + AFTER] = (stays[at + REST] as number) - (isOpen ? mostOf(sweep, at, slot) : 0);
  }
  return pourInto(sweep, list, slot);
}

function pourInto(sweep: Sweep, list: number, slot: number): number {
  const { graph: { load, cap }, stays } = sweep;
  const leftBefore = leftOf(sweep, slot, cap[slot] as number);
  let leftWh = leftBefore;
  let rest = -1;
  for (let i = list; i >= 0;) {
    const at = i * FIELDS;
    const following = stays[at + NEXT] as number;
    const isOpen = slot >= (stays[at + FROM] as number) && slot < (stays[at + UNTIL] as number);
    if (isOpen) leftWh -= fill(sweep, at, { slot, leftWh });
    if ((stays[at + REST] as number) > 0) {
      stays[at + NEXT] = rest;
      rest = i;
    }
    i = following;
  }
  load[slot] = (load[slot] as number) + leftBefore - leftWh;
  return rest;
}

/** Notes when each stay comes and until when it can wait; gives those who have no slot of the set. */
function arrive({ graph: { state }, stays, arriving, before }: Sweep, list: number, set: Int32Array): number {
  const { slots, most, rate } = state;
  for (let slot = 0, k = 0; slot <= slots; slot++) {
    before[slot] = k;
    if (set[k] === slot) k += 1;
  }
  let without = -1;
  for (let i = list; i >= 0;) {
    const at = i * FIELDS;
    const following = stays[at + NEXT] as number;
    const a = stays[at + FROM] as number;
    const d = stays[at + UNTIL] as number;
    const base = stays[at + BASE] as number;
    const start = before[a] as number;
    const end = before[d] as number;
    const fullWh = rate[i] as number;
    let roomWh = (end - start) * fullWh;
    if (stays[at + WHOLE] === -1) {
      roomWh = 0;
      for (let k = start; k < end; k++) roomWh += most[base + (set[k] as number)] as number;
    } else {
      // The first and the last slot of a window are often partial.
      if ((before[a + 1] as number) > start) roomWh -= fullWh - (most[base + a] as number);
      if (d - 1 > a && (before[d - 1] as number) < end) roomWh -= fullWh - (most[base + d - 1] as number);
    }
    const after = (stays[at + REST] as number) - roomWh;
    stays[at + AFTER] = after;
    if (start === end) {
      stays[at + NEXT] = without;
      without = i;
    } else {
      stays[at + DEADLINE] = start + (after < 0 ? Math.min(end - start, Math.floor(-after / fullWh)) : 0);
      stays[at + NEXT] = arriving[start] as number;
      arriving[start] = i;
    }
    i = following;
  }
  return without;
}

/**
 * Runs through a set of slots in time. Who fills a slot can wait as long afterwards as before, one
 * slot later: only those who filled change their place in `byDeadline`, so a sweep costs what it fills.
 */
function sweepSet(sweep: Sweep, set: Int32Array): number {
  const { stays, byDeadline, arriving } = sweep;
  let rest = -1;
  let low = 0;
  for (let k = 0; k < set.length; k++) {
    for (let i = arriving[k] as number; i >= 0;) {
      const at = i * FIELDS;
      const following = stays[at + NEXT] as number;
      const deadline = stays[at + DEADLINE] as number;
      stays[at + NEXT] = byDeadline[deadline] as number;
      byDeadline[deadline] = i;
      if (deadline < low) low = deadline;
      i = following;
    }
    arriving[k] = -1;
    while (low < set.length && byDeadline[low] === -1) low += 1;
    rest = fillSlot(sweep, { slot: set[k] as number, low, end: set.length }, rest);
  }
  for (let deadline = 0; deadline <= set.length; deadline++) {
    rest = joined(stays, byDeadline[deadline] as number, rest);
    byDeadline[deadline] = -1;
  }
  return rest;
}

/** Fills what a first sweep held back; few want more, so they need no order among them. */
function sweepAgain(sweep: Sweep, list: number, set: Int32Array): number {
  const { graph: { load, cap } } = sweep;
  let rest = list;
  for (let k = 0; k < set.length && rest >= 0; k++) {
    const slot = set[k] as number;
    if ((load[slot] as number) < (cap[slot] as number)) rest = pourInto(sweep, rest, slot);
  }
  return rest;
}

type Turn = { readonly slot: number; readonly low: number; readonly end: number };

/** Fills one slot from those who can wait least; `rest` collects those whose window is over. */
function fillSlot(sweep: Sweep, { slot, low, end }: Turn, rest: number): number {
  const { graph: { load, cap, hasStays, roomStays, blocks, state: { x } }, stays, byDeadline, target, isFresh } = sweep;
  const leftBefore = leftOf(sweep, slot, Math.min(cap[slot] as number, target[slot] as number));
  let leftWh = leftBefore;
  const row = slot * blocks;
  let gone = rest;
  // Those who filled go on to the next deadline, where they must not be met again in this slot.
  let [moved, lastMoved] = [-1, -1];
  for (let deadline = low; deadline <= end && (leftWh > 0 || moved >= 0); deadline++) {
    let i = byDeadline[deadline] as number;
    let [filled, lastFilled] = [-1, -1];
    while (i >= 0 && leftWh > 0) {
      const at = i * FIELDS;
      const following = stays[at + NEXT] as number;
      if ((stays[at + UNTIL] as number) <= slot) {
        stays[at + NEXT] = gone;
        gone = i;
        i = following;
        continue;
      }
      // What `fill` does, spelled out: here most of a solve's energy is placed, and a tenth of the time saved.
      const cell = (stays[at + BASE] as number) + slot;
      const hadWh = isFresh ? 0 : x[cell] as number;
      const wantWh = stays[at + REST] as number;
      const free = mostOf(sweep, at, slot) - hadWh;
      let energyWh = wantWh < free ? wantWh : free;
      if (leftWh < energyWh) energyWh = leftWh;
      const turned = row + (i >> 5);
      if (energyWh > 0) {
        x[cell] = hadWh + energyWh;
        stays[at + REST] = wantWh - energyWh;
        hasStays[turned] = (hasStays[turned] as number) | (1 << (i & 31));
        leftWh -= energyWh;
      }
      if (energyWh > 0 && energyWh === free) roomStays[turned] = (roomStays[turned] as number) & ~(1 << (i & 31));
      if ((stays[at + REST] as number) > 0) {
        stays[at + NEXT] = filled;
        lastFilled = filled < 0 ? i : lastFilled;
        filled = i;
      }
      i = following;
    }
    // Here wait those who were not reached and those who moved here.
    if (moved >= 0) {
      stays[lastMoved * FIELDS + NEXT] = i;
      i = moved;
    }
    byDeadline[deadline] = i;
    [moved, lastMoved] = [filled, lastFilled];
  }
  // Where slots hold different energies the last deadline is a guess: nobody may be lost over it.
  byDeadline[end] = joined(stays, moved, byDeadline[end] as number);
  load[slot] = (load[slot] as number) + leftBefore - leftWh;
  return gone;
}
