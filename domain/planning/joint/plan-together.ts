import type { InstantS } from '../../time/instant.ts';
import type { MilliWh } from '../../units/energy.ts';
import { riskOffers } from '../departure/expected-stay.ts';
import { limitAt } from '../periods.ts';
import type { Plan, PlanReason } from '../plan.ts';
import { outlineOf, planSession, PROBE_S, type PlanningFacts } from '../plan-session.ts';
import { decideReplan, reasonAlone } from '../replan.ts';
import { priceLookup } from '../slots.ts';
import { carOf } from './car.ts';
import type { JointBudget } from './fleet-layer.ts';
import { layOut, type Layout } from './layout.ts';
import { loadOfPeriods, loadOfTold, overloaded, splitTree, type LimitTree, type LoadPeriod, type SplitTree, type TreeSession } from './tree.ts';
import { treeSolve, type TreeSolve } from './tree-solve.ts';
import { startWork } from './work.ts';

/** `plans`: in the order of the sessions; null where the plan in force stands. `solve`: null where nothing was solved. */
export type TogetherPlan = { plans: (Plan | null)[]; solve: TreeSolve | null };

/** A joint plan breaks a limit: a bug, never a property of the wishes. The last good plans stay in force. */
export class JointPlanError extends Error {
  override readonly name = 'JointPlanError';
}

/** Others are only moved where it saves this much (EUR 1e-11: one cent) or serves so much more. */
const MOVE_EXACT = 1_000_000_000n;
const MOVE_MILLI_WH = 100_000;
/** Or serves who is in a hurry so much earlier. */
const LATER_S = 300;

type Together = { tree: LimitTree; split: SplitTree; budget: JointBudget; now: InstantS };

/**
 * planTogether plans all sessions below a limit. Precedence: limits, minimum energy and probe, charge
 * now, price; a shortage is shared; sessions whose limits cannot bind are planned as if alone. Without
 * a reason for anybody nothing changes; with one, others are only moved where it is worth it.
 * @throws {JointPlanError | CertificateError} where a result breaks its own proof: keep the last plans.
 */
export function planTogether(tree: LimitTree, budget: JointBudget): TogetherPlan {
  const order = tree.sessions.map((_, index) => index).sort((a, b) => compare(tree.sessions[a], tree.sessions[b]));
  const sorted = { ...tree, sessions: order.flatMap((index) => tree.sessions[index] ?? []) };
  const { plans, solve } = planSorted(sorted, budget);
  const back: (Plan | null)[] = tree.sessions.map(() => null);
  for (const [at, index] of order.entries()) back[index] = plans[at] ?? null;
  return { plans: back, solve };
}

/** The order of the sessions given means nothing: who plugged in first comes first. */
function compare(a: TreeSession | undefined, b: TreeSession | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.facts.plugInAt - b.facts.plugInAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function planSorted(tree: LimitTree, budget: JointBudget): TogetherPlan {
  const split = splitTree(tree);
  const reasons = tree.sessions.map((session, index) => reasonFor(session, split.facts[index], (split.paths[index]?.length ?? 0) > 0));
  const plans: (Plan | null)[] = tree.sessions.map((session, index) => {
    const [facts, reason] = [split.facts[index] ?? session.facts, reasons[index] ?? null];
    const isAlone = (split.paths[index]?.length ?? 0) === 0 || facts.isObserved;
    return isAlone && reason !== null && !(session.isHeld && facts.previous !== null) ? planSession(facts, reason) : null;
  });
  const now = tree.sessions[0]?.facts.now ?? 0;
  const solve = planBound({ tree, split, budget, now }, { plans, reasons });
  return { plans, solve };
}

function reasonFor(session: TreeSession, facts: PlanningFacts | undefined, isBelow: boolean): PlanReason | null {
  if (facts === undefined) return null;
  return isBelow ? decideReplan(facts) ?? session.because : reasonAlone(facts, session.because);
}

/** Plans those below limits that may bind; fills in `plans`. */
function planBound(
  together: Together, state: { plans: (Plan | null)[]; reasons: readonly (PlanReason | null)[] },
): TreeSolve | null {
  const { tree, split, now } = together;
  const bound = tree.sessions.map((_, index) => index).filter((index) => (split.paths[index]?.length ?? 0) > 0);
  const steered = bound.filter((index) => isSteered(tree.sessions[index], split.facts[index]));
  const asked = steered.filter((index) => state.reasons[index] !== null);
  const inForce = overloaded({ nodes: split.nodes, now, ...loadsOf(together, bound, new Map()) });
  if (steered.length === 0 || (asked.length === 0 && !tree.isNews && inForce === null)) return null;
  const full = layOutFor(together, { bound, free: steered, asked });
  // Who comes needs a tail, which the others' leave no room for: then all are planned anew.
  const isCalm = inForce === null && (!tree.isNews || steered.every((index) => isPatient(split.facts[index])));
  const least = isCalm ? layOutFor(together, { bound, free: asked, asked }) : null;
  const chosen = least !== null && !isWorthMoving(together, { steered, full, least }) ? least : full;
  const exceeded = overloaded({ nodes: split.nodes, now, ...loadsOf(together, bound, chosen.plans) });
  if (exceeded !== null) throw new JointPlanError(`limit ${split.originOf[exceeded]} would be exceeded by the plans of its ${bound.length} sessions`);
  for (const [index, plan] of chosen.plans) {
    const [previous, reason] = [split.facts[index]?.previous ?? null, state.reasons[index] ?? null];
    if (reason === null && previous !== null && isSameAhead(previous, plan, now)) continue;
    state.plans[index] = { ...plan, reason: reason ?? 'LIMIT_CHANGED' };
  }
  return treeSolve({ tree, split, full, costs: { chosen: costOfAll(together, steered, chosen), full: costOfAll(together, steered, full) }, loads: loadsOf(together, bound, chosen.plans).loads });
}

function isSteered(session: TreeSession | undefined, facts: PlanningFacts | undefined): boolean {
  return session !== undefined && facts !== undefined && !facts.isObserved && !(session.isHeld && facts.previous !== null);
}

/** Nothing of it has to come before others. */
function isPatient(facts: PlanningFacts | undefined): boolean {
  if (facts === undefined) return true;
  const { mode, minimum } = outlineOf(facts);
  return mode === 'SMART' && minimum === 0;
}

function layOutFor(
  together: Together, who: { bound: readonly number[]; free: readonly number[]; asked: readonly number[] },
): Layout {
  const { split, budget, now } = together;
  const free = new Set(who.free);
  const others = who.bound.filter((index) => !free.has(index));
  const { loads, paths } = loadsOf(together, others, new Map());
  const members = who.free.flatMap((index) => {
    const facts = split.facts[index];
    return facts === undefined ? [] : [{ index, facts, path: split.paths[index] ?? [] }];
  });
  const work = startWork({
    nodes: split.nodes, members, reserved: loads.map(({ periods }, at) => ({ periods, path: paths[at] ?? [] })),
  });
  return members.length === 0 ? { work: { ...work, now }, plans: new Map(), fleet: null, gapExact: 0n } : layOut(work, budget, new Set(who.asked));
}

type Loads = { paths: number[][]; loads: { periods: LoadPeriod[]; isSteered: boolean }[] };

/** What sessions may draw as they are told, or will be told by `plans`; who does not obey, as it draws. */
function loadsOf({ tree, split }: Together, which: readonly number[], plans: ReadonlyMap<number, Plan>): Loads {
  const loads = which.flatMap((index) => {
    const [session, facts] = [tree.sessions[index], split.facts[index]];
    if (session === undefined || facts === undefined) return [];
    if (facts.isObserved) return [{ isSteered: false, periods: [{ fromAt: facts.now, loadW: observedLoad(facts) }] }];
    const plan = plans.get(index) ?? facts.previous;
    const periods = plan === null ? [{ fromAt: facts.now, loadW: loadOfTold(facts, facts.ratedPowerW) }] : loadOfPeriods(facts, plan.periods);
    return [{ isSteered: isSteered(session, facts), periods }];
  });
  return { loads, paths: which.map((index) => split.paths[index] ?? []) };
}

/** What does not obey is reserved at what it draws; until it shows that, at all it may. */
function observedLoad(facts: PlanningFacts): number {
  if (!facts.hasDrawn && facts.now < facts.plugInAt + PROBE_S) return loadOfTold(facts, facts.ratedPowerW);
  return facts.drawingW * carOf(facts).loadShare;
}

function isWorthMoving(together: Together, args: { steered: readonly number[]; full: Layout; least: Layout }): boolean {
  const { split } = together;
  const isSlower = args.steered.some((index) => {
    const facts = split.facts[index];
    const [fast, slow] = [args.full.plans.get(index), args.least.plans.get(index) ?? facts?.previous];
    return facts !== undefined && !isPatient(facts) && fast !== undefined && (slow === undefined || slow === null || isLater({ slow, fast, facts }));
  });
  if (isSlower) return true;
  const [full, least] = [costOfAll(together, args.steered, args.full), costOfAll(together, args.steered, args.least)];
  if (Math.abs(full.unservedMilliWh - least.unservedMilliWh) > MOVE_MILLI_WH) return full.unservedMilliWh < least.unservedMilliWh;
  return least.exact - full.exact > MOVE_EXACT;
}

/** A hasty car has its energy later than it could, or less power now. */
function isLater({ slow, fast, facts }: { slow: Plan; fast: Plan; facts: PlanningFacts }): boolean {
  const { now } = facts;
  const { mode, minimum, need, delivered } = outlineOf(facts);
  const least = delivered + (mode === 'PRIORITY' || mode === 'TAIL' ? need : minimum);
  return slow.unservedMilliWh > fast.unservedMilliWh + MOVE_MILLI_WH
    || servedAt(slow, least) > servedAt(fast, least) + LATER_S
    || (limitAt(slow.periods, now) ?? 0) < (limitAt(fast.periods, now) ?? 0);
}

/** When a plan will have delivered so much since plug-in; its end where it never will. */
function servedAt(plan: Plan, energyMilliWh: MilliWh): InstantS {
  let left = energyMilliWh - plan.deliveredMilliWh;
  for (const slot of plan.slots) {
    if (left <= 0) return slot.startAt;
    left -= slot.energyMilliWh;
    if (left <= 0) return slot.chargeFromAt + slot.chargeSeconds;
  }
  return left <= 0 ? plan.madeAt : plan.deadlineAt;
}

type Cost = { exact: bigint; unservedMilliWh: MilliWh };

/** What is still to be paid, at the prices planned with, by plans of a layout and by those it leaves in force. */
function costOfAll({ split }: Together, steered: readonly number[], layout: Layout): Cost {
  const cost: Cost = { exact: 0n, unservedMilliWh: 0 };
  for (const index of steered) {
    const facts = split.facts[index];
    const plan = layout.plans.get(index) ?? facts?.previous ?? null;
    if (facts === undefined || plan === null) continue;
    cost.unservedMilliWh += plan.unservedMilliWh;
    cost.exact += costAhead(facts, plan);
  }
  return cost;
}

function costAhead(facts: PlanningFacts, plan: Plan): bigint {
  const priceAt = priceLookup(facts.prices);
  const dearest = facts.prices.reduce((most, price) => Math.max(most, price.priceTicks), 0);
  const ahead = plan.slots.filter((slot) => slot.energyMilliWh > 0 && slot.chargeFromAt + slot.chargeSeconds > facts.now)
    .map((slot) => ({ ...slot, priceTicks: priceAt(slot.startAt)?.priceTicks ?? dearest + 1 }));
  return riskOffers(ahead, facts).reduce((sum, slot) => {
    const leftS = Math.min(slot.chargeSeconds, slot.chargeFromAt + slot.chargeSeconds - facts.now);
    const energy = Math.round((slot.energyMilliWh * leftS) / slot.chargeSeconds);
    return sum + BigInt(energy) * BigInt(Math.round(slot.priceTicks ?? dearest + 1));
  }, 0n);
}

/** The station would be told the same from now on. */
function isSameAhead(previous: Plan, plan: Plan, now: InstantS): boolean {
  const edges = [now, ...[...previous.periods, ...plan.periods].map((period) => period.fromAt).filter((at) => at > now)];
  return edges.every((at) => limitAt(previous.periods, at) === limitAt(plan.periods, at))
    && previous.mode === plan.mode && previous.unservedMilliWh === plan.unservedMilliWh;
}
