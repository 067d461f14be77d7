import type { SlotPrices } from './certificate.ts';
import { fillPrevious } from './fill.ts';
import type { FleetProblem } from './fleet.ts';
import { guessPrices } from './guess.ts';
import { reroute } from './reroute.ts';
import { slotPrices } from './slot-duals.ts';
import { resetGraph } from './slot-graph.ts';
import type { SlotGraph } from './slot-graph.ts';
import { keepSlotOrder, loadProblem } from './state.ts';
import type { FleetState } from './state.ts';
import { sweepAll } from './sweep.ts';

/** Plans all stays below the problem's first limit (or none) in `graph`, without proof or sharing; gives the slots' prices. */
export function flow(graph: SlotGraph, problem: FleetProblem, guessFrom: number): SlotPrices {
  const { state } = graph;
  const { previous, limits, sessions } = problem;
  loadProblem(state, problem);
  keepSlotOrder(state);
  resetGraph(graph, limits.capWh[0] ?? null);
  if (previous !== undefined) fillPrevious(graph, previous);
  const isFree = (limits.capWh[0] ?? null) === null && previous === undefined;
  const isGuessed = !isFree && previous === undefined && sessions >= guessFrom;
  sweepAll(graph, isGuessed ? guessPrices(state, (slot) => graph.cap[slot] as number) : null);
  // Without a limit each stay is alone and has its cheapest slots already.
  if (isFree) return ownPrices(state);
  reroute(graph, previous !== undefined);
  return slotPrices(graph);
}

function ownPrices({ slots, problem: { priceTicks } }: FleetState): SlotPrices {
  return { ticks: priceTicks.slice(0, slots), serves: new Uint8Array(slots) };
}
