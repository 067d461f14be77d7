import type { TreeSolve } from '#domain/planning/joint/tree-solve.ts';
import type { Tx } from '../db/client.ts';

/** The topmost limit above a session, as `grid:<id>`, `site:<id>` or `station:<id>`: the name of its tree. */
export type TreeRoot = string;

/** rootsOf finds the tree of each open session of `ids`; null where no limit is shared. */
export async function rootsOf(tx: Tx, ids: readonly string[], now: Date): Promise<{ id: string; root: TreeRoot | null }[]> {
  return await tx.$queryRaw<{ id: string; root: TreeRoot | null }[]>`
    WITH roots AS MATERIALIZED (
      SELECT s.location_id, s.station_id, limit_root(s.location_id, s.station_id, ${now}) AS root
      FROM session s WHERE s.id = ANY (${ids}::uuid[]) AND s.state = 'OPEN' GROUP BY s.location_id, s.station_id
    )
    SELECT s.id, r.root FROM session s JOIN roots r ON r.location_id = s.location_id AND r.station_id = s.station_id
    WHERE s.id = ANY (${ids}::uuid[]) AND s.state = 'OPEN'`;
}

/** lockTree makes this worker the only planner of a tree, on any machine, until `tx` ends; false: another one is. */
export async function lockTree(tx: Tx, root: TreeRoot): Promise<boolean> {
  const rows = await tx.$queryRaw<{ locked: boolean }[]>`SELECT pg_try_advisory_xact_lock(2, hashtext(${root})) AS locked`;
  return rows[0]?.locked === true;
}

/** sessionsBelow are the open sessions of a tree. */
export async function sessionsBelow(tx: Tx, root: TreeRoot): Promise<string[]> {
  const [kind, id] = partsOf(root);
  const rows = kind === 'grid'
    ? await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM session WHERE state = 'OPEN' AND location_id IN (SELECT sites_below(${id}::uuid))`
    : kind === 'site'
      ? await tx.$queryRaw<{ id: string }[]>`SELECT id FROM session WHERE state = 'OPEN' AND location_id = ${id}::uuid`
      : await tx.$queryRaw<{ id: string }[]>`SELECT id FROM session WHERE state = 'OPEN' AND station_id = ${id}`;
  return rows.map((row) => row.id);
}

function partsOf(root: TreeRoot): [string, string] {
  const at = root.indexOf(':');
  return [root.slice(0, at), root.slice(at + 1)];
}

/** A limit as it stands in the database: of a station, a site or a node of the grid. */
export type SharedLimit = {
  id: string; tenant_id: number; location_id: string | null; station_id: string | null; grid_node_id: string | null;
  limit_w: number; valid_from: Date; valid_to: Date | null;
};

export type LimitRows = {
  limits: SharedLimit[];
  /** Of each site the grid nodes above it, nearest first. */
  sites: { id: string; above: string[] }[];
  /** How many EVSEs hang below, and on how many phases at most. */
  evses: { location_id: string; station_id: string; evses: number; phases: number }[];
};

/** loadLimits reads the limits that hold, or will, above the stations and sites of a tree's sessions. */
export async function loadLimits(tx: Tx, sites: readonly string[], now: Date): Promise<LimitRows> {
  const above = await tx.$queryRaw<{ id: string; above: string[] }[]>`
    WITH RECURSIVE up AS (
      SELECT l.id AS site, l.grid_node_id AS node, 1 AS depth FROM location l WHERE l.id = ANY (${sites}::uuid[]) AND l.grid_node_id IS NOT NULL
      UNION ALL SELECT up.site, g.parent_id, up.depth + 1 FROM up JOIN grid_node g ON g.id = up.node WHERE g.parent_id IS NOT NULL AND up.depth < 20
    ) SELECT site AS id, array_agg(node::text ORDER BY depth) AS above FROM up GROUP BY site`;
  const nodes = [...new Set(above.flatMap((site) => site.above))];
  const limits = await tx.$queryRaw<SharedLimit[]>`
    SELECT id, tenant_id, location_id, station_id, grid_node_id, limit_w, valid_from, valid_to FROM power_limit
    WHERE evse_id IS NULL AND (location_id = ANY (${sites}::uuid[]) OR grid_node_id = ANY (${nodes}::uuid[]))
      AND (valid_to IS NULL OR valid_to > ${now})
    ORDER BY valid_from, id`;
  const evses = await tx.$queryRaw<LimitRows['evses']>`
    SELECT c.location_id, e.station_id, count(*)::int AS evses, max(e.phases)::int AS phases
    FROM evse e JOIN charging_station c ON c.id = e.station_id WHERE c.location_id = ANY (${sites}::uuid[])
    GROUP BY c.location_id, e.station_id`;
  return { limits, sites: above, evses };
}

/** What the last solves of a tree came to. */
export type LastSolve = { digest: string; isError: boolean; ageS: number };

/** lastSolves are the newest two, and the newest good one; ages in real time. */
export async function lastSolves(tx: Tx, root: TreeRoot): Promise<LastSolve[]> {
  return await tx.$queryRaw<LastSolve[]>`
    SELECT encode(digest, 'hex') AS digest, error IS NOT NULL AS "isError",
      extract(epoch FROM clock_timestamp() - created_at)::float8 AS "ageS"
    FROM (SELECT *, row_number() OVER (ORDER BY created_at DESC) AS nth, row_number() OVER (PARTITION BY error IS NULL ORDER BY created_at DESC) AS of_kind
      FROM (SELECT * FROM tree_plan WHERE root = ${root} ORDER BY created_at DESC LIMIT 50) recent) x
    WHERE nth <= 2 OR (error IS NULL AND of_kind = 1) ORDER BY created_at DESC`;
}

export type NewTreePlan = { root: TreeRoot; madeAt: Date; digest: string; solve: TreeSolve; ms: number };

/** storeTreePlan stores what a joint plan was proven with. @returns its id. */
export async function storeTreePlan(tx: Tx, { root, madeAt, digest, solve, ms }: NewTreePlan): Promise<string> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO tree_plan (root, made_at, digest, sessions, slots, primal_unserved_wh, primal_cost, dual_unserved_wh, dual_cost,
      cost_exact, gap_exact, unserved_milli_wh, rounds, ms)
    VALUES (${root}, ${madeAt}, decode(${digest}, 'hex'), ${solve.sessions}, ${solve.slots.length},
      ${BigInt(solve.primal.unservedWh)}, ${solve.primal.cost}::numeric, ${BigInt(solve.dual.unservedWh)}, ${solve.dual.cost}::numeric,
      ${solve.costExact}::numeric, ${solve.gapExact}::numeric, ${BigInt(solve.unservedMilliWh)}, ${solve.rounds}, ${ms}) RETURNING id`;
  const [row] = rows;
  if (row === undefined) throw new Error('the joint plan was not stored');
  return row.id;
}

/** Limit, load and worth of one limit, as arrays by slot. */
export type LimitSeries = {
  startAt: number[]; seconds: number[]; limitW: (number | null)[]; loadW: number[]; dualTicks: number[]; serves: number[];
};

export type NewTreeLimit = {
  tenantId: number; locationId: string | null; stationId: string | null; gridNodeId: string | null;
  series: LimitSeries; proof: (Omit<TreeSolve, 'slots' | 'limits'> & { ms: number }) | null;
};

export async function storeTreeLimits(tx: Tx, treePlanId: string, args: { madeAt: Date; limits: readonly NewTreeLimit[] }): Promise<void> {
  const rows = JSON.stringify(args.limits);
  await tx.$executeRaw`
    INSERT INTO tree_plan_limit (tenant_id, tree_plan_id, location_id, station_id, grid_node_id, made_at, series, proof)
    SELECT "tenantId", ${treePlanId}::uuid, "locationId", "stationId", "gridNodeId", ${args.madeAt}, series, proof
    FROM jsonb_to_recordset(${rows}::jsonb)
      AS x ("tenantId" integer, "locationId" uuid, "stationId" text, "gridNodeId" uuid, series jsonb, proof jsonb)`;
}

/**
 * storeTreeFailure records a solve that failed; its first failure is also an event for each operator
 * concerned, at one of its stations.
 */
export async function storeTreeFailure(tx: Tx, args: {
  root: TreeRoot; madeAt: Date; digest: string; sessions: readonly string[]; ms: number; error: string; isFirst: boolean;
}): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO tree_plan (root, made_at, digest, sessions, slots, ms, error)
    VALUES (${args.root}, ${args.madeAt}, decode(${args.digest}, 'hex'), ${args.sessions.length}, 0, ${args.ms}, ${args.error})`;
  if (!args.isFirst) return;
  const data = JSON.stringify({ root: args.root, sessions: args.sessions.length, error: args.error });
  await tx.$executeRaw`
    INSERT INTO station_event (tenant_id, station_id, kind, severity, data, happened_at, received_at)
    SELECT DISTINCT ON (s.tenant_id) s.tenant_id, s.station_id, 'PLANNING_FAILED', 'WARNING', ${data}::jsonb, ${args.madeAt}, ${args.madeAt}
    FROM session s WHERE s.id = ANY (${args.sessions}::uuid[]) ORDER BY s.tenant_id, s.station_id`;
}

/** So many rows go at a time, so that no lock is held for long. */
const PRUNE_BATCH = 500;

/**
 * pruneTreePlans deletes joint plans made before `before`, with their limits, that no plan in force (the newest
 * of an open session) comes from; older plans stay without them. @returns how many.
 */
export async function pruneTreePlans(tx: Tx, before: Date): Promise<number> {
  return await tx.$executeRaw`
    DELETE FROM tree_plan WHERE id IN (SELECT t.id FROM tree_plan t WHERE t.made_at < ${before} AND NOT EXISTS (
      SELECT 1 FROM plan p JOIN session s ON s.id = p.session_id WHERE p.tree_plan_id = t.id AND s.state = 'OPEN'
        AND NOT EXISTS (SELECT 1 FROM plan n WHERE n.session_id = p.session_id AND n.version > p.version))
      ORDER BY t.made_at LIMIT ${PRUNE_BATCH})`;
}
