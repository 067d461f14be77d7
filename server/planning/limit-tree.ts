import { createHash } from 'node:crypto';
import type { LimitNode } from '#domain/planning/joint/tree.ts';
import type { TreeSolve } from '#domain/planning/joint/tree-solve.ts';
import { NEVER_AT } from '#domain/planning/slots.ts';
import { secondsFromDate } from '#domain/time/instant.ts';
import type { LimitRows, NewTreeLimit, SharedLimit } from './limit-tree.store.ts';

/** A limit of the tree with whose it is. */
type Owned = LimitNode & { key: string; tenantId: number; locationId: string | null; stationId: string | null; gridNodeId: string | null };

export type BuiltTree = {
  nodes: Owned[];
  /** The limit nearest to a station of a site; -1 where there is none. */
  nodeOf(stationId: string, locationId: string): number;
};

/** buildTree makes a forest of the limits that are there: levels without a limit are left out. */
export function buildTree(rows: LimitRows): BuiltTree {
  const byKey = new Map<string, SharedLimit[]>();
  for (const limit of rows.limits) {
    const key = keyOf(limit);
    byKey.set(key, [...(byKey.get(key) ?? []), limit]);
  }
  const keys = [...byKey.keys()];
  const above = new Map(rows.sites.map((site) => [site.id, site.above.map((node) => `grid:${node}`)]));
  const nearest = (path: readonly string[]) => keys.indexOf(path.find((key) => byKey.has(key)) ?? '');
  const pathAbove = (limit: SharedLimit): string[] => {
    if (limit.grid_node_id !== null) return aboveNode(rows, limit.grid_node_id);
    const grid = above.get(limit.location_id ?? '') ?? [];
    return limit.station_id === null ? grid : [`site:${limit.location_id}`, ...grid];
  };
  const nodes = keys.flatMap((key) => {
    const limits = byKey.get(key) ?? [];
    const [first] = limits;
    return first === undefined ? [] : [{
      key, parent: nearest(pathAbove(first)), phases: phasesOf(rows, first), tenantId: first.tenant_id,
      locationId: first.location_id, stationId: first.station_id, gridNodeId: first.grid_node_id,
      caps: limits.map((limit) => ({
        fromAt: secondsFromDate(limit.valid_from), toAt: limit.valid_to === null ? NEVER_AT : secondsFromDate(limit.valid_to),
        limitW: limit.limit_w,
      })),
    }];
  });
  return {
    nodes,
    nodeOf: (stationId, locationId) => nearest([`station:${stationId}`, `site:${locationId}`, ...(above.get(locationId) ?? [])]),
  };
}

function keyOf(limit: SharedLimit): string {
  if (limit.grid_node_id !== null) return `grid:${limit.grid_node_id}`;
  return limit.station_id === null ? `site:${limit.location_id}` : `station:${limit.station_id}`;
}

function aboveNode(rows: LimitRows, node: string): string[] {
  const chain = rows.sites.find((site) => site.above.includes(node))?.above ?? [];
  return chain.slice(chain.indexOf(node) + 1).map((id) => `grid:${id}`);
}

/** What feeds a single one-phase EVSE is meant for its phase; all else is three phases. */
function phasesOf(rows: LimitRows, limit: SharedLimit): 1 | 3 {
  if (limit.grid_node_id !== null) return 3;
  const below = rows.evses.filter((one) => one.location_id === limit.location_id && (limit.station_id === null || one.station_id === limit.station_id));
  return below.length === 1 && below[0]?.evses === 1 && below[0].phases === 1 ? 1 : 3;
}

/**
 * digestOf names what a tree's plans are made for: its limits, its sessions and what does not obey. Another
 * one is news for all; the rest shows in each session's own facts.
 */
export function digestOf(args: { rows: LimitRows; sessions: readonly { id: string; node: number; observedW: number | null }[] }): string {
  const limits = args.rows.limits.map((limit) => [keyOf(limit), limit.limit_w, limit.valid_from.getTime(), limit.valid_to?.getTime() ?? null]);
  const sessions = args.sessions.map(({ id, node, observedW }) => [id, node, observedW === null ? null : Math.round(observedW / 1_000)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify([limits, sessions])).digest('hex');
}

/**
 * limitsOf spells a solve's limits for the record, each for its owner; the proof is with the topmost, where
 * all of the tree is one operator's.
 * @param ms how long the solve took.
 */
export function limitsOf(tree: BuiltTree, solve: TreeSolve, ms: number): NewTreeLimit[] {
  const { slots, limits, ...solved } = solve;
  const isOneOwners = new Set(tree.nodes.map((node) => node.tenantId)).size === 1;
  const nodes = new Set(limits.map(({ node }) => node));
  return limits.flatMap(({ node, ...series }) => {
    const owned = tree.nodes[node];
    return owned === undefined ? [] : [{
      tenantId: owned.tenantId, locationId: owned.locationId, stationId: owned.stationId, gridNodeId: owned.gridNodeId,
      series: { startAt: slots.map((slot) => slot.startAt), seconds: slots.map((slot) => slot.seconds), ...series },
      proof: isOneOwners && !nodes.has(owned.parent) ? { ...solved, ms } : null,
    }];
  });
}
