/*
 * Typed arrays are read with `as number`: every index below is a stay, a slot or an arc of the
 * instance.
 */

/** Stays and the slots they may use: stay i owns arcs offset[i] ≤ a < offset[i + 1]. */
export type SlotArcs = { offset: Int32Array; slot: Int32Array; capWh: Int32Array };

export type SlotFlow = {
  /** Wh per arc. */
  flow: Float64Array;
  total: number;
  /**
   * 1 for stays and slots that unplaced energy could still reach: the source side of a least cut.
   */
  stayReached: Uint8Array;
  slotReached: Uint8Array;
};

type State = SlotArcs &
  SlotFlow & {
    left: Float64Array;
    room: Float64Array;
    /** Arcs by slot, and the stay of each arc. */
    into: Int32Array;
    intoArc: Int32Array;
    stayOf: Int32Array;
    stayLevel: Int32Array;
    slotLevel: Int32Array;
    stayNext: Int32Array;
    slotNext: Int32Array;
    queue: Int32Array;
  };

/**
 * slotFlow sends as much of the stays' energy into the slots as fits (Dinic 1970 on the graph of
 * stays and slots, after a greedy fill), and says which part of the graph is a least cut.
 * @param needWh per stay. @param roomWh per slot.
 */
export function slotFlow(arcs: SlotArcs, needWh: Float64Array, roomWh: Float64Array): SlotFlow {
  const state = stateOf(arcs, needWh, roomWh);
  fillGreedily(state);
  while (levels(state)) {
    state.stayNext.set(arcs.offset.subarray(0, needWh.length));
    state.slotNext.set(state.into.subarray(0, roomWh.length));
    for (let stay = 0; stay < needWh.length; stay += 1) sendAll(state, stay);
  }
  const { flow, stayReached, slotReached, left } = state;
  const total = needWh.reduce((sum, wh, stay) => sum + wh - (left[stay] as number), 0);
  return { flow, total, stayReached, slotReached };
}

function stateOf(arcs: SlotArcs, needWh: Float64Array, roomWh: Float64Array): State {
  const [stays, slots] = [needWh.length, roomWh.length];
  const into = new Int32Array(slots + 1);
  const stayOf = new Int32Array(arcs.slot.length);
  for (const slot of arcs.slot) into[slot + 1] = (into[slot + 1] as number) + 1;
  for (let slot = 0; slot < slots; slot += 1)
    into[slot + 1] = (into[slot + 1] as number) + (into[slot] as number);
  const cursor = Int32Array.from(into);
  const intoArc = new Int32Array(arcs.slot.length);
  for (let stay = 0; stay < stays; stay += 1) {
    for (let arc = arcs.offset[stay] as number; arc < (arcs.offset[stay + 1] as number); arc += 1) {
      stayOf[arc] = stay;
      const slot = arcs.slot[arc] as number;
      const at = cursor[slot] as number;
      intoArc[at] = arc;
      cursor[slot] = at + 1;
    }
  }
  return {
    ...arcs,
    flow: new Float64Array(arcs.slot.length),
    total: 0,
    left: Float64Array.from(needWh),
    room: Float64Array.from(roomWh),
    into,
    intoArc,
    stayOf,
    stayReached: new Uint8Array(stays),
    slotReached: new Uint8Array(slots),
    stayLevel: new Int32Array(stays),
    slotLevel: new Int32Array(slots),
    stayNext: new Int32Array(stays),
    slotNext: new Int32Array(slots),
    queue: new Int32Array(stays + slots),
  };
}

function fillGreedily(state: State): void {
  const { offset, slot, capWh, left, room, flow } = state;
  for (let stay = 0; stay < left.length; stay += 1) {
    for (let arc = offset[stay] as number; arc < (offset[stay + 1] as number); arc += 1) {
      const at = slot[arc] as number;
      const sent = Math.min(left[stay] as number, room[at] as number, capWh[arc] as number);
      flow[arc] = sent;
      left[stay] = (left[stay] as number) - sent;
      room[at] = (room[at] as number) - sent;
    }
  }
}

/**
 * Breadth first from unplaced energy over residual arcs; false when no slot with room is reached.
 */
function levels(state: State): boolean {
  const {
    offset,
    slot,
    capWh,
    flow,
    left,
    room,
    into,
    intoArc,
    stayOf,
    stayLevel,
    slotLevel,
    queue,
  } = state;
  const stays = left.length;
  stayLevel.fill(-1);
  slotLevel.fill(-1);
  let tail = 0;
  for (let stay = 0; stay < stays; stay += 1) {
    if ((left[stay] as number) <= 0) continue;
    stayLevel[stay] = 0;
    queue[tail] = stay;
    tail += 1;
  }
  let found = false;
  for (let head = 0; head < tail; head += 1) {
    const node = queue[head] as number;
    const isStay = node < stays;
    const from = isStay ? (offset[node] as number) : (into[node - stays] as number);
    const until = isStay ? (offset[node + 1] as number) : (into[node - stays + 1] as number);
    const level = 1 + ((isStay ? stayLevel[node] : slotLevel[node - stays]) as number);
    for (let index = from; index < until; index += 1) {
      const arc = isStay ? index : (intoArc[index] as number);
      const next = (isStay ? slot[arc] : stayOf[arc]) as number;
      const residual = isStay
        ? (capWh[arc] as number) - (flow[arc] as number)
        : (flow[arc] as number);
      const seen = isStay ? slotLevel : stayLevel;
      if (residual <= 0 || (seen[next] as number) >= 0) continue;
      seen[next] = level;
      if (isStay && (room[next] as number) > 0) found = true;
      queue[tail] = isStay ? stays + next : next;
      tail += 1;
    }
  }
  for (let stay = 0; stay < stays; stay += 1)
    state.stayReached[stay] = (stayLevel[stay] as number) >= 0 ? 1 : 0;
  for (let at = 0; at < room.length; at += 1)
    state.slotReached[at] = (slotLevel[at] as number) >= 0 ? 1 : 0;
  return found;
}

/** All that level-graph paths take from a stay. */
function sendAll(state: State, stay: number): void {
  for (;;) {
    const sent = sendFromStay(state, stay, state.left[stay] as number);
    if (sent === 0) return;
    state.left[stay] = (state.left[stay] as number) - sent;
  }
}

function sendFromStay(state: State, stay: number, most: number): number {
  const { offset, slot, capWh, flow, stayNext, stayLevel, slotLevel } = state;
  if (most <= 0) return 0;
  const until = offset[stay + 1] as number;
  for (; (stayNext[stay] as number) < until; stayNext[stay] = (stayNext[stay] as number) + 1) {
    const arc = stayNext[stay] as number;
    const at = slot[arc] as number;
    const residual = Math.min(most, (capWh[arc] as number) - (flow[arc] as number));
    if (residual <= 0 || slotLevel[at] !== (stayLevel[stay] as number) + 1) continue;
    const sent = sendFromSlot(state, at, residual);
    if (sent > 0) {
      flow[arc] = (flow[arc] as number) + sent;
      return sent;
    }
  }
  return 0;
}

function sendFromSlot(state: State, at: number, most: number): number {
  const { room, into, intoArc, flow, stayOf, slotNext, stayLevel, slotLevel } = state;
  const free = Math.min(most, room[at] as number);
  if (free > 0) {
    room[at] = (room[at] as number) - free;
    return free;
  }
  const until = into[at + 1] as number;
  for (; (slotNext[at] as number) < until; slotNext[at] = (slotNext[at] as number) + 1) {
    const arc = intoArc[slotNext[at] as number] as number;
    const stay = stayOf[arc] as number;
    const residual = Math.min(most, flow[arc] as number);
    if (residual <= 0 || stayLevel[stay] !== (slotLevel[at] as number) + 1) continue;
    const sent = sendFromStay(state, stay, residual);
    if (sent > 0) {
      flow[arc] = (flow[arc] as number) - sent;
      return sent;
    }
  }
  return 0;
}
