import type { InstantS } from '../../time/instant.ts';
import { sharePower } from './share-power.ts';
import { LEAST_W } from './tree.ts';
import { energyAt } from './car.ts';
import { give, rankOf, roomAt, type Member, type Work } from './work.ts';

/** Tails change at most so often within the time of the plans: chargers take few periods. */
const BLOCK_S = 7_200;

/** tailShare is what each would have in a slot if all were in their tails: max-min fair, in turns below 6 A. */
export function tailShare(work: Work, slot: number): Map<Member, number> {
  const demands = work.members.map((member) => ({
    session: member.index, path: member.path, leastW: LEAST_W, mostW: member.capW[slot] ?? 0, rank: rankOf(member, slot),
  }));
  const given = sharePower(demands, roomAt(work, work.base, slot));
  return new Map(work.members.map((member, index) => [member, given[index] ?? 0]));
}

/**
 * giveTails reserves the tails: within the time of the plans what these leave, level for two hours;
 * after it the share that keeps every limit with all in their tails.
 */
export function giveTails(work: Work): void {
  for (const block of blocksOf(work)) giveBlock(work, block);
  for (let slot = work.planned; slot < work.slots.length; slot += 1) {
    for (const [member, watt] of tailShare(work, slot)) {
      give(work, { member, slot, watt });
      // Who had a turn comes later in the next one.
      member.received += energyAt(member.car, watt, Math.min(BLOCK_S, work.slots[slot]?.seconds ?? 0));
    }
  }
}

/** Runs of slots in which nobody's tail begins, of two hours at most. */
function blocksOf(work: Work): { from: number; to: number }[] {
  const starts = new Set(work.members.map((member) => member.until));
  const blocks: { from: number; to: number }[] = [];
  let startAt: InstantS = 0;
  for (let slot = 0; slot < work.planned; slot += 1) {
    const at = work.slots[slot]?.startAt ?? 0;
    const last = blocks.at(-1);
    if (last === undefined || starts.has(slot) || at >= startAt + BLOCK_S) {
      blocks.push({ from: slot, to: slot + 1 });
      startAt = at;
    } else {
      last.to = slot + 1;
    }
  }
  return blocks;
}

function giveBlock(work: Work, block: { from: number; to: number }): void {
  const isIn = (member: Member, slot: number) => slot >= member.until;
  const inTail = work.members.filter((member) => isIn(member, block.to - 1));
  if (inTail.length === 0) return;
  const level = new Map<Member, number>();
  for (let slot = block.from; slot < block.to; slot += 1) {
    const here = inTail.filter((member) => isIn(member, slot));
    const given = sharePower(here.map((member) => ({
      session: member.index, path: member.path, leastW: LEAST_W, mostW: member.capW[slot] ?? 0, rank: rankOf(member, block.from),
    })), roomAt(work, work.room, slot));
    for (const [index, member] of here.entries()) {
      level.set(member, Math.min(level.get(member) ?? Number.MAX_SAFE_INTEGER, given[index] ?? 0));
    }
  }
  for (const [member, watt] of level) {
    for (let slot = block.from; slot < block.to; slot += 1) if (isIn(member, slot)) give(work, { member, slot, watt });
  }
}
