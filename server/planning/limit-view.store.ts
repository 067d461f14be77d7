import type { Tx } from '../db/client.ts';
import type { LimitSeries, NewTreeLimit } from './limit-tree.store.ts';

export type SiteLimitRow = { station_id: string | null; made_at: Date; series: LimitSeries; proof: NewTreeLimit['proof'] };

/** loadSiteLimits reads the newest record of each limit of a site that still holds. */
export async function loadSiteLimits(tx: Tx, locationId: string, now: Date): Promise<SiteLimitRow[]> {
  return await tx.$queryRaw<SiteLimitRow[]>`
    SELECT DISTINCT ON (t.station_id) t.station_id, t.made_at, t.series, t.proof FROM tree_plan_limit t
    WHERE t.location_id = ${locationId}::uuid AND EXISTS (SELECT 1 FROM power_limit p
      WHERE p.location_id = t.location_id AND p.station_id IS NOT DISTINCT FROM t.station_id AND p.evse_id IS NULL
        AND (p.valid_to IS NULL OR p.valid_to > ${now}))
    ORDER BY t.station_id NULLS FIRST, t.created_at DESC`;
}
