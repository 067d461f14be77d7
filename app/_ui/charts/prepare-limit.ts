import type { PowerSpan } from '#domain/charging/stay-view.ts';
import { HOUR_S } from '#domain/time/instant.ts';
import type { InstantS } from '#domain/time/instant.ts';
import { axisFor, type Axis } from './axis-steps.ts';
import { powerAxis } from './prepare-stay.ts';
import type { Frame, Span } from './spans.ts';

/** One slot of a limit: load and limit in W, worth of one more kW in it in micro-euro. */
export type LimitSlotInput = {
  startAt: InstantS;
  seconds: number;
  limitW: number | null;
  loadW: number;
  oneMoreKwMicro: number;
  servesMore: boolean;
};

/** What the joint plan found; `worthMicro` of one more kW in all, `missingMilliWh` null: not known. */
export type LimitFinding =
  | ({ key: 'BINDS'; worthMicro: number; servesMore: boolean; stretches: number } & Span & Missing)
  | ({ key: 'ROOM'; highestW: number } & Missing)
  | { key: 'NOTHING' };
type Missing = { limitW: number | null; missingMilliWh: number | null };

/** One row of the table: what holds from `startAt` on. */
export type LimitRow = Span & Omit<LimitSlotInput, 'startAt' | 'seconds'>;

/** What a drawing of a limit needs; drawing decides nothing. */
export type PreparedLimit = Frame & {
  nowAt: InstantS;
  /** Where one more kW would be worth something. */
  binding: Span[];
  load: PowerSpan[];
  limit: PowerSpan[];
  /** Micro-euro for one kW over one hour. */
  worth: (Span & { microPerKwh: number; servesMore: boolean })[];
  power: Axis;
  /** Of `worth`, in cents. */
  cents: Axis;
  rows: LimitRow[];
  finding: LimitFinding;
};

const CENT_MICRO = 10_000;
/** Less than two hours of empty site say nothing. */
const LEAST_S = 2 * HOUR_S;

/**
 * prepareLimit decides what the panel of a limit shows: until the last car has what it needs, from now on.
 * @param args.slots in order of time; neighbours that are alike become one row.
 */
export function prepareLimit(args: {
  slots: readonly LimitSlotInput[];
  nowAt: InstantS;
  missingMilliWh: number | null;
}): PreparedLimit {
  const { nowAt } = args;
  const last = args.slots.findLast((slot) => slot.loadW > 0 || isBinding(slot));
  const toAt = Math.max(nowAt + LEAST_S, last === undefined ? 0 : last.startAt + last.seconds);
  // Where one more kW would serve who gets nothing now, its money is the price of that energy: no worth.
  const slots = args.slots
    .filter((slot) => slot.startAt < toAt)
    .map((slot) => ({ ...slot, oneMoreKwMicro: Math.max(0, slot.oneMoreKwMicro) }));
  const rows = rowsOf(slots, nowAt);
  const load = rows.map(({ fromAt, toAt: endAt, loadW }) => ({ fromAt, toAt: endAt, powerW: loadW }));
  const limit = rows.flatMap(({ fromAt, toAt: endAt, limitW }) =>
    limitW === null ? [] : [{ fromAt, toAt: endAt, powerW: limitW }],
  );
  const worth = slots.map((slot) => ({
    fromAt: Math.max(nowAt, slot.startAt),
    toAt: slot.startAt + slot.seconds,
    microPerKwh: Math.round((slot.oneMoreKwMicro * HOUR_S) / Math.max(1, slot.seconds)),
    servesMore: slot.servesMore,
  }));
  return {
    fromAt: nowAt,
    toAt: Math.max(nowAt + 1, slots.reduce((end, slot) => Math.max(end, slot.startAt + slot.seconds), 0)),
    nowAt,
    valleys: [],
    binding: joined(slots.filter(isBinding), nowAt),
    load,
    limit,
    worth,
    power: powerAxis([...load, ...limit]),
    cents: axisFor(worth.map(({ microPerKwh }) => microPerKwh / CENT_MICRO), 1),
    rows,
    finding: findingOf(slots, args),
  };
}

function isBinding(slot: LimitSlotInput): boolean {
  return slot.oneMoreKwMicro > 0 || slot.servesMore;
}

function joined(slots: readonly LimitSlotInput[], nowAt: InstantS): Span[] {
  const spans: Span[] = [];
  for (const { startAt, seconds } of slots) {
    const last = spans.at(-1);
    if (last !== undefined && last.toAt === startAt) last.toAt += seconds;
    else spans.push({ fromAt: Math.max(nowAt, startAt), toAt: startAt + seconds });
  }
  return spans;
}

/** Neighbours alike in all, worth for the hour too, are one row; its worth is their sum. */
function rowsOf(slots: readonly LimitSlotInput[], nowAt: InstantS): LimitRow[] {
  const rows: LimitRow[] = [];
  for (const { startAt, seconds, ...slot } of slots) {
    const last = rows.at(-1);
    const isAlike =
      last !== undefined &&
      last.toAt === startAt &&
      last.limitW === slot.limitW &&
      last.loadW === slot.loadW &&
      last.servesMore === slot.servesMore &&
      last.oneMoreKwMicro === 0 &&
      slot.oneMoreKwMicro === 0;
    if (isAlike) last.toAt += seconds;
    else rows.push({ ...slot, fromAt: Math.max(nowAt, startAt), toAt: startAt + seconds });
  }
  return rows;
}

function findingOf(
  slots: readonly LimitSlotInput[],
  { nowAt, missingMilliWh }: { nowAt: InstantS; missingMilliWh: number | null },
): LimitFinding {
  const binding = slots.filter(isBinding);
  const spans = joined(binding, nowAt);
  const [first, last] = [spans[0], spans.at(-1)];
  const lowest = (of: readonly LimitSlotInput[]) =>
    of.reduce<number | null>(
      (least, { limitW }) => (limitW === null ? least : Math.min(least ?? limitW, limitW)),
      null,
    );
  if (first !== undefined && last !== undefined) {
    return {
      key: 'BINDS',
      fromAt: first.fromAt,
      toAt: last.toAt,
      stretches: spans.length,
      limitW: lowest(binding),
      worthMicro: binding.reduce((sum, slot) => sum + slot.oneMoreKwMicro, 0),
      servesMore: binding.some((slot) => slot.servesMore),
      missingMilliWh,
    };
  }
  const highestW = Math.max(0, ...slots.map(({ loadW }) => loadW));
  if (highestW === 0) return { key: 'NOTHING' };
  return { key: 'ROOM', highestW, limitW: lowest(slots), missingMilliWh };
}
