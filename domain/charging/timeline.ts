import type { LimitPeriod, PlanMode, PlanReason } from '../planning/plan.ts';
import type { InstantS } from '../time/instant.ts';
import type { MilliWh } from '../units/energy.ts';
import type { PriorityBy, WishSource } from './wish.ts';

/** A stored plan version, as much of it as the story of a stay needs. */
export type PlanVersion = {
  version: number;
  madeAt: InstantS;
  mode: PlanMode;
  reason: PlanReason;
  readyAt: InstantS | null;
  targetMilliWh: MilliWh;
  unservedMilliWh: MilliWh;
  expectedCashbackMicro: string | null;
  periods: readonly LimitPeriod[];
};

/** What the station answered to the command that carried a plan version. */
export type StationAnswer = {
  planVersion: number;
  state: 'REQUESTED' | 'ACCEPTED' | 'REJECTED' | 'TIMED_OUT';
  answeredAt: InstantS | null;
};

export type WishVersion = {
  madeAt: InstantS;
  source: WishSource | null;
  readyByAt: InstantS | null;
  energyMilliWh: MilliWh | null;
  priority: boolean;
  priorityBy: PriorityBy | null;
};

/** What a plan version changed for the driver against the one before it. */
export type PlanChange =
  | { key: 'READY'; at: InstantS | null; before: InstantS | null }
  | { key: 'NEXT'; at: InstantS }
  | { key: 'CASHBACK'; micro: string; before: string }
  | { key: 'MISSING'; energyMilliWh: MilliWh }
  | { key: 'TARGET'; energyMilliWh: MilliWh; before: MilliWh }
  | { key: 'NOTHING' };

export type TimelineEntry =
  | {
      kind: 'PLAN';
      at: InstantS;
      version: number;
      reason: PlanReason;
      changes: PlanChange[];
      answer: Omit<StationAnswer, 'planVersion'> | null;
    }
  | { kind: 'PRIORITY_ON' | 'PRIORITY_OFF'; at: InstantS; by: PriorityBy }
  | {
      kind: 'WISH';
      at: InstantS;
      source: WishSource | null;
      readyByAt: InstantS | null;
      energyMilliWh: MilliWh | null;
    }
  | { kind: 'PLUG_IN' | 'PLUG_OUT'; at: InstantS };

/** Instants and amounts that differ by less are told as the same: a minute, a cent, 100 Wh. */
const SAME_S = 60;
const SAME_MICRO = 10_000;
const SAME_MILLI_WH = 100_000;

/**
 * timelineOf tells the story of a stay from stored rows only: what was wished, what each plan version
 * was made for and changed, and what the station answered. Oldest first; of one instant the wish
 * stands before the plan that follows from it.
 * @param plans, wishes by rising version.
 */
export function timelineOf(args: {
  plugInAt: InstantS;
  plugOutAt: InstantS | null;
  wishes: readonly WishVersion[];
  plans: readonly PlanVersion[];
  answers: readonly StationAnswer[];
}): TimelineEntry[] {
  const { plugInAt, plugOutAt, wishes, plans, answers } = args;
  const entries: TimelineEntry[] = [
    { kind: 'PLUG_IN', at: plugInAt },
    ...wishes.flatMap((wish, index) => wishEntries(wish, wishes[index - 1])),
    ...plans.map((plan, index) => planEntry(plan, plans[index - 1], answers)),
    ...(plugOutAt === null ? [] : [{ kind: 'PLUG_OUT' as const, at: plugOutAt }]),
  ];
  return entries.toSorted((a, b) => a.at - b.at);
}

function wishEntries(wish: WishVersion, before: WishVersion | undefined): TimelineEntry[] {
  const { madeAt: at, source, readyByAt, energyMilliWh, priority, priorityBy } = wish;
  const entries: TimelineEntry[] = [];
  const isSaid =
    readyByAt !== (before?.readyByAt ?? null) || energyMilliWh !== (before?.energyMilliWh ?? null);
  if (isSaid) entries.push({ kind: 'WISH', at, source, readyByAt, energyMilliWh });
  if (priority !== (before?.priority ?? false)) {
    const kind = priority ? 'PRIORITY_ON' : 'PRIORITY_OFF';
    entries.push({ kind, at, by: priorityBy ?? 'DRIVER' });
  }
  return entries;
}

function planEntry(
  plan: PlanVersion,
  before: PlanVersion | undefined,
  answers: readonly StationAnswer[],
): TimelineEntry {
  const { version, reason, madeAt: at } = plan;
  const answered = answers.findLast(({ planVersion }) => planVersion === version);
  const answer =
    answered === undefined ? null : { state: answered.state, answeredAt: answered.answeredAt };
  return { kind: 'PLAN', at, version, reason, changes: changesOf(plan, before), answer };
}

function changesOf(plan: PlanVersion, before: PlanVersion | undefined): PlanChange[] {
  const changes: PlanChange[] = [];
  const wasReadyAt = before?.readyAt ?? null;
  if (isOther(plan.readyAt, wasReadyAt)) {
    changes.push({ key: 'READY', at: plan.readyAt, before: wasReadyAt });
  }
  const nextAt = nextRelease(plan);
  if (nextAt !== null && isOther(nextAt, before === undefined ? null : nextRelease(before))) {
    changes.push({ key: 'NEXT', at: nextAt });
  }
  const target = plan.targetMilliWh;
  if (before !== undefined && Math.abs(target - before.targetMilliWh) >= SAME_MILLI_WH) {
    changes.push({ key: 'TARGET', energyMilliWh: target, before: before.targetMilliWh });
  }
  const missing = plan.unservedMilliWh;
  if (missing >= SAME_MILLI_WH && missing !== (before?.unservedMilliWh ?? 0)) {
    changes.push({ key: 'MISSING', energyMilliWh: missing });
  }
  changes.push(...cashbackChange(plan, before));
  return changes.length === 0 && before !== undefined ? [{ key: 'NOTHING' }] : changes;
}

function cashbackChange(plan: PlanVersion, before: PlanVersion | undefined): PlanChange[] {
  const micro = plan.expectedCashbackMicro;
  const was = before?.expectedCashbackMicro ?? null;
  if (micro === null || was === null) return [];
  const differs = Math.abs(Number(micro) - Number(was)) >= SAME_MICRO;
  return differs ? [{ key: 'CASHBACK', micro, before: was }] : [];
}

function isOther(at: InstantS | null, before: InstantS | null): boolean {
  if (at === null || before === null) return at !== before;
  return Math.abs(at - before) >= SAME_S;
}

/** When a plan that holds the car when it is made lets it draw again. */
function nextRelease({ periods, madeAt }: PlanVersion): InstantS | null {
  const held = periods.findLast(({ fromAt }) => fromAt <= madeAt)?.limitW === 0;
  const release = periods.find(({ fromAt, limitW }) => fromAt > madeAt && limitW > 0);
  return held ? (release?.fromAt ?? null) : null;
}
