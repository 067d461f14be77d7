import type { Tx } from '../db/client.ts';
import type { LimitSeries } from '../planning/limit-tree.store.ts';

export type NodeRow = { id: string; parent_id: string | null; kind: 'FEEDER' | 'TRANSFORMER'; name: string };

/** A site at one of the tenant's nodes, as a connection. */
export type SiteRow = {
  node_id: string; site_id: string; site: string; operator: string; time_zone: string; evses: number; connected_w: bigint;
};

export type LimitRow = { id: string; grid_node_id: string; limit_w: number; valid_from: Date; valid_to: Date | null };

/** The newest joint plan under a node's limit. */
export type PlannedRow = { grid_node_id: string; made_at: Date; series: LimitSeries };

export type ProofRow = {
  node_id: string; sessions: number; ms: number; is_certified: boolean; unserved_milli_wh: bigint; made_at: Date;
};

/** More nodes than this are not shown on one page. */
const MOST_NODES = 500;

/** ownNodes are the tenant's nodes of the grid, by name. */
export async function ownNodes(tx: Tx, tenantId: number): Promise<NodeRow[]> {
  return await tx.$queryRaw<NodeRow[]>`
    SELECT id, parent_id, kind, name FROM grid_node WHERE owner_id = ${tenantId} ORDER BY name, id LIMIT ${MOST_NODES}`;
}

/** ownSites are the sites at the tenant's nodes; who charges there stays with their operators. */
export async function ownSites(tx: Tx): Promise<SiteRow[]> {
  return await tx.$queryRaw<SiteRow[]>`SELECT * FROM grid_sites()`;
}

/** ownProofs tell how well the newest joint plan below each node is proven that is topmost with a limit. */
export async function ownProofs(tx: Tx): Promise<ProofRow[]> {
  return await tx.$queryRaw<ProofRow[]>`SELECT * FROM grid_proofs()`;
}

/** ownLimits are the limits of the tenant's nodes that held since `since`, hold, or will. */
export async function ownLimits(tx: Tx, tenantId: number, since: Date): Promise<LimitRow[]> {
  return await tx.$queryRaw<LimitRow[]>`
    SELECT id, grid_node_id, limit_w, valid_from, valid_to FROM power_limit
    WHERE tenant_id = ${tenantId} AND grid_node_id IS NOT NULL AND (valid_to IS NULL OR valid_to > ${since})
    ORDER BY valid_from, id`;
}

/** ownPlanned are the newest joint plans under the tenant's limits. */
export async function ownPlanned(tx: Tx, tenantId: number): Promise<PlannedRow[]> {
  return await tx.$queryRaw<PlannedRow[]>`
    SELECT q.grid_node_id, q.made_at, q.series FROM grid_node g
    JOIN LATERAL (SELECT * FROM tree_plan_limit t WHERE t.grid_node_id = g.id ORDER BY t.created_at DESC LIMIT 1) q ON true
    WHERE g.owner_id = ${tenantId}`;
}

/** What goes on at a site now: cars plugged in, what their charging points could draw, and what is metered. */
export type BelowRow = { site_id: string; cars: number; most_w: bigint; metered_w: number };

/** nowAtSites counts as the system; only sums over a node leave the service. */
export async function nowAtSites(tx: Tx, args: { sites: readonly string[]; now: Date }): Promise<BelowRow[]> {
  return await tx.$queryRaw<BelowRow[]>`
    SELECT s.location_id AS site_id, count(*)::int AS cars, coalesce(sum(m.power_w), 0)::float8 AS metered_w,
      sum(coalesce(e.max_power_w, 22080) * CASE coalesce(e.phases, 3) WHEN 1 THEN 3 ELSE 1 END)::bigint AS most_w
    FROM session s LEFT JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
    LEFT JOIN LATERAL (SELECT power_w FROM meter_reading m WHERE m.station_id = s.station_id AND m.evse_id = s.evse_id
      AND m.power_w IS NOT NULL AND m.measured_at <= ${args.now} AND m.measured_at >= s.plug_in_at
      ORDER BY m.measured_at DESC LIMIT 1) m ON true
    WHERE s.state = 'OPEN' AND s.location_id = ANY (${args.sites}::uuid[]) GROUP BY s.location_id`;
}
