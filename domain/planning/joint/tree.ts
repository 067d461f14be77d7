import type { InstantS } from '../../time/instant.ts';
import { limitAt } from '../periods.ts';
import type { LimitPeriod, PlanReason } from '../plan.ts';
import type { PlanningFacts } from '../plan-session.ts';
import { capAt, NEVER_AT, type PowerCap } from '../slots.ts';

/** A limit above sessions: a station, a site, a feeder, a transformer. */
export type LimitNode = {
  /** Index of the next limit above; -1 at a root. */
  parent: number;
  /** What it lets through, in watts of three phases (`phases` 1: of its only one). */
  caps: readonly PowerCap[];
  phases: 1 | 3;
};

export type TreeSession = {
  id: string;
  /** As for a session alone; `caps` are those of its own EVSE only. */
  facts: PlanningFacts;
  /** A reason to plan anew that the facts do not show. */
  because: PlanReason | null;
  /** The limit nearest to it; -1 where none is. */
  node: number;
  /** Nothing can be told to its station now: what it was told last is reserved. */
  isHeld: boolean;
};

export type LimitTree = {
  nodes: readonly LimitNode[];
  sessions: readonly TreeSession[];
  /** The limits or who is below them changed since the plans in force were made. */
  isNews: boolean;
};

/** What power may flow from when on, in load watts. */
export type LoadPeriod = { fromAt: InstantS; loadW: number };

/**
 * Load is counted in watts of three phases: one ampere is 690 W. A limit holds on each phase, and
 * nobody knows on which one a one-phase car is, so it counts on all three.
 */
export const AMPERE_W = 690;
/** 6 A: below it a car stands still (IEC 61851). */
export const LEAST_W = 6 * AMPERE_W;

/** loadOfTold turns watts told to an EVSE into load on the limits above it. */
export function loadOfTold(facts: Pick<PlanningFacts, 'phases'>, toldW: number): number {
  return facts.phases === 1 ? toldW * 3 : toldW;
}

/** pathOf lists the limits above a node, itself first. */
export function pathOf(nodes: readonly LimitNode[], node: number): number[] {
  const path: number[] = [];
  for (let at = node; at >= 0; at = nodes[at]?.parent ?? -1) {
    if (path.length > nodes.length) throw new RangeError('the limits go in a circle');
    path.push(at);
  }
  return path;
}

/** What of a tree has to be planned together, and who can be planned alone. */
export type SplitTree = {
  /** The limits that may bind; `parent` among them. */
  nodes: LimitNode[];
  /** Where each of them was in the tree. */
  originOf: number[];
  /** Per session the limits above it among `nodes`, nearest first; none: it is planned alone. */
  paths: number[][];
  /** Facts with the limits that are a session's own, since nobody else is below them. */
  facts: PlanningFacts[];
};

/**
 * splitTree leaves away the limits that cannot bind: those that all below them together, each at its
 * highest power, never exceed, and those that hold a single session, which become its own.
 */
export function splitTree(tree: LimitTree): SplitTree {
  const whole = tree.sessions.map((session) => pathOf(tree.nodes, session.node));
  const below = tree.nodes.map(() => [] as number[]);
  for (const [index, path] of whole.entries()) for (const node of path) below[node]?.push(index);
  const originOf = tree.nodes.flatMap((node, index) => (mayBind(tree, node, below[index] ?? []) ? [index] : []));
  const newIndex = new Map(originOf.map((node, index) => [node, index]));
  const activeOf = (path: readonly number[]) => path.flatMap((node) => newIndex.get(node) ?? []);
  return {
    originOf,
    nodes: originOf.flatMap((origin) => {
      const node = tree.nodes[origin];
      return node === undefined ? [] : [{ ...node, parent: activeOf(pathOf(tree.nodes, node.parent))[0] ?? -1 }];
    }),
    paths: whole.map(activeOf),
    facts: tree.sessions.map(({ facts }, index) => {
      const own = (whole[index] ?? []).filter((node) => below[node]?.length === 1);
      const caps = own.flatMap((node) => ownCaps(tree.nodes[node], facts.phases));
      return caps.length === 0 ? facts : { ...facts, caps: [...facts.caps, ...caps] };
    }),
  };
}

function mayBind(tree: LimitTree, node: LimitNode, below: readonly number[]): boolean {
  if (below.length < 2) return false;
  const now = tree.sessions[below[0] ?? 0]?.facts.now ?? 0;
  const most = below.reduce((sum, at) => sum + mostLoadOf(tree.sessions[at]?.facts), 0);
  return node.caps.some((cap) => cap.toAt > now && cap.limitW < most);
}

function mostLoadOf(facts: PlanningFacts | undefined): number {
  return facts === undefined ? 0 : loadOfTold(facts, facts.ratedPowerW);
}

function ownCaps(node: LimitNode | undefined, phases: 1 | 3): PowerCap[] {
  if (node === undefined) return [];
  const part = node.phases === 3 && phases === 1 ? 3 : 1;
  return node.caps.map((cap) => ({ ...cap, limitW: Math.floor(cap.limitW / part) }));
}

/** loadOfPeriods is what a session told these limits may draw, as load on the limits above it. */
export function loadOfPeriods(facts: PlanningFacts, periods: readonly LimitPeriod[]): LoadPeriod[] {
  const first = { fromAt: facts.now, loadW: loadOfTold(facts, limitAt(periods, facts.now) ?? facts.ratedPowerW) };
  return [first, ...periods.filter((period) => period.fromAt > facts.now)
    .map((period) => ({ fromAt: period.fromAt, loadW: loadOfTold(facts, Math.min(period.limitW, facts.ratedPowerW)) }))];
}

/** mostWithin is the highest load of [fromAt, toAt). */
export function mostWithin(periods: readonly LoadPeriod[], fromAt: InstantS, toAt: InstantS): number {
  return periods.reduce((most, period, index) => {
    const endAt = periods[index + 1]?.fromAt ?? NEVER_AT;
    return period.fromAt < toAt && fromAt < endAt ? Math.max(most, period.loadW) : most;
  }, 0);
}

/** leastWithin is the lowest cap of [fromAt, toAt), `elseW` where there is none. */
export function leastWithin(caps: readonly PowerCap[], span: { fromAt: InstantS; toAt: InstantS }, elseW: number): number {
  return caps.reduce((least, cap) =>
    (cap.fromAt < span.toAt && span.fromAt < cap.toAt ? Math.min(least, cap.limitW) : least), elseW);
}

/**
 * overloaded says whether sessions told so draw more than a limit at any instant from `now` on, where
 * those that do not obey leave that much.
 * @param args.loads of each session, in the order of `paths`; `isSteered` false: it does not obey.
 */
export function overloaded(args: {
  nodes: readonly LimitNode[]; paths: readonly (readonly number[])[]; now: InstantS;
  loads: readonly { periods: readonly LoadPeriod[]; isSteered: boolean }[];
}): number | null {
  const { nodes, paths, loads, now } = args;
  for (const [index, node] of nodes.entries()) {
    const below = loads.filter((_, at) => paths[at]?.includes(index));
    if (below.length === 0) continue;
    if (exceeds(node, below, now)) return index;
  }
  return null;
}

function exceeds(
  node: LimitNode, loads: readonly { periods: readonly LoadPeriod[]; isSteered: boolean }[], now: InstantS,
): boolean {
  type Step = { at: InstantS; steeredW: number; otherW: number };
  const steps: Step[] = node.caps.flatMap((cap) => [cap.fromAt, cap.toAt])
    .filter((at) => at > now && at < NEVER_AT).map((at) => ({ at, steeredW: 0, otherW: 0 }));
  for (const { periods, isSteered } of loads) {
    let before = 0;
    for (const { fromAt, loadW } of periods) {
      const change = loadW - before;
      steps.push({ at: Math.max(now, fromAt), steeredW: isSteered ? change : 0, otherW: isSteered ? 0 : change });
      before = loadW;
    }
  }
  steps.sort((a, b) => a.at - b.at);
  let [steeredW, otherW] = [0, 0];
  for (const [index, step] of steps.entries()) {
    steeredW += step.steeredW;
    otherW += step.otherW;
    if (steps[index + 1]?.at === step.at) continue;
    const limitW = capAt(node.caps, step.at, Number.MAX_SAFE_INTEGER);
    if (steeredW > Math.max(0, limitW - otherW)) return true;
  }
  return false;
}
