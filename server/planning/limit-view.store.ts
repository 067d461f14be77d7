import type { Tx } from '../db/client.ts';
import type { LimitSeries, NewTreeLimit } from './limit-tree.store.ts';

export type SiteLimitRow = {
  location_id: string; site: string; time_zone: string; station_id: string | null; limit_w: number | null;
  made_at: Date | null; series: LimitSeries | null; proof: NewTreeLimit['proof'];
};

/**
 * loadLimitRows reads the limits of a tenant's sites that hold now or later, each with its newest joint plan; none
 * where fewer than two cars are below it, or all together cannot exceed it: then it is no limit to share.
 */
export async function loadLimitRows(tx: Tx, now: Date): Promise<SiteLimitRow[]> {
  return await tx.$queryRaw<SiteLimitRow[]>`
    SELECT l.id AS location_id, l.name AS site, l.time_zone, p.station_id, p.limit_w, t.made_at, t.series, t.proof
    FROM (SELECT location_id, station_id, min(limit_w) AS least_w,
        min(limit_w) FILTER (WHERE valid_from <= ${now}) AS limit_w
      FROM power_limit WHERE location_id IS NOT NULL AND evse_id IS NULL AND (valid_to IS NULL OR valid_to > ${now})
      GROUP BY location_id, station_id) p
    JOIN location l ON l.id = p.location_id
    LEFT JOIN LATERAL (SELECT count(*) AS cars, sum(coalesce(e.max_power_w, 22080) * CASE coalesce(e.phases, 3) WHEN 1 THEN 3 ELSE 1 END) AS most_w
      FROM session s LEFT JOIN evse e ON e.station_id = s.station_id AND e.evse_id = s.evse_id
      WHERE s.state = 'OPEN' AND s.location_id = p.location_id AND (p.station_id IS NULL OR s.station_id = p.station_id)) c ON true
    LEFT JOIN LATERAL (SELECT q.made_at, q.series, q.proof FROM tree_plan_limit q
      WHERE c.cars > 1 AND c.most_w > p.least_w AND q.location_id = p.location_id AND q.station_id IS NOT DISTINCT FROM p.station_id
      ORDER BY q.created_at DESC LIMIT 1) t ON true
    ORDER BY l.name, l.id, p.station_id NULLS FIRST LIMIT 200`;
}
