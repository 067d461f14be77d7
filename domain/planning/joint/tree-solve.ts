import type { InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { capAt } from '../slots.ts';
import type { Layout } from './layout.ts';
import { mostWithin, type LimitTree, type LoadPeriod, type SplitTree } from './tree.ts';

/** How a tree was planned: bound, proof and prices of its limits; JSON-able, stored with the plans. */
export type TreeSolve = {
  sessions: number;
  slots: { startAt: InstantS; seconds: number }[];
  /** The linear bound of the energy that could be moved, in Wh of load and Wh × ticks as text; equal, or the solve throws. */
  primal: { unservedWh: number; cost: string };
  dual: { unservedWh: number; cost: string };
  /** What all plans still cost at the prices planned with, EUR 1e-11 as text. */
  costExact: string;
  /** How much less any plans of the moved energy could cost at most, at each slot's mean price, EUR 1e-11 as text; null where a limit leaves somebody short. */
  gapExact: string | null;
  unservedMilliWh: MilliWh;
  rounds: number;
  /** Limits that may bind, by their index in the tree. */
  limits: {
    node: number;
    limitW: (number | null)[];
    /** What all below may draw in the slot, as planned and told. */
    loadW: number[];
    /** Ticks (EUR 0.01/MWh) that one more Wh through the limit would save. */
    dualTicks: number[];
    /** Slots, by index, in which it would serve energy that nobody gets. */
    serves: number[];
  }[];
};

type Cost = { exact: bigint; unservedMilliWh: MilliWh };

/** treeSolve sums up a joint plan for the record. */
export function treeSolve(args: {
  tree: LimitTree; split: SplitTree; full: Layout; costs: { chosen: Cost; full: Cost };
  loads: readonly { periods: readonly LoadPeriod[] }[];
}): TreeSolve {
  const { tree, split, full, costs } = args;
  const { fleet, work } = full;
  const slots = work.slots.slice(0, work.planned).map(({ startAt, seconds }) => ({ startAt, seconds }));
  const paths = split.paths.filter((path) => path.length > 0);
  const text = (value: { unservedWh: number; cost: bigint } | undefined) =>
    ({ unservedWh: value?.unservedWh ?? 0, cost: (value?.cost ?? 0n).toString() });
  const kept = costs.chosen.exact - costs.full.exact;
  return {
    sessions: tree.sessions.length, slots,
    primal: text(fleet?.bound.primal), dual: text(fleet?.bound.dual),
    costExact: costs.chosen.exact.toString(), unservedMilliWh: costs.chosen.unservedMilliWh,
    gapExact: full.gapExact === null ? null : (full.gapExact + (kept > 0n ? kept : 0n)).toString(),
    rounds: fleet?.plan.rounds ?? 0,
    limits: split.nodes.map((node, index) => {
      const below = args.loads.filter((_, at) => paths[at]?.includes(index));
      const points = slots.map((_, slot) => index * work.planned + slot);
      return {
        node: split.originOf[index] ?? -1,
        limitW: slots.map((slot) => finite(capAt(node.caps, slot.startAt, Number.MAX_SAFE_INTEGER))),
        loadW: slots.map((slot) =>
          below.reduce((sum, { periods }) => sum + Math.round(mostWithin(periods, slot.startAt, slot.startAt + slot.seconds)), 0)),
        dualTicks: points.map((point) => fleet?.bound.dualTicks[point] ?? 0),
        serves: points.flatMap((point, slot) => ((fleet?.bound.dualServes[point] ?? 0) === 0 ? [] : [slot])),
      };
    }),
  };
}

function finite(watt: number): number | null {
  return watt === Number.MAX_SAFE_INTEGER ? null : watt;
}
