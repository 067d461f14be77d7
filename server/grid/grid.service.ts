import { deliveredAgainst, limitAt, type Delivered, type LimitSpan } from '#domain/grid/delivered.ts';
import { DAY_S, quarterStart, secondsFromDate, type InstantS } from '#domain/time/instant.ts';
import { deliveredAtSites, type DeliveredRow } from '../charging/delivered.store.ts';
import type { Clock } from '../clock.ts';
import type { Db } from '../db/client.ts';
import { kept } from '../evidence/kept.ts';
import { limitSlots, type LimitSlot } from '../planning/limit-view.service.ts';
import {
  nowAtSites, ownLimits, ownNodes, ownPlanned, ownProofs, ownSites, type BelowRow, type LimitRow,
  type NodeRow, type PlannedRow, type ProofRow, type SiteRow,
} from './grid.store.ts';

type Deps = { db: Db; clock: Clock };

/** A node with what its owner may know: sums over all below it, and its own limits. */
export type GridNodeView = {
  id: string;
  name: string;
  kind: NodeRow['kind'];
  /** 0: nothing of this grid operator's is above it. */
  depth: number;
  timeZone: string;
  nowAt: Date;
  sites: { name: string; operator: string; evses: number; connectedW: number }[];
  /** Charging points at this node and all below it. */
  evses: number;
  /** False: so few charging points that their load would tell of single drivers; then nothing of it is told. */
  isTold: boolean;
  limitW: number | null;
  /** Metered at this moment; null: not told, for so few cars are plugged in. */
  loadW: number | null;
  /** Of the last 24 hours; null: not told. */
  delivered: Delivered | null;
  /** When all below were last planned together under this node's limit; null: it has nothing to share now. */
  madeAt: Date | null;
  slots: LimitSlot[];
  /** With the topmost limit of a tree only. */
  proof: { sessions: number; ms: number; isCertified: boolean; unservedMilliWh: number } | null;
  /** Limits that hold or will, in the order of their beginning. */
  limits: { id: string; limitW: number; from: Date; to: Date | null }[];
};

/** With fewer charging points below a node its load would be that of single drivers. */
const LEAST_EVSES = 5;
/** The same of cars plugged in; none at all tell of nobody. */
const LEAST_CARS = 5;
const DEFAULT_TIME_ZONE = 'Europe/Amsterdam';
/** The page asks every few seconds; a day's readings tell whole quarters only. */
const KEPT_MS = 30_000;
const deliveredRows = kept<DeliveredRow[]>(KEPT_MS);

/** gridTree gives a grid operator's nodes, each followed by those below it. */
export async function gridTree(deps: Deps, tenantId: number): Promise<GridNodeView[]> {
  const now = deps.clock.now();
  const from = new Date(quarterStart(secondsFromDate(now) - DAY_S) * 1_000);
  const own = await deps.db.withTenant(tenantId, async (tx) => ({
    nodes: await ownNodes(tx, tenantId), sites: await ownSites(tx), limits: await ownLimits(tx, tenantId, from),
    planned: await ownPlanned(tx, tenantId), proofs: await ownProofs(tx),
  }));
  const sites = own.sites.map(({ site_id }) => site_id);
  const below = await deps.db.asSystem((tx) => nowAtSites(tx, { sites, now }));
  // Another site or another quarter is another question.
  const question = JSON.stringify([tenantId, from, sites]);
  const delivered = await deliveredRows(deps.db, question, () =>
    deps.db.asSystem((tx) => deliveredAtSites(tx, { sites, from, to: now })));
  const facts: Facts = { ...own, below, delivered, now };
  return inOrder(own.nodes).map(({ node, depth }) => nodeView(facts, node, depth));
}

type Facts = {
  nodes: NodeRow[]; sites: SiteRow[]; limits: LimitRow[]; planned: PlannedRow[]; proofs: ProofRow[];
  below: BelowRow[]; delivered: DeliveredRow[]; now: Date;
};

function inOrder(nodes: readonly NodeRow[]): { node: NodeRow; depth: number }[] {
  const known = new Set(nodes.map(({ id }) => id));
  const from = (parent: string | null, depth: number): { node: NodeRow; depth: number }[] =>
    nodes
      .filter(({ parent_id }) => (parent === null ? parent_id === null || !known.has(parent_id) : parent_id === parent))
      .flatMap((node) => [{ node, depth }, ...from(node.id, depth + 1)]);
  return from(null, 0);
}

function nodeView(facts: Facts, node: NodeRow, depth: number): GridNodeView {
  const { now } = facts;
  const nodes = new Set([node.id, ...inOrder(facts.nodes.filter(isBelow(facts.nodes, node.id))).map((one) => one.node.id)]);
  const sites = facts.sites.filter(({ node_id }) => nodes.has(node_id));
  const ids = new Set(sites.map(({ site_id }) => site_id));
  const below = facts.below.filter(({ site_id }) => ids.has(site_id));
  const evses = sites.reduce((sum, site) => sum + site.evses, 0);
  const cars = below.reduce((sum, one) => sum + one.cars, 0);
  const isTold = evses >= LEAST_EVSES;
  const limits = facts.limits.filter(({ grid_node_id }) => grid_node_id === node.id);
  const spans = limits.map(spanOf);
  return {
    id: node.id, name: node.name, kind: node.kind, depth, nowAt: now, evses, isTold,
    timeZone: sites[0]?.time_zone ?? facts.sites[0]?.time_zone ?? DEFAULT_TIME_ZONE,
    sites: sites.filter(({ node_id }) => node_id === node.id).map((site) => ({
      name: site.site, operator: site.operator, evses: site.evses, connectedW: Number(site.connected_w),
    })),
    limitW: limitAt(spans, secondsFromDate(now)),
    loadW: isTold && (cars === 0 || cars >= LEAST_CARS) ? below.reduce((sum, one) => sum + one.metered_w, 0) : null,
    delivered: isTold ? deliveredAgainst({ ...quartersOf(facts, ids), limits: spans }) : null,
    ...plannedView(facts, { nodeId: node.id, below, limits, isTold }),
    limits: limits.filter(({ valid_to }) => valid_to === null || valid_to > now)
      .map((limit) => ({ id: limit.id, limitW: limit.limit_w, from: limit.valid_from, to: limit.valid_to })),
  };
}

function isBelow(nodes: readonly NodeRow[], id: string): (node: NodeRow) => boolean {
  const parents = new Map(nodes.map((node) => [node.id, node.parent_id]));
  return (node) => {
    let at = node.parent_id;
    for (let step = 0; at !== null && at !== id && step < nodes.length; step += 1) at = parents.get(at) ?? null;
    return at === id;
  };
}

function spanOf({ limit_w: limitW, valid_from, valid_to }: LimitRow): LimitSpan {
  return { limitW, fromAt: secondsFromDate(valid_from), toAt: valid_to === null ? null : secondsFromDate(valid_to) };
}

/** The quarter that runs is left out: it is not whole yet. With few cars a quarter is that of single drivers. */
function quartersOf(
  { delivered, now }: Facts, sites: ReadonlySet<string>,
): { energy: Map<InstantS, number>; told: Set<InstantS> } {
  const running = quarterStart(secondsFromDate(now));
  const energy = new Map<InstantS, number>();
  const cars = new Map<InstantS, number>();
  for (const row of delivered) {
    const startAt = secondsFromDate(row.start_at);
    if (!sites.has(row.site_id) || startAt >= running) continue;
    energy.set(startAt, (energy.get(startAt) ?? 0) + Number(row.energy));
    cars.set(startAt, (cars.get(startAt) ?? 0) + row.evses);
  }
  return { energy, told: new Set([...cars].filter(([, count]) => count >= LEAST_CARS).map(([startAt]) => startAt)) };
}

type Planned = Pick<GridNodeView, 'madeAt' | 'slots' | 'proof'>;

/** A plan of the past says nothing where fewer than two cars are left, or all together stay within the limit. */
function plannedView(
  facts: Facts, node: { nodeId: string; below: readonly BelowRow[]; limits: readonly LimitRow[]; isTold: boolean },
): Planned {
  const nothing: Planned = { madeAt: null, slots: [], proof: null };
  const ahead = node.limits.filter(({ valid_to }) => valid_to === null || valid_to > facts.now).map(({ limit_w }) => limit_w);
  const cars = node.below.reduce((sum, one) => sum + one.cars, 0);
  const mostW = node.below.reduce((sum, one) => sum + Number(one.most_w), 0);
  if (!node.isTold || ahead.length === 0 || cars < 2 || mostW <= Math.min(...ahead)) return nothing;
  const planned = facts.planned.find(({ grid_node_id }) => grid_node_id === node.nodeId);
  const slots = planned === undefined ? [] : limitSlots(planned.series, secondsFromDate(facts.now));
  if (planned === undefined || slots.length === 0) return nothing;
  const proof = facts.proofs.find(({ node_id }) => node_id === node.nodeId);
  // The proof of this plan, not of one made when this node was topmost in another tree.
  const isOfPlan = proof !== undefined && proof.made_at.getTime() === planned.made_at.getTime();
  return {
    madeAt: planned.made_at, slots,
    proof: isOfPlan ? {
      sessions: proof.sessions, ms: proof.ms, isCertified: proof.is_certified, unservedMilliWh: Number(proof.unserved_milli_wh),
    } : null,
  };
}
